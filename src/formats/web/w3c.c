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
#include "formats/line_log.h"
#include "formats/web/columns.h"

#include <string.h>

enum { SOFTWARE, DATE, FIELDS }; /* in `said` */
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
    char separator; /* between names, and so between cells: a blank, or a tab in logs of ISA */
    bool guessed;   /* the columns are the usual ones: no header named them */
    int agent;      /* whose blanks IIS writes + */
    uint8_t type;   /* of the fields of this row */
    struct neighbours before;
    struct line skipped[2];     /* the last rows before the part, newest last */
    uint64_t said[PASSED_SAID]; /* the directives that hold, the offset and 1 */
    bool silent;                /* these are read, and nothing is told of them */
};

static void w3c_note(const struct w3c *w, enum note_id id, const struct line *line)
{
    if (!w->silent) {
        emit_note(w->p, id, line->offset, line->len);
    }
}

static bool w3c_has(const struct w3c *w, str column)
{
    return columns_find(w->columns, column) != COLUMN_NONE;
}

static str w3c_channel(const struct w3c *w)
{
    if (w->software.len) {
        return w->software;
    }
    if (w3c_has(w, STR("s-reason"))) {
        return STR("httperr");
    }
    if (w3c_has(w, STR("s-action")) || w3c_has(w, STR("s-object-source")) ||
        w3c_has(w, STR("cs-uri-scheme"))) {
        return STR("proxy");
    }
    return w3c_has(w, STR("cs-uri-stem")) || w3c_has(w, STR("cs-method")) ? STR("iis") : STR("w3c");
}

static str w3c_software(str product)
{
    static const struct {
        str product, channel;
    } makers[] = {
        {STR_INIT("Internet Information Services"), STR_INIT("iis")    },
        {STR_INIT("HTTP API"),                      STR_INIT("httperr")},
        {STR_INIT("ISA Server"),                    STR_INIT("proxy")  },
        {STR_INIT("Threat Management Gateway"),     STR_INIT("proxy")  },
        {STR_INIT("Forefront"),                     STR_INIT("proxy")  },
        {STR_INIT("SGOS"),                          STR_INIT("proxy")  },
    };
    for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
        if (str_has_nocase(product, makers[i].product)) {
            return makers[i].channel;
        }
    }
    return STR_NONE;
}

static bool w3c_says(str text, str directive, str *value)
{
    *value = str_trim(str_from(text, directive.len));
    return str_starts_nocase(text, directive);
}

static bool w3c_bind(struct w3c *w, str header)
{
    bool bound = columns_bind(w->columns, w->p->names, header, w->separator);
    w->date = columns_find(w->columns, STR("date"));
    w->time = columns_find(w->columns, STR("time"));
    w->host = columns_find(w->columns, STR("s-computername"));
    w->agent = columns_find(w->columns, STR("cs-user-agent"));
    return bound;
}

