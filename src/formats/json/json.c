/* JSON events: one object a line, one after another over several lines, or in arrays.
 *
 * A unit whose first object ends on the line it begins on is read as JSON lines: a damaged line
 * costs that line, and the unit can be cut at line ends. Anything else is read from object to
 * object; brackets and commas between them say nothing. What the keys of an object mean is
 * decided in json_paths.c. */
#include "base/json.h"
#include "base/text.h"
#include "formats/format.h"
#include "formats/json/json_paths.h"
#include "formats/line_log.h"
#include "formats/origins.h"

#include <assert.h>
#include <string.h>

enum {
    JSON_RECORD_MAX = 16 << 20, /* bytes of an event */
    JSON_VALUES_MAX = 1 << 16,  /* values in an event */
    JSON_ASK_EVERY = 1024,      /* events between two questions whether to stop */
    JSON_LINES_TRIED = 16,      /* to find one that is not damaged */
};

struct json_value {
    const struct json_path *path;
    str raw;
    bool escaped, null;
};

struct json_events {
    struct parse *p;
    struct json_paths paths;
    struct origins origins;
    struct json_value *values;
    struct field *fields;
    size_t nvalues, cap, fields_cap;
    struct json_value parts[JSON_ROLE_COUNT][JSON_RANKS]; /* by role and rank; no path: absent */
    const struct json_path *named; /* the name that the next text of a list of data has */
    struct json_path lost;         /* of values for whose path there was no memory */
    uint64_t seen;
    bool over; /* the event has more values than fit */
};

/* Text to read objects from, and where it stands. Offsets and lines are counted as it is read,
 * because the offsets of UTF-16 differ from those of its UTF-8. */
struct json_span {
    bytes text;
    size_t counted;  /* of text */
    uint64_t offset; /* in the unit, of text[counted] */
    uint64_t line;   /* that it is on, from 1 */
    bool wide;       /* the unit is UTF-16 */
    bool single;     /* a line by itself: nothing behind a damaged object is tried */
    bool ended;      /* single: with a line end */
};

/* Bad where the text ends: a word such as `tru` stops before it. */
static bool json_ends_at(bytes text, uint64_t at)
{
    return at + strlen("false") > text.len;
}

static bool json_at_end(const struct json *j)
{
    return json_ends_at(j->in, j->at);
}

/* ---- an object becomes values */

static bool json_make_room(struct json_events *e)
{
    struct json_value *grown =
        e->cap < JSON_VALUES_MAX
            ? arena_grow(e->p->arena, e->values, &e->cap, e->nvalues + 1, sizeof *grown)
            : NULL;
    e->values = grown ? grown : e->values;
    return grown != NULL;
}

static void json_keep(struct json_events *e, struct json_value v)
{
    enum json_role role = v.path->role;
    if (role == JSON_SKIPPED) {
        return;
    }
    if (role > JSON_SKIPPED && !v.null && !e->parts[role][v.path->rank].path) {
        e->parts[role][v.path->rank] = v;
    }
    if (e->nvalues == e->cap && !json_make_room(e)) {
        e->over = true;
        return;
    }
    e->values[e->nvalues++] = v;
}

/* {"@Name": "Image", "#text": "..."} is a value called Image. */
static bool json_pair(struct json_events *e, struct json_value *v)
{
    if (v->path->role == JSON_DATA_TEXT && e->named) {
        v->path = e->named;
        e->named = NULL;
        return false;
    }
    if (v->path->role != JSON_DATA_NAME) {
        return false;
    }
    struct json_path *data = v->path->parent;
    while (data->zone == JSON_DATA_LIST) {
        data = data->parent;
    }
    e->named = json_paths_below(&e->paths, data, v->raw, v->escaped, e->p->scratch);
    return true;
}

static bool json_is_list_item(const struct json_path *path)
{
    assert(path);
    return path->zone == JSON_DATA_LIST && path->parent->zone == JSON_DATA;
}

static void json_value(struct json_events *e, const struct json *j, enum json_token t,
                       const struct json_path *path)
{
    struct json_value v = {.path = path, .null = t == JSON_NULL};
    if (!v.null) {
        v.raw = j->raw;
        v.escaped = t == JSON_STRING && j->escaped;
    }
    if (!json_pair(e, &v)) {
        json_keep(e, v);
    }
}

