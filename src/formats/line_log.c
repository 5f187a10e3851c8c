#include "formats/line_log.h"

#include "base/reader.h"
#include "base/text.h"

#include <string.h>

enum { LINE_LOG_ASK_EVERY = 4096 };

/* Servers write a request when it is done and date it when it began: a little back is no news. */
#define BACK_USEC   (USEC_PER_HOUR / 2)
#define YEAR_USEC   (300 * USEC_PER_DAY)
#define FUTURE_USEC (2 * USEC_PER_DAY) /* the time of a copy may be local */

/* Was the clock set back before the last record? A request that took long stands out alone: so the
 * record at hand must agree. */
static bool neighbours_back(const struct neighbours *n, usec time)
{
    bool known = n->time != TIME_NONE && n->time_before != TIME_NONE;
    return known && n->time < n->time_before - BACK_USEC && time < n->time_before - BACK_USEC;
}

static void neighbours_times(const struct neighbours *n, struct parse *p, const struct event *e)
{
    if (p->modified && p->modified != TIME_NONE && e->time > p->modified + FUTURE_USEC) {
        emit_note(p, NOTE_TIME_FUTURE, e->offset, e->len);
    }
    if (n->time != TIME_NONE && (e->time > n->time + YEAR_USEC || e->time < n->time - YEAR_USEC)) {
        emit_note(p, NOTE_TIME_FAR, e->offset, e->len);
    } else if (neighbours_back(n, e->time)) {
        emit_note(p, NOTE_TIME_BACK, e->offset, e->len);
    }
}

static bool neighbours_other_host(const struct neighbours *n, const struct origin *o)
{
    return n->origin && n->origin != o && n->origin->host.len && o->host.len &&
           !str_eq(n->origin->host, o->host);
}

void neighbours_add(struct neighbours *n, const struct event *e)
{
    *n = (struct neighbours){e->time, n->time, e->origin};
}

void neighbours_note(const struct neighbours *n, struct parse *p, const struct event *e)
{
    if (e->time != TIME_NONE) {
        neighbours_times(n, p, e);
    }
    if (neighbours_other_host(n, e->origin)) {
        emit_note(p, NOTE_OTHER_HOST, e->offset, e->len);
    }
}

struct passed *passed_of(const struct parse *p)
{
    struct passed *known = p->memory && p->path.len <= PASSED_PATH ? &p->memory->passed : NULL;
    if (known &&
        (known->unit_len != p->unit.len || !str_eq((str){known->path, known->path_len}, p->path))) {
        *known = (struct passed){.unit_len = p->unit.len, .path_len = p->path.len};
        memcpy(known->path, p->path.p, p->path.len);
    }
    return known;
}

bool lines_resume(struct lines *in, const struct passed *known, uint64_t before)
{
    bool further = known && known->at > in->at && known->at <= before;
    if (further) {
        in->at = known->at;
        in->number = known->number;
        in->encoding = known->encoding;
    }
    return further;
}

void lines_keep(const struct lines *in, struct passed *known, const uint64_t said[PASSED_SAID])
{
    if (known) {
        known->at = in->at;
        known->number = in->number;
        known->encoding = in->encoding;
        for (size_t i = 0; i < PASSED_SAID; i++) {
            known->said[i] = said ? said[i] : 0;
        }
    }
}

bool lines_said(struct lines *in, const struct passed *known, size_t place, struct line *line)
{
    in->at = known->said[place] ? known->said[place] - 1 : in->to;
    return lines_next(in, line);
}

struct lines lines_from(const struct parse *p, uint64_t before, size_t limit)
{
    struct lines in = lines_of(p->unit, p->to, limit);
    (void)lines_resume(&in, passed_of(p), before);
    lines_skip(&in, before);
    lines_keep(&in, passed_of(p), NULL);
    return in;
}

struct lines lines_before_part(const struct parse *p, size_t limit)
{
    struct lines in = lines_of(p->unit, p->to, limit), one = in, two = in;
    struct line line;
    if (in.encoding == TEXT_UTF8 && p->from > 0 && p->from <= p->unit.len) {
        in = lines_from(p, lines_back(p->unit, lines_back(p->unit, p->from)), limit);
        one = two = in;
    }
    for (struct lines at = in; lines_next(&in, &line) && line.offset < p->from; at = in) {
        two = one;
        one = at;
    }
    return two;
}

static int digits_at(str s, size_t at, size_t count)
{
    int n = 0;
    for (size_t i = at; i < at + count; i++) {
        if (i >= s.len || !ascii_is_digit(s.p[i])) {
            return -1;
        }
        n = n * 10 + (s.p[i] - '0');
    }
    return n;
}

