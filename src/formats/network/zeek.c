/* Zeek's logs in its own form: columns between tabs, under a header that names them.
 *
 *     #separator \x09
 *     #set_separator	,
 *     #empty_field	(empty)
 *     #unset_field	-
 *     #path	conn
 *     #open	2021-03-04-00-00-05
 *     #fields	ts	uid	id.orig_h	id.orig_p	...
 *     #types	time	string	addr	port	...
 *     1614816005.123456	CHhAvVGS1DHFjwGM9	198.51.100.7	51234	...
 *     #close	2021-03-04-01-00-00
 *
 * `ts` counts seconds since 1970, UTC; the channel is "zeek-" and the path. What no value was set
 * for is null. */
#include "formats/format.h"
#include "formats/lines.h"
#include "formats/web/columns.h"

#include <string.h>

enum { ZEEK_LINE_MAX = 1 << 20, ZEEK_PATH_MAX = 64, ZEEK_ASK_EVERY = 4096 };

struct zeek {
    struct parse *p;
    struct columns *columns;
    str cells[CELLS_MAX];
    struct field fields[COLUMNS_MAX];
    struct origin *origin;
    char separator;
    int time;
};

static bool zeek_says(str text, str directive, str *value)
{
    *value = str_from(text, directive.len + 1);
    return str_starts(text, directive) && text.len > directive.len;
}

/* The log may change its path half-way only in files put together by hand. */
static void zeek_path(struct zeek *z, str path)
{
    struct arena *a = z->p->arena;
    struct origin *origin = ARENA_NEW(a, struct origin);
    str channel = arena_printf(a, "zeek-%.*s", STR_ARG(str_sub(path, 0, ZEEK_PATH_MAX)));
    if (origin && !str_eq(channel, z->origin->channel)) {
        *origin = (struct origin){.channel = channel, .number = z->origin->number + 1};
        z->origin = origin;
    }
}

static char zeek_separator(str escaped)
{
    if (escaped.len == 4 && str_starts(escaped, STR("\\x"))) {
        uint64_t byte;
        char hex[] = {'0', 'x', escaped.p[2], escaped.p[3]};
        return str_u64((str){hex, sizeof hex}, &byte) ? (char)byte : '\t';
    }
    return escaped.len == 1 ? escaped.p[0] : '\t';
}

static void zeek_directive(struct zeek *z, const struct line *line, str text)
{
    str value;
    if (zeek_says(text, STR("#separator"), &value)) {
        z->separator = zeek_separator(value);
    } else if (zeek_says(text, STR("#path"), &value)) {
        zeek_path(z, value);
    } else if (zeek_says(text, STR("#fields"), &value)) {
        if (!columns_bind(z->columns, z->p->names, value, z->separator) &&
            line->offset >= z->p->from) {
            emit_note(z->p, NOTE_BAD_HEADER, line->offset, line->len);
        }
        z->time = columns_find(z->columns, STR("ts"));
    }
}

/* 1614816005.123456 */
static usec zeek_time(str text)
{
    str whole, rest = text;
    uint64_t seconds, part = 0;
    str_cut(&rest, '.', &whole);
    if (!str_u64(whole, &seconds) || seconds > INT32_MAX * UINT64_C(128)) {
        return TIME_NONE;
    }
    size_t digits = rest.len < 6 ? rest.len : 6;
    if (digits && !str_u64(str_sub(rest, 0, digits), &part)) {
        return TIME_NONE;
    }
    for (size_t i = digits; i < 6; i++) {
        part *= 10;
    }
    return time_of_unix((int64_t)seconds) + (usec)part;
}

static bool zeek_give(struct zeek *z, const struct line *line)
{
    struct event event = {
        .time = z->time == COLUMN_NONE ? TIME_NONE : zeek_time(z->cells[z->time]),
        .record = line->number,
        .offset = line->offset,
        .len = line->len,
        .origin = z->origin,
    };
    if (event.time == TIME_NONE) {
        emit_note(z->p, NOTE_BAD_TIME, line->offset, line->len);
    }
    if (!emit_head(z->p, &event)) {
        return true;
    }
    for (size_t i = 0; i < z->columns->count; i++) {
        const struct column *c = &z->columns->list[i];
        bool unset = str_eq(z->cells[i], STR("-"));
        str cell = str_eq(z->cells[i], STR("(empty)")) ? STR_NONE : z->cells[i];
        z->fields[i] = (struct field){c->name, (const uint8_t *)cell.p, (uint32_t)cell.len, c->id,
                                      unset ? VALUE_NULL : VALUE_TEXT};
    }
    event.fields = z->fields;
    event.nfields = z->columns->count;
    return emit_event(z->p, &event);
}

/* False: stop. */
static bool zeek_row(struct zeek *z, const struct line *line, str text)
{
    if (line->too_long) {
        emit_note(z->p, NOTE_LONG_LINE, line->offset, line->len);
        return true;
    }
    if (!text.len) {
        return true;
    }
    if (!z->columns->count) {
        emit_note(z->p, NOTE_NO_COLUMNS, line->offset, line->len);
        return true;
    }
    if (columns_split(text, z->separator, z->cells) != z->columns->count) {
        emit_note(z->p, line->ended ? NOTE_BAD_LINE : NOTE_TRUNCATED, line->offset, line->len);
        return true;
    }
    return zeek_give(z, line);
}

static void zeek_parse(struct parse *p)
{
    struct zeek *z = ARENA_NEW(p->arena, struct zeek);
    if (z) {
        z->columns = ARENA_NEW(p->arena, struct columns);
        z->origin = ARENA_NEW(p->arena, struct origin);
    }
    if (!z || !z->columns || !z->origin) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    z->p = p;
    z->separator = '\t';
    z->time = COLUMN_NONE;
    z->origin->channel = STR("zeek");
    struct lines in = lines_of(p->unit, p->to, ZEEK_LINE_MAX);
    struct line line;
    while (lines_next(&in, &line)) {
        bool ours = line.offset >= p->from, directive = line.raw.len && line.raw.p[0] == '#';
        if (!ours && !directive) {
            continue;
        }
        if (ours && line.padded) {
            emit_note(p, NOTE_NUL_PADDING, line.offset, line.len);
        }
        struct arena_mark mark = arena_mark(p->scratch);
        bool going = true;
        if (directive) {
            zeek_directive(z, &line, str_of_bytes(line.raw));
        } else {
            going = zeek_row(z, &line, str_of_bytes(line.raw));
        }
        arena_rewind(p->scratch, mark);
        if (!going || (line.number % ZEEK_ASK_EVERY == 0 && parse_stopped(p))) {
            return;
        }
    }
}

static int zeek_probe(bytes head, str path)
{
    (void)path;
    str text = str_of_bytes(head);
    bool own = str_starts(text, STR("#separator ")) && str_has(text, STR("\n#fields"));
    return own ? BY_MAGIC : NO_MATCH;
}

const struct format format_zeek = {
    .name = "zeek",
    .title = "Zeek log",
    .probe = zeek_probe,
    .parse = zeek_parse,
    .cut = lines_cut,
    .plain = true,
};