/* Adds the values of the object that `text` begins with. Returns how far it got. */
static size_t json_walk(struct json_events *e, bytes text, bool *good)
{
    struct {
        struct json_path *path, *last;
    } levels[JSON_MAX_DEPTH + 1] = {
        {&e->paths.top, NULL}
    };
    struct json_path *path = &e->paths.top;
    struct json j = json_of(text);
    size_t depth = 0;
    e->named = NULL;
    for (enum json_token t = json_next(&j); t != JSON_END; t = json_next(&j)) {
        if (t == JSON_KEY) {
            path = json_paths_key(&e->paths, levels[depth].path, j.raw, j.escaped,
                                  &levels[depth].last, e->p->scratch);
            e->over |= !path;
            path = path ? path : &e->lost;
        } else if (t == JSON_OBJECT || t == JSON_ARRAY) {
            depth++;
            levels[depth].path = path;
            levels[depth].last = NULL;
            e->named = json_is_list_item(path) ? NULL : e->named;
        } else if (t == JSON_OBJECT_END || t == JSON_ARRAY_END) {
            path = levels[--depth].path;
        } else {
            json_value(e, &j, t, path);
        }
    }
    *good = !json_bad(&j);
    return (size_t)j.at;
}

static size_t json_read(struct json_events *e, bytes text, bool *good)
{
    e->nvalues = 0;
    e->over = false;
    memset(e->parts, 0, sizeof e->parts);
    return json_walk(e, text, good);
}

/* ---- values become an event */

static str json_decode(const struct json_value *v, struct arena *a)
{
    struct json j = {.raw = v->raw, .escaped = v->escaped};
    return json_text(&j, a);
}

static str json_part(const struct json_events *e, enum json_role role)
{
    for (int rank = JSON_RANKS - 1; rank >= 0; rank--) {
        if (e->parts[role][rank].path) {
            return json_decode(&e->parts[role][rank], e->p->scratch);
        }
    }
    return STR_NONE;
}

static uint64_t json_part_u64(const struct json_events *e, enum json_role role, uint64_t absent)
{
    uint64_t n = absent;
    return str_u64(json_part(e, role), &n) ? n : absent;
}

/* Seconds, milliseconds or microseconds since 1970, by their size; what the fraction of seconds
 * says behind the sixth digit is dropped. */
static usec json_time_of_number(str text)
{
    str whole = str_sub(text, 0, str_find_char(text, '.'));
    str fraction = str_sub(str_from(text, whole.len + 1), 0, 6);
    uint64_t n = 0, part = 0;
    if (!str_u64(whole, &n) || n < 100000000 || n > UINT64_C(250000000000000000)) {
        return TIME_NONE;
    }
    if (n >= UINT64_C(100000000000)) {
        return (usec)(n < UINT64_C(100000000000000) ? n * 1000 : n);
    }
    if (fraction.len && !str_u64(fraction, &part)) {
        return TIME_NONE;
    }
    for (size_t digits = fraction.len; digits < 6; digits++) {
        part *= 10;
    }
    return (usec)(n * 1000000 + part);
}

/* Also .NET's "/Date(1615689572609)/" and the " UTC" of older evtx_dump. */
static usec json_time_of(str text)
{
    str utc = STR(" UTC"), dotnet = STR("/Date(");
    text.len -= str_ends(text, utc) ? utc.len : 0;
    usec t = time_parse(text);
    if (t != TIME_NONE) {
        return t;
    }
    if (str_starts(text, dotnet)) {
        text = str_from(text, dotnet.len);
        text = str_sub(text, 0, str_find_char(text, ')'));
    }
    return json_time_of_number(text);
}

static usec json_time(const struct json_events *e, bool *bad)
{
    *bad = false;
    for (int rank = JSON_RANKS - 1; rank >= 0; rank--) {
        const struct json_value *v = &e->parts[JSON_TIME][rank];
        usec t = v->path ? json_time_of(json_decode(v, e->p->scratch)) : TIME_NONE;
        if (t != TIME_NONE) {
            return t;
        }
        *bad |= v->path != NULL;
    }
    return TIME_NONE;
}