static void w3c_directive(struct w3c *w, const struct line *line, str text)
{
    str value;
    if (w3c_says(text, STR("#Software:"), &value)) {
        w->software = w3c_software(value);
        w->said[SOFTWARE] = line->offset + 1;
    } else if (w3c_says(text, STR("#Date:"), &value) && value.len >= sizeof w->since) {
        memcpy(w->since, value.p, sizeof w->since);
        w->said[DATE] = line->offset + 1;
    } else if (w3c_says(text, STR("#Fields:"), &value)) {
        w->said[FIELDS] = line->offset + 1;
        w->guessed = false;
        w->separator = str_find_char(value, '\t') < value.len ? '\t' : ' ';
        if (!w3c_bind(w, value) && line->offset >= w->p->from) {
            w3c_note(w, NOTE_BAD_HEADER, line);
        }
    }
    w->channel = w3c_channel(w);
    w->before = NEIGHBOURS_NONE;
    w->skipped[0] = w->skipped[1] = (struct line){0};
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

/* ---- a log whose beginning is lost */

/* IIS, as it is installed. */
static const str w3c_usual[] = {
    STR_INIT("date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
             "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken"),
    STR_INIT("date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
             "cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken"),
};

static bool w3c_is_number(str s)
{
    uint64_t n;
    return s.len < 10 && str_u64(s, &n);
}

/* A method, a path, a port, and numbers from the status on. */
static bool w3c_fits(const str *cells, size_t count, size_t status)
{
    bool fits = count == status + 4 && cells[0].len == 10 && cells[1].len == 8 && cells[4].len &&
                cells[4].p[0] == '/' && w3c_is_number(cells[6]);
    for (size_t i = status; fits && i < count; i++) {
        fits = w3c_is_number(cells[i]);
    }
    return fits && time_parse(cells[0]) != TIME_NONE && cells[1].p[2] == ':';
}

/* The columns that a row without a header shows, or an empty str. */
static str w3c_guess(const str *cells, size_t count)
{
    return w3c_fits(cells, count, 11)   ? w3c_usual[0]
           : w3c_fits(cells, count, 10) ? w3c_usual[1]
                                        : STR_NONE;
}

/* ---- rows */

/* Eight bytes at once: the high bit of each byte that is a + becomes what makes it a blank. */
static uint64_t w3c_blanks(uint64_t word)
{
    const uint64_t lows = 0x7f7f7f7f7f7f7f7f, every = 0x0101010101010101;
    uint64_t x = word ^ every * '+';
    uint64_t hits = ~(((x & lows) + lows) | x | lows);
    return word ^ (hits >> 7) * ('+' ^ ' ');
}

/* IIS writes a blank as +. Rows of one client follow each other, but seldom at once. */
static str w3c_agent(const struct w3c *w, str agent)
{
    char *out = str_find_char(agent, '+') < agent.len && str_eq(w->channel, STR("iis"))
                    ? arena_alloc(w->p->scratch, agent.len)
                    : NULL;
    size_t i = 0;
    for (; out && i + 8 <= agent.len; i += 8) {
        uint64_t word;
        memcpy(&word, agent.p + i, sizeof word);
        word = w3c_blanks(word);
        memcpy(out + i, &word, sizeof word);
    }
    for (; out && i < agent.len; i++) {
        out[i] = agent.p[i] == '+' ? ' ' : agent.p[i];
    }
    return out ? (str){out, agent.len} : agent;
}

static bool w3c_fields(struct w3c *w, struct event *event)
{
    for (size_t i = 0; i < w->columns->count; i++) {
        const struct column *c = &w->columns->list[i];
        str cell = columns_value(w->cells[i]);
        w->fields[i] = text_field(c->name, c->id, cell, w->type);
    }
    if (w->agent != COLUMN_NONE) {
        str agent = w3c_agent(w, columns_value(w->cells[w->agent]));
        w->fields[w->agent].data = (const uint8_t *)agent.p;
    }
    event->fields = w->fields;
    event->nfields = w->columns->count;
    return emit_event(w->p, event);
}

/* False: stop. */
static bool w3c_give(struct w3c *w, const struct line *line)
{
    struct event event = {
        .time = w3c_time(w),
        .record = line->number,
        .offset = line->offset,
        .len = line->len,
    };
    str host = w->host == COLUMN_NONE ? STR_NONE : columns_value(w->cells[w->host]);
    struct origin origin = {.channel = w->channel, .host = host};
    event.origin = origins_get(&w->origins, &origin);
    if (!event.origin) {
        emit_note(w->p, NOTE_OVER_BUDGET, line->offset, w->p->unit.len - line->offset);
        return false;
    }
    if (event.time == TIME_NONE) {
        w3c_note(w, NOTE_BAD_TIME, line);
    }
    if (!w->silent) {
        neighbours_note(&w->before, w->p, &event);
    }
    neighbours_add(&w->before, &event);
    return w->silent || !emit_head(w->p, &event) || w3c_fields(w, &event);
}

/* Proxies put what holds blanks between quotes. */
static size_t w3c_split_quoted(struct w3c *w, str text)
{
    size_t count = 0, at = 0;
    while (count < CELLS_MAX) {
        bool quoted = at < text.len && text.p[at] == '"';
        str rest = str_from(text, at + quoted);
        size_t len = str_find_char(rest, quoted ? '"' : w->separator);
        w->cells[count++] = str_sub(rest, 0, len);
        at += quoted + len + quoted;
        if (at >= text.len) {
            break;
        }
        at++;
    }
    return count;
}

static size_t w3c_split(struct w3c *w, str text)
{
    size_t cells = columns_split(text, w->separator, w->cells);
    bool odd = w->columns->count && cells != w->columns->count;
    return odd && str_find_char(text, '"') < text.len ? w3c_split_quoted(w, text) : cells;
}

/* Each row for itself: a part begins at any. */
static void w3c_guess_columns(struct w3c *w, size_t cells)
{
    str usual = w3c_guess(w->cells, cells);
    w->guessed = usual.len && w3c_bind(w, usual);
    w->columns->count = w->guessed ? w->columns->count : 0;
    w->channel = w3c_channel(w);
}

/* False: stop. */
static bool w3c_row(struct w3c *w, const struct line *line, str text)
{
    if (line->too_long) {
        w3c_note(w, NOTE_LONG_LINE, line);
        w->before = NEIGHBOURS_NONE;
        return true;
    }
    if (!text.len || w3c_is_header(w, text)) {
        w->before = NEIGHBOURS_NONE;
        return true;
    }
    size_t cells = w3c_split(w, text);
    if (w->columns->count == 0 || w->guessed) {
        w3c_guess_columns(w, cells);
    }
    enum note_id refused = w3c_refuse(w, line, cells);
    if (refused != NOTE_COUNT) {
        w3c_note(w, refused, line);
        w->before = NEIGHBOURS_NONE;
        return true;
    }
    if (w->guessed) {
        w3c_note(w, NOTE_COLUMNS_GUESSED, line);
    }
    return w3c_give(w, line);
}

/* Looked at before the line is made into text: most lines before a part are only passed over. */
static bool w3c_is_directive(const struct line *line)
{
    const uint8_t *p = line->raw.p;
    switch (line->encoding) {
    case TEXT_UTF16LE:
        return line->raw.len > 1 && p[0] == '#' && p[1] == 0;
    case TEXT_UTF16BE:
        return line->raw.len > 1 && p[0] == 0 && p[1] == '#';
    case TEXT_UTF8:
        break;
    }
    return line->raw.len > 0 && p[0] == '#';
}

static bool w3c_line(struct w3c *w, const struct lines *in, const struct line *line)
{
    struct arena_mark mark = arena_mark(w->p->scratch);
    str text = lines_text(in, line, w->p->scratch);
    bool directive = w3c_is_directive(line), going = true;
    if (line->padded && line->offset >= w->p->from) {
        w3c_note(w, NOTE_NUL_PADDING, line);
    }
    w->type = text_type_of(text);
    if (!directive && w->type != VALUE_TEXT) {
        w3c_note(w, NOTE_NOT_UTF8, line);
    }
    if (directive) {
        w3c_directive(w, line, text);
    } else {
        going = w3c_row(w, line, text);
    }
    arena_rewind(w->p->scratch, mark);
    return going;
}

/* The rows before the part, for what they say of its first. */
static void w3c_look_back(struct w3c *w, const struct lines *in)
{
    w->silent = true;
    for (size_t i = 0; i < ARRAY_LEN(w->skipped); i++) {
        if (w->skipped[i].number) {
            struct lines then = *in;
            then.encoding = w->skipped[i].encoding;
            (void)w3c_line(w, &then, &w->skipped[i]);
            w->skipped[i].number = 0;
        }
    }
    w->silent = false;
}

/* An earlier part was further than the beginning: what it was told holds. */
static void w3c_recall(struct w3c *w, const struct passed *known)
{
    for (size_t i = 0; i < PASSED_SAID; i++) {
        struct lines in = lines_of(w->p->unit, w->p->to, W3C_LINE_MAX);
        struct line line;
        if (lines_said(&in, known, i, &line)) {
            (void)w3c_line(w, &in, &line);
        }
    }
}

/* Up to two lines before the part, as the loop below would go, but from one # to the next. What is
 * not so simple is left to it. */
static void w3c_pass_over(struct w3c *w, struct lines *in)
{
    bytes unit = w->p->unit;
    uint64_t from = w->p->from < unit.len ? w->p->from : unit.len;
    uint64_t stop = lines_back(unit, lines_back(unit, from));
    bool simple = in->encoding == TEXT_UTF8;
    struct passed *known = passed_of(w->p);
    if (simple && lines_resume(in, known, stop)) {
        w3c_recall(w, known);
    }
    for (uint64_t at = in->at; simple && at < stop;) {
        const uint8_t *hit = memchr(unit.p + at, '#', (size_t)(stop - at));
        if (!hit) {
            break;
        }
        at = (uint64_t)(hit - unit.p);
        simple = at == 0 || hit[-1] != 0;
        if (at == 0 || hit[-1] == '\n') {
            struct line line;
            lines_skip(in, at);
            if (lines_next(in, &line) && w3c_is_directive(&line)) {
                (void)w3c_line(w, in, &line);
            }
            at = in->at;
            simple = in->encoding == TEXT_UTF8;
        } else {
            at++;
        }
    }
    if (simple) {
        lines_skip(in, stop);
        lines_keep(in, known, w->said);
    }
}

static void w3c_read(struct w3c *w)
{
    struct lines in = lines_of(w->p->unit, w->p->to, W3C_LINE_MAX);
    struct line line;
    w3c_pass_over(w, &in);
    while (lines_next(&in, &line)) {
        if (line.offset < w->p->from && !w3c_is_directive(&line)) {
            w->skipped[0] = w->skipped[1];
            w->skipped[1] = line;
            continue;
        }
        w3c_look_back(w, &in);
        if (!w3c_line(w, &in, &line) || (line.number % W3C_ASK_EVERY == 0 && parse_stopped(w->p))) {
            return;
        }
    }
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
    w->date = w->time = w->host = w->agent = COLUMN_NONE;
    w->day = TIME_NONE;
    w->separator = ' ';
    w->before = NEIGHBOURS_NONE;
    w3c_read(w);
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

/* The rows of a log that lost its beginning; the first may be cut. */
static bool w3c_looks(str text)
{
    str rest = text, line, cells[CELLS_MAX];
    for (int i = 0; i < 2 && str_cut(&rest, '\n', &line); i++) {
        if (w3c_guess(cells, columns_split(str_trim(line), ' ', cells)).len) {
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
    if (w3c_looks(text)) {
        return BY_SHAPE;
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
    .plain = true,
};
