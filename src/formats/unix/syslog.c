/* Syslog files: messages, syslog, auth.log, secure, kern.log, daemon.log and their like
 * (syslog_head.h has the forms of a line).
 *
 * The program is the event's provider. What Sysmon for Linux writes is XML inside a line: it
 * becomes the event that Windows' Sysmon would have written (event_xml.h). A line that begins in no
 * known way goes on with the message before it, as multi-line messages do: it is an event with a
 * message and nothing else. */
#include "formats/format.h"
#include "formats/line_log.h"
#include "formats/unix/syslog_head.h"
#include "formats/unix/syslog_says.h"
#include "formats/xml/event_xml.h"

enum { SYSLOG_FIELDS = 6 + SAYINGS_MAX, SYSLOG_TRIED = 8 };

struct syslog {
    struct line_log log;
    struct event_xml sysmon;
    struct field fields[SYSLOG_FIELDS];
    size_t nfields;
};

static void syslog_add(struct syslog *s, str name, str value)
{
    if (value.len) {
        field_id id = names_find(s->log.p->names, name);
        s->fields[s->nfields++] = text_field(name, id, value, s->log.text_type);
    }
}

static void syslog_fields(struct syslog *s, const struct syslog_head *h)
{
    struct saying says[SAYINGS_MAX];
    size_t count = syslog_says(h->program, h->message, says);
    s->nfields = 0;
    syslog_add(s, STR("priority"), h->priority);
    syslog_add(s, STR("program"), h->program);
    syslog_add(s, STR("pid"), h->pid);
    syslog_add(s, STR("structured"), h->structured);
    for (size_t i = 0; i < count; i++) {
        syslog_add(s, says[i].name, says[i].value);
    }
    syslog_add(s, STR("Message"), h->message);
}

/* Its own time and host count, and the channel that the mapping knows. */
static bool syslog_sysmon(struct syslog *s, const struct syslog_head *h, const struct line *line)
{
    struct line_log *l = &s->log;
    size_t from, len;
    if (!str_eq(h->program, STR("sysmon")) || !event_xml_find(h->message, &from, &len) ||
        !event_xml_read(str_sub(h->message, from, len), l->p->names, l->p->scratch, &s->sysmon)) {
        return false;
    }
    struct event event;
    if (line_log_head(l, line, s->sysmon.time, &s->sysmon.origin, &event)) {
        line_log_fields(l, &event, s->sysmon.fields, s->sysmon.nfields);
    }
    return true;
}

static void syslog_line(struct syslog *s, const struct line *line, str text)
{
    struct line_log *l = &s->log;
    struct syslog_head h;
    if (!syslog_head(text, l->p->modified, &h)) {
        line_log_note(l, NOTE_BAD_LINE, line);
        return;
    }
    if (syslog_sysmon(s, &h, line)) {
        return;
    }
    if (h.time == TIME_NONE) {
        line_log_note(l, NOTE_BAD_TIME, line);
    }
    const struct origin origin = {.channel = STR("syslog"), .provider = h.program, .host = h.host};
    struct event event;
    if (line_log_head(l, line, h.time, &origin, &event)) {
        syslog_fields(s, &h);
        line_log_fields(l, &event, s->fields, s->nfields);
    }
}

static void syslog_parse(struct parse *p)
{
    struct syslog *s = ARENA_NEW(p->arena, struct syslog);
    if (!s) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    struct line line;
    str text;
    for (line_log_begin(&s->log, p); line_log_next(&s->log, &line, &text);) {
        syslog_line(s, &line, text);
    }
}

/* A log that was written while the machine went down is padded with NULs. */
static str without_padding(str line)
{
    size_t at = 0;
    while (at < line.len && line.p[at] == 0) {
        at++;
    }
    return str_trim(str_from(line, at));
}

/* Most of the first lines begin so, and name a program; one that does not may be the end of a line,
 * which rotation cut. */
static int syslog_probe(bytes head, str path)
{
    (void)path;
    char room[PROBE_HEAD];
    str rest = text_head(head, room, sizeof room), text;
    size_t tried = 0, good = 0, bad = 0;
    while (tried < SYSLOG_TRIED && str_cut(&rest, '\n', &text) && rest.len) {
        struct syslog_head h;
        bool ok = syslog_head(without_padding(text), TIME_NONE, &h) && h.program.len;
        good += ok;
        tried += ok || bad++ > 0;
    }
    if (tried == 0) { /* one line, or the beginning of one */
        struct syslog_head h;
        good = tried = syslog_head(without_padding(text), TIME_NONE, &h) && h.program.len;
    }
    return good * 2 > tried ? BY_SHAPE : NO_MATCH;
}

const struct format format_syslog = {
    .name = "syslog",
    .title = "syslog",
    .probe = syslog_probe,
    .parse = syslog_parse,
    .cut = lines_cut,
    .plain = true,
};