static bool json_has(const struct json_events *e, enum json_role role)
{
    return e->parts[role][0].path != NULL;
}

/* Network sensors name no channel. Zeek says which log it is in `_path`, or by the name of the file
 * (conn.log, conn.2021-03-04.log); Suricata's one log says what kind of event. The audit log of
 * Microsoft 365 has a workload and an operation. */
static str json_sensor(struct json_events *e)
{
    const char *sensor = "zeek";
    str kind = json_part(e, JSON_ZEEK_PATH), name = str_base(e->p->path);
    if (json_has(e, JSON_AUDIT_WORKLOAD) && json_has(e, JSON_AUDIT_OPERATION)) {
        return STR("m365-audit");
    }
    if (!kind.len && json_has(e, JSON_EVE_TYPE) && json_has(e, JSON_EVE_FLOW)) {
        sensor = "suricata";
        kind = json_part(e, JSON_EVE_TYPE);
    } else if (!kind.len && json_has(e, JSON_ZEEK_UID) && json_has(e, JSON_TIME)) {
        kind = str_sub(name, 0, str_find_char(name, '.'));
    }
    kind = str_sub(kind, 0, JSON_KEY_MAX);
    return kind.len ? arena_printf(e->p->scratch, "%s-%.*s", sensor, STR_ARG(kind)) : STR("json");
}

static const struct origin *json_origin(struct json_events *e)
{
    str channel = json_part(e, JSON_CHANNEL), sensor = channel.len ? STR_NONE : json_sensor(e);
    bool of_url = str_starts(sensor, STR("zeek-")); /* its `host` */
    uint64_t id = json_part_u64(e, JSON_EVENT_ID, 0);
    return origins_get(&e->origins, &(struct origin){
                                        .channel = channel.len ? channel : sensor,
                                        .provider = json_part(e, JSON_PROVIDER),
                                        .host = of_url ? STR_NONE : json_part(e, JSON_HOST),
                                        .event_id = id <= UINT32_MAX ? (uint32_t)id : 0,
                                    });
}

/* What EvtxECmd keeps as text in "Payload" are values like the others. */
static void json_payload(struct json_events *e)
{
    const struct json_value *payload = &e->parts[JSON_PAYLOAD][0];
    if (payload->path) {
        bool good = true;
        str text = json_decode(payload, e->p->scratch);
        (void)json_walk(e, bytes_of_str(text), &good);
    }
}

static bool json_fields(struct json_events *e)
{
    struct field *grown =
        arena_grow(e->p->arena, e->fields, &e->fields_cap, e->nvalues, sizeof *grown);
    if (!grown && e->nvalues) {
        return false;
    }
    e->fields = grown;
    bool whole = true;
    for (size_t i = 0; i < e->nvalues; i++) {
        const struct json_value *v = &e->values[i];
        str text = json_decode(v, e->p->scratch);
        whole &= text.len || !v->raw.len;
        e->fields[i] = (struct field){
            .name = v->path->name,
            .data = (const uint8_t *)text.p,
            .len = (uint32_t)text.len,
            .id = v->path->id,
            .type = v->null ? VALUE_NULL : VALUE_TEXT,
        };
    }
    return whole;
}

/* False: stop. */
static bool json_give(struct json_events *e, uint64_t offset, uint64_t len, uint64_t line)
{
    bool bad_time = false;
    struct event event = {
        .time = json_time(e, &bad_time),
        .record = json_part_u64(e, JSON_RECORD, line),
        .offset = offset,
        .len = len,
        .origin = json_origin(e),
    };
    if (!event.origin) {
        emit_note(e->p, NOTE_OVER_BUDGET, offset, e->p->unit.len - offset);
        return false;
    }
    if (bad_time) {
        emit_note(e->p, NOTE_BAD_TIME, offset, len);
    }
    if (emit_head(e->p, &event)) {
        json_payload(e);
        e->over |= !json_fields(e);
        event.fields = e->fields;
        event.nfields = e->nvalues;
        if (e->fields && !emit_event(e->p, &event)) {
            return false;
        }
    }
    if (e->over) {
        emit_note(e->p, NOTE_OVER_BUDGET, offset, len);
    }
    return ++e->seen % JSON_ASK_EVERY || !parse_stopped(e->p);
}

