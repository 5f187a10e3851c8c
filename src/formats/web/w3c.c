/* W3C extended logs: IIS (W3SVC<site>/u_ex<date>.log), http.sys (HTTPERR/httperr<n>.log) and
 * what else has a `#Fields:` line with blanks between the names.
 *
 *     #Software: Microsoft Internet Information Services 10.0
 *     #Date: 2021-03-03 00:00:02
 *     #Fields: date time s-ip cs-method cs-uri-stem ...
 *     2021-03-03 00:00:02 10.0.0.5 GET /owa/ ...
 *
 * Directives come again in mid-file, after each restart and when an administrator adds columns.
 * Blanks inside values are written `+`, an empty value is `-` (and given as an empty text), times
 * are UTC. A row whose number of cells is wrong is not bound by guess: a cell in the wrong column
 * would be a lie. */
#include "formats/format.h"
#include "formats/lines.h"
#include "formats/origins.h"
#include "formats/web/columns.h"

#include <string.h>

enum { W3C_LINE_MAX = 1 << 20, W3C_ASK_EVERY = 4096 };

struct w3c {
    struct parse *p;
    struct columns *columns;
    struct origins origins;
    str cells[CELLS_MAX];
    struct field fields[COLUMNS_MAX];
    str software; /* the channel that #Software names; empty when it names none */
    str channel;
    int date, time, host;
    char day_text[10]; /* the day last parsed; rows of one day follow each other */
    usec day;
    char since[10]; /* the day that #Date says, for rows without a date */
};

static str w3c_channel(const struct w3c *w)
{
    if (w->software.len) {
        return w->software;
    }
    if (columns_find(w->columns, STR("s-reason")) != COLUMN_NONE) {
        return STR("httperr");
    }
    bool web = columns_find(w->columns, STR("cs-uri-stem")) != COLUMN_NONE ||
               columns_find(w->columns, STR("cs-method")) != COLUMN_NONE;
    return web ? STR("iis") : STR("w3c");
}

static str w3c_software(str product)
{
    if (str_has(product, STR("Internet Information Services"))) {
        return STR("iis");
    }
    return str_has(product, STR("HTTP API")) ? STR("httperr") : STR_NONE;
}

static bool w3c_says(str text, str directive, str *value)
{
    *value = str_trim(str_from(text, directive.len));
    return str_starts_nocase(text, directive);
}

static void w3c_directive(struct w3c *w, const struct line *line, str text)
{
    str value;
    if (w3c_says(text, STR("#Software:"), &value)) {
        w->software = w3c_software(value);
    } else if (w3c_says(text, STR("#Date:"), &value) && value.len >= sizeof w->since) {
        memcpy(w->since, value.p, sizeof w->since);
    } else if (w3c_says(text, STR("#Fields:"), &value)) {
        if (!columns_bind(w->columns, w->p->names, value, ' ') && line->offset >= w->p->from) {
            emit_note(w->p, NOTE_BAD_HEADER, line->offset, line->len);
        }
        w->date = columns_find(w->columns, STR("date"));
        w->time = columns_find(w->columns, STR("time"));
        w->host = columns_find(w->columns, STR("s-computername"));
    }
    w->channel = w3c_channel(w);
}

static int w3c_two_digits(const char *p)
{
    return ascii_is_digit(p[0]) && ascii_is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : 1000;
}

static usec w3c_day(struct w3c *w, str date)
{
    if (date.len != sizeof w->day_text) {
        return TIME_NONE;
    }
    if (memcmp(date.p, w->day_text, sizeof w->day_text) != 0) {
        memcpy(w->day_text, date.p, sizeof w->day_text);
        w->day = time_parse(date);
    }
    return w->day;
}

static usec w3c_time(struct w3c *w)
{
    str since = {w->since, w->since[0] ? sizeof w->since : 0};
    usec day = w3c_day(w, w->date == COLUMN_NONE ? since : w->cells[w->date]);
    str clock = w->time == COLUMN_NONE ? STR("00:00:00") : w->cells[w->time];
    if (day == TIME_NONE || clock.len < 8 || clock.p[2] != ':' || clock.p[5] != ':') {
        return TIME_NONE;
    }
    int hour = w3c_two_digits(clock.p), minute = w3c_two_digits(clock.p + 3),
        second = w3c_two_digits(clock.p + 6);
    if (hour > 23 || minute > 59 || second > 60) {
        return TIME_NONE;
    }
    return day + ((hour * 60 + minute) * 60 + second) * USEC_PER_SEC;
}

static bool w3c_is_header(const struct w3c *w, str text)
{
    return str_eq(str_trim(text), w->columns->header);
}