/* 20210307 or 2021-03-07, not in a longer number; its end. */
static usec date_at(str s, size_t at)
{
    size_t dash = at + 4 < s.len && s.p[at + 4] == '-', len = 8 + 2 * dash;
    bool alone = (at == 0 || !ascii_is_digit(s.p[at - 1])) &&
                 (at + len >= s.len || !ascii_is_digit(s.p[at + len]));
    struct civil c = {
        .year = digits_at(s, at, 4),
        .month = digits_at(s, at + 4 + dash, 2),
        .day = digits_at(s, at + 6 + 2 * dash, 2),
        .hour = 23,
        .minute = 59,
        .second = 59,
    };
    bool likely = alone && c.year >= 1990 && c.year < 2100;
    return likely ? time_of_civil(c) : TIME_NONE;
}

usec line_log_written(const struct parse *p)
{
    str base = str_base(p->path);
    bool known = p->modified != 0 && p->modified != TIME_NONE;
    for (size_t i = 0; i < base.len; i++) {
        usec date = date_at(base, i);
        if (date != TIME_NONE && (!known || date < p->modified)) {
            return date;
        }
    }
    return known ? p->modified : TIME_NONE;
}

void line_log_begin(struct line_log *l, struct parse *p)
{
    *l = (struct line_log){
        .p = p,
        .in = lines_before_part(p, LINE_LOG_LINE_MAX),
        .origins = {.arena = p->arena},
        .before = NEIGHBOURS_NONE,
        .mark = arena_mark(p->scratch),
        .text_type = VALUE_TEXT,
    };
}

static bool is_ascii(str text)
{
    const uint8_t *p = (const uint8_t *)text.p;
    uint64_t all = 0;
    size_t i = 0;
    for (; i + 32 <= text.len; i += 32) {
        all |= load_u64le(p + i) | load_u64le(p + i + 8) | load_u64le(p + i + 16) |
               load_u64le(p + i + 24);
    }
    for (; i < text.len; i++) {
        all |= p[i];
    }
    return !(all & 0x8080808080808080);
}

uint8_t text_type_of(str text)
{
    return is_ascii(text) || utf8_valid(text) ? VALUE_TEXT : VALUE_ANSI;
}

/* What is wrong with the line as such is noted here. */
static bool line_log_text(struct line_log *l, const struct line *line, str *text)
{
    if (line->padded) {
        line_log_note(l, NOTE_NUL_PADDING, line);
    }
    if (line->too_long) {
        line_log_note(l, NOTE_LONG_LINE, line);
    }
    *text = lines_text(&l->in, line, l->p->scratch);
    l->text_type = text_type_of(*text);
    if (l->text_type != VALUE_TEXT) {
        line_log_note(l, NOTE_NOT_UTF8, line);
    }
    if (!text->len) { /* a part that begins behind it knows no more */
        l->before = NEIGHBOURS_NONE;
    }
    return text->len > 0;
}

bool line_log_next(struct line_log *l, struct line *line, str *text)
{
    do {
        arena_rewind(l->p->scratch, l->mark);
        l->stopped |= l->in.number % LINE_LOG_ASK_EVERY == 0 && parse_stopped(l->p);
        if (l->stopped || !lines_next(&l->in, line)) {
            return false;
        }
        l->silent = line->offset < l->p->from;
    } while (!line_log_text(l, line, text));
    return true;
}

void line_log_note(struct line_log *l, enum note_id id, const struct line *line)
{
    if (!l->silent) {
        emit_note(l->p, id, line->offset, line->len);
    }
    if (note_grade(id) != NOTE_GRADE_ODD) {
        l->before = NEIGHBOURS_NONE;
    }
}

bool line_log_head(struct line_log *l, const struct line *line, usec time,
                   const struct origin *origin, struct event *out)
{
    *out = (struct event){
        .time = time,
        .record = line->number,
        .offset = line->offset,
        .len = line->len,
        .origin = origins_get(&l->origins, origin),
    };
    if (!out->origin) {
        emit_note(l->p, NOTE_OVER_BUDGET, line->offset, l->p->unit.len - line->offset);
        l->stopped = true;
        return false;
    }
    if (!l->silent) {
        neighbours_note(&l->before, l->p, out);
    }
    neighbours_add(&l->before, out);
    return !l->silent && emit_head(l->p, out);
}

void line_log_fields(struct line_log *l, struct event *event, const struct field *fields,
                     size_t nfields)
{
    event->fields = fields;
    event->nfields = nfields;
    l->stopped |= !emit_event(l->p, event);
}