/* ---- objects, one after another */

/* How many bytes of UTF-16 this UTF-8 was. */
static uint64_t json_wide_len(bytes utf8)
{
    uint64_t units = 0;
    for (size_t i = 0; i < utf8.len; i++) {
        units += ((utf8.p[i] & 0xc0) != 0x80 ? 1u : 0u) + (utf8.p[i] >= 0xf0 ? 1u : 0u);
    }
    return units * 2;
}

static void json_count(struct json_span *s, size_t to)
{
    bytes passed = {s->text.p + s->counted, to - s->counted};
    s->offset += s->wide ? json_wide_len(passed) : passed.len;
    for (str rest = str_of_bytes(passed), line; str_cut(&rest, '\n', &line) && rest.p;) {
        s->line++;
    }
    s->counted = to;
}

static uint64_t json_len(const struct json_span *s, size_t to)
{
    bytes next = {s->text.p + s->counted, to - s->counted};
    return s->wide ? json_wide_len(next) : next.len;
}

static bool json_is_between(uint8_t c)
{
    return c == 0 || c == ',' || c == '[' || c == ']' || ascii_is_space((char)c);
}

/* The next object behind `at`: a brace that follows another object. */
static size_t json_resync(const struct json_span *s, size_t at)
{
    bool behind = false;
    for (; at < s->text.len; at++) {
        uint8_t c = s->text.p[at];
        if (c == '{' && behind) {
            return at;
        }
        behind = c == '}' || (behind && (c == ',' || ascii_is_space((char)c)));
    }
    return s->text.len;
}

static size_t json_damage(struct json_events *e, const struct json_span *s, size_t start,
                          size_t bad_at, size_t limit)
{
    size_t next = s->single ? s->text.len : json_resync(s, bad_at > start ? bad_at : start + 1);
    bool cut = json_ends_at(s->text, bad_at) && next == s->text.len && !(s->single && s->ended);
    bool huge = bad_at >= limit && limit < s->text.len;
    enum note_id id = cut ? NOTE_TRUNCATED : huge ? NOTE_LONG_LINE : NOTE_BAD_JSON;
    if (s->offset >= e->p->from && s->offset < e->p->to) {
        emit_note(e->p, id, s->offset, json_len(s, next));
    }
    return next;
}

/* Every object of a span. False: stop. */
static bool json_span_read(struct json_events *e, struct json_span *s)
{
    size_t at = 0;
    for (bool going = true; going;) {
        while (at < s->text.len && json_is_between(s->text.p[at])) {
            at++;
        }
        if (at == s->text.len) {
            break;
        }
        json_count(s, at);
        size_t rest = s->text.len - at;
        size_t most = rest < JSON_RECORD_MAX ? rest : JSON_RECORD_MAX;
        struct arena_mark mark = arena_mark(e->p->scratch);
        bool good = s->text.p[at] == '{';
        size_t len = good ? json_read(e, (bytes){s->text.p + at, most}, &good) : 0;
        if (!good) {
            at = json_damage(e, s, at, at + len, at + most);
        } else {
            bool ours = s->offset >= e->p->from && s->offset < e->p->to;
            going = !ours || json_give(e, s->offset, json_len(s, at + len), s->line);
            at += len;
        }
        arena_rewind(e->p->scratch, mark);
    }
    return at == s->text.len;
}

static void json_lines(struct json_events *e)
{
    struct lines in = lines_from(e->p, e->p->from, JSON_RECORD_MAX);
    struct line line;
    while (lines_next(&in, &line)) {
        if (line.offset < e->p->from) {
            continue;
        }
        if (line.padded) {
            emit_note(e->p, NOTE_NUL_PADDING, line.offset, line.len);
        }
        if (line.too_long) {
            emit_note(e->p, NOTE_LONG_LINE, line.offset, line.len);
        }
        struct json_span s = {
            .text = line.raw,
            .offset = (uint64_t)(line.raw.p - e->p->unit.p),
            .line = line.number,
            .single = true,
            .ended = line.ended,
        };
        if (!json_span_read(e, &s)) {
            return;
        }
    }
}

