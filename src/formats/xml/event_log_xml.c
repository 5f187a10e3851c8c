/* Windows events that were saved as XML (wevtutil qe /f:xml, Event Viewer, `limier dump --format
 * xml`): one <Event> behind the other, inside <Events> or not, a line each or not. An event that is
 * not well formed costs itself. */
#include "formats/format.h"
#include "formats/lines.h"
#include "formats/origins.h"
#include "formats/xml/event_xml.h"

enum { XML_WINDOW = 2 * EVENT_XML_MAX, XML_ASK_EVERY = 256 };

struct event_log_xml {
    struct parse *p;
    struct origins origins;
    struct event_xml event;
    enum text_encoding encoding;
    uint64_t number; /* of the event in the file, where it has none of its own */
};

/* False: stop. */
static bool give(struct event_log_xml *x, str xml, uint64_t offset, uint64_t len)
{
    struct parse *p = x->p;
    x->number++;
    if (!event_xml_read(xml, p->names, p->scratch, &x->event)) {
        emit_note(p, NOTE_BAD_RECORD, offset, len);
        return true;
    }
    if (x->event.over) {
        emit_note(p, NOTE_OVER_BUDGET, offset, 0);
    }
    struct event event = {
        .time = x->event.time,
        .record = x->event.record ? x->event.record : x->number,
        .offset = offset,
        .len = len,
        .origin = origins_get(&x->origins, &x->event.origin),
        .fields = x->event.fields,
        .nfields = x->event.nfields,
    };
    if (!event.origin) {
        emit_note(p, NOTE_OVER_BUDGET, offset, p->unit.len - offset);
        return false;
    }
    return !emit_head(p, &event) || emit_event(p, &event);
}

/* Gives the whole events of a window and says how much of it they take. */
static size_t window(struct event_log_xml *x, size_t at, str text, size_t step, bool *going)
{
    struct parse *p = x->p;
    size_t used = 0, from, len;
    while (*going && event_xml_find(str_from(text, used), &from, &len)) {
        uint64_t offset = at + (used + from) * step;
        if (str_has(str_sub(text, used, from), STR("<Event "))) { /* it breaks off */
            emit_note(p, NOTE_BAD_RECORD, at + used * step, from * step);
        }
        bytes raw = {p->unit.p + offset, len * step};
        struct arena_mark mark = arena_mark(p->scratch);
        str xml = step == 1 ? str_of_bytes(raw) : text_utf16(p->scratch, raw, x->encoding);
        *going =
            give(x, xml, offset, raw.len) && (x->number % XML_ASK_EVERY != 0 || !parse_stopped(p));
        arena_rewind(p->scratch, mark);
        used += from + len;
    }
    return used;
}

/* A window at a time: in UTF-16 it is narrowed for the search, and each event made UTF-8. The next
 * window begins behind the last whole event. */
static void windows(struct event_log_xml *x, size_t at, char *room)
{
    struct parse *p = x->p;
    size_t step = room ? 2 : 1;
    bool going = true;
    while (going && at < p->unit.len) {
        size_t left = p->unit.len - at, take = left < XML_WINDOW ? left : XML_WINDOW;
        str text = text_narrow((bytes){p->unit.p + at, take}, x->encoding, room, XML_WINDOW);
        size_t used = window(x, at, text, step, &going);
        if (!used || take == left) {
            str rest = str_from(text, used);
            if (going && (take < left || str_has(rest, STR("<Event ")))) {
                emit_note(p, take < left ? NOTE_LONG_LINE : NOTE_TRUNCATED, at + used * step,
                          take - used * step);
            }
            used = take / step;
        }
        at += used ? used * step : take;
    }
}

static void event_log_xml_parse(struct parse *p)
{
    struct event_log_xml *x = ARENA_NEW(p->arena, struct event_log_xml);
    size_t at = 0;
    enum text_encoding encoding = text_encoding_of(p->unit, &at);
    char *room = encoding == TEXT_UTF8 ? NULL : arena_alloc(p->arena, XML_WINDOW);
    if (!x || (encoding != TEXT_UTF8 && !room)) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    x->p = p;
    x->encoding = encoding;
    x->origins.arena = p->arena;
    windows(x, at, room);
}

static int event_log_xml_probe(bytes head, str path)
{
    (void)path;
    char room[PROBE_HEAD];
    str text = str_trim(text_head(head, room, sizeof room));
    bool xml = str_starts(text, STR("<"));
    bool event = str_has(text, STR("<Event ")) || str_has(text, STR("<Event>"));
    return xml && event && str_has(text, STR("<System>")) ? BY_MAGIC : NO_MATCH;
}

const struct format format_event_log_xml = {
    .name = "event_log_xml",
    .title = "Windows events as XML",
    .probe = event_log_xml_probe,
    .parse = event_log_xml_parse,
};