/* Why a row cannot be bound, or NOTE_COUNT when it can. */
static enum note_id w3c_refuse(const struct w3c *w, const struct line *line, size_t cells)
{
    if (w->columns->count == 0) {
        return NOTE_NO_COLUMNS;
    }
    bool blank_behind = cells == w->columns->count + 1 && !w->cells[cells - 1].len;
    if (cells == w->columns->count || blank_behind) {
        return NOTE_COUNT;
    }
    return cells < w->columns->count && !line->ended ? NOTE_TRUNCATED : NOTE_BAD_LINE;
}

static bool w3c_give(struct w3c *w, const struct line *line)
{
    struct event event = {
        .time = w3c_time(w),
        .record = line->number,
        .offset = line->offset,
        .len = line->len,
    };
    str host = w->host == COLUMN_NONE ? STR_NONE : w->cells[w->host];
    struct origin origin = {.channel = w->channel, .host = host};
    event.origin = origins_get(&w->origins, &origin);
    if (!event.origin) {
        emit_note(w->p, NOTE_OVER_BUDGET, line->offset, w->p->unit.len - line->offset);
        return false;
    }
    if (event.time == TIME_NONE) {
        emit_note(w->p, NOTE_BAD_TIME, line->offset, line->len);
    }
    if (!emit_head(w->p, &event)) {
        return true;
    }
    for (size_t i = 0; i < w->columns->count; i++) {
        const struct column *c = &w->columns->list[i];
        str cell = columns_value(w->cells[i]);
        w->fields[i] =
            (struct field){c->name, (const uint8_t *)cell.p, (uint32_t)cell.len, c->id, VALUE_TEXT};
    }
    event.fields = w->fields;
    event.nfields = w->columns->count;
    return emit_event(w->p, &event);
}

/* False: stop. */
static bool w3c_row(struct w3c *w, const struct line *line, str text)
{
    if (line->too_long) {
        emit_note(w->p, NOTE_LONG_LINE, line->offset, line->len);
        return true;
    }
    if (!text.len || w3c_is_header(w, text)) {
        return true;
    }
    enum note_id refused = w3c_refuse(w, line, columns_split(text, ' ', w->cells));
    if (refused != NOTE_COUNT) {
        emit_note(w->p, refused, line->offset, line->len);
        return true;
    }
    return w3c_give(w, line);
}

static void w3c_parse(struct parse *p)
{
    struct w3c *w = ARENA_NEW(p->arena, struct w3c);
    if (w) {
        w->columns = ARENA_NEW(p->arena, struct columns);
    }
    if (!w || !w->columns) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    w->p = p;
    w->origins.arena = p->arena;
    w->date = w->time = w->host = COLUMN_NONE;
    w->day = TIME_NONE;
    struct lines in = lines_of(p->unit, p->to, W3C_LINE_MAX);
    struct line line;
    while (lines_next(&in, &line)) {
        bool ours = line.offset >= p->from;
        size_t mark_at = in.encoding == TEXT_UTF16BE;
        bool directive = line.raw.len > mark_at && line.raw.p[mark_at] == '#';
        if (!ours && !directive) {
            continue;
        }
        if (ours && line.padded) {
            emit_note(p, NOTE_NUL_PADDING, line.offset, line.len);
        }
        struct arena_mark mark = arena_mark(p->scratch);
        str text = lines_text(&in, &line, p->scratch);
        bool going = true;
        if (directive) {
            w3c_directive(w, &line, text);
        } else {
            going = w3c_row(w, &line, text);
        }
        arena_rewind(p->scratch, mark);
        if (!going || (line.number % W3C_ASK_EVERY == 0 && parse_stopped(p))) {
            return;
        }
    }
}

/* A line that begins so, anywhere in the head. */
static bool w3c_has_line(str text, str start, str *line)
{
    for (str rest = text; str_cut(&rest, '\n', line);) {
        *line = str_trim(*line);
        if (str_starts_nocase(*line, start)) {
            return true;
        }
    }
    return false;
}

static int w3c_probe(bytes head, str path)
{
    char room[PROBE_HEAD];
    str text = text_head(head, room, sizeof room), line;
    if (w3c_has_line(text, STR("#Fields:"), &line)) {
        return str_find_char(line, ',') == line.len ? BY_MAGIC : NO_MATCH;
    }
    str base = str_base(path);
    bool named = str_ends_nocase(base, STR(".log")) &&
                 (str_starts_nocase(base, STR("u_ex")) || str_starts_nocase(base, STR("u_in")) ||
                  str_starts_nocase(base, STR("httperr")));
    return named ? BY_NAME : NO_MATCH;
}

const struct format format_w3c = {
    .name = "w3c",
    .title = "W3C extended log (IIS, HTTPERR)",
    .probe = w3c_probe,
    .parse = w3c_parse,
    .cut = lines_cut,
};