static void json_whole(struct json_events *e)
{
    size_t mark = 0;
    enum text_encoding encoding = text_encoding_of(e->p->unit, &mark);
    bytes text = {e->p->unit.p + mark, e->p->unit.len - mark};
    struct json_span s = {.text = text, .offset = mark, .line = 1, .wide = encoding != TEXT_UTF8};
    if (s.wide) {
        s.text = bytes_of_str(text_utf16(e->p->arena, text, encoding));
        if (!s.text.len && text.len) {
            emit_note(e->p, NOTE_OVER_BUDGET, 0, e->p->unit.len);
            return;
        }
    }
    size_t padding = s.text.len;
    while (padding && !s.text.p[padding - 1]) {
        padding--;
    }
    if (padding < s.text.len && !s.wide) {
        emit_note(e->p, NOTE_NUL_PADDING, mark + padding, s.text.len - padding);
    }
    (void)json_span_read(e, &s);
}

/* ---- the format */

enum json_line { JSON_LINE_WHOLE, JSON_LINE_OPEN, JSON_LINE_BAD };

static enum json_line json_line_kind(bytes line)
{
    struct json j = json_of(line);
    enum json_token t = json_next(&j);
    bool object = t == JSON_OBJECT;
    while (t != JSON_END) {
        t = json_next(&j);
    }
    if (!json_bad(&j) && object) {
        return JSON_LINE_WHOLE;
    }
    return json_bad(&j) && json_at_end(&j) ? JSON_LINE_OPEN : JSON_LINE_BAD;
}

/* JSON lines: an object ends on the line it begins on. */
static bool json_is_lines(bytes unit)
{
    struct lines in = lines_of(unit, unit.len, JSON_RECORD_MAX);
    struct line line;
    if (in.encoding != TEXT_UTF8) {
        return false;
    }
    for (int tried = 0; tried < JSON_LINES_TRIED && lines_next(&in, &line);) {
        str text = str_trim(str_of_bytes(line.raw));
        if (!text.len && !line.too_long) {
            continue;
        }
        enum json_line kind = json_line_kind(bytes_of_str(text));
        if (kind == JSON_LINE_WHOLE || (kind == JSON_LINE_OPEN && text.len)) {
            return kind == JSON_LINE_WHOLE;
        }
        tried++;
    }
    return false;
}

static void json_parse(struct parse *p)
{
    struct json_events e = {
        .p = p,
        .origins = {.arena = p->arena},
        .lost = { .role = JSON_SKIPPED,  .passing = true},
    };
    if (!json_paths_init(&e.paths, p->names, p->arena)) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    if (json_is_lines(p->unit)) {
        json_lines(&e);
    } else {
        json_whole(&e);
    }
}

static uint64_t json_cut(bytes unit, uint64_t near)
{
    if (near == 0 || !json_is_lines(unit)) {
        return near == 0 ? 0 : unit.len;
    }
    return lines_cut(unit, near);
}

static bool json_by_name(str path)
{
    static const str extensions[] = {STR_INIT(".json"), STR_INIT(".jsonl"), STR_INIT(".ndjson"),
                                     STR_INIT(".jl")};
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        if (str_ends_nocase(path, extensions[i])) {
            return true;
        }
    }
    return false;
}

static int json_probe(bytes head, str path)
{
    char room[PROBE_HEAD];
    str text = str_trim(text_head(head, room, sizeof room));
    if (!text.len || (text.p[0] != '{' && text.p[0] != '[')) {
        return NO_MATCH;
    }
    struct json j = json_of(bytes_of_str(text));
    enum json_token first = json_next(&j), t = json_next(&j);
    bool events = (first == JSON_OBJECT && t == JSON_KEY) ||
                  (first == JSON_ARRAY && t == JSON_OBJECT) || json_at_end(&j);
    while (t != JSON_END) {
        t = json_next(&j);
    }
    bool good = !json_bad(&j) || json_at_end(&j);
    if (good && events) {
        return BY_SHAPE;
    }
    return json_by_name(path) ? BY_NAME : NO_MATCH;
}

const struct format format_json = {
    .name = "json",
    .title = "JSON events",
    .probe = json_probe,
    .parse = json_parse,
    .cut = json_cut,
    .plain = true,
};
