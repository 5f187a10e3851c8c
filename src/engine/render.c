#include "engine/render.h"

#include "engine/spell.h"

#include <string.h>

/* ---- names that repeat ---- */

/* For each field what stands before its value, empty when that is not known; the next one of the
 * same name, UINT32_MAX when there is none; and whether it is the first. */
struct same_name {
    str key;
    uint32_t next, last;
    bool first;
};

static void join_names(struct same_name *same, uint32_t i, uint32_t first, str key)
{
    same[i] = (struct same_name){.key = key, .next = UINT32_MAX, .last = i, .first = first == i};
    if (first != i) {
        same[same[first].last].next = i;
        same[first].last = i;
    }
}

static bool group_names(const struct event *e, struct same_name *same, struct arena *a,
                        struct hash_key key)
{
    struct table names;
    table_init(&names, a, false);
    names.key = key;
    for (uint32_t i = 0; i < e->nfields; i++) {
        uint32_t first = i;
        if (!table_put(&names, known_name_of(&e->fields[i]), i, &first)) {
            return false;
        }
        join_names(same, i, first, STR_NONE);
    }
    return true;
}

/* ---- fields ---- */

static void render_key(struct buf *b, str key)
{
    char *o = spell_room(b, key.len + KNOWN_NAME_STEP);
    if (o) {
        for (size_t i = 0; i < key.len; i += KNOWN_NAME_STEP) {
            memcpy(o + i, key.p + i, KNOWN_NAME_STEP);
        }
        spell_end(b, o + key.len);
    }
}

static void render_values(struct buf *b, const struct event *e, const struct same_name *same,
                          uint32_t i, struct arena *a)
{
    buf_char(b, '[');
    for (uint32_t k = i; k != UINT32_MAX; k = same[k].next) {
        if (k != i) {
            buf_char(b, ',');
        }
        spell_json(b, &e->fields[k], a);
    }
    buf_char(b, ']');
}

static void render_grouped(struct buf *b, const struct event *e, const struct same_name *same,
                           struct arena *a)
{
    for (uint32_t i = 0; i < e->nfields; i++) {
        if (!same[i].first) {
            continue;
        }
        if (same[i].key.len > 0) {
            render_key(b, same[i].key);
        } else {
            spell_json_key(b, known_name_of(&e->fields[i]), i == 0);
        }
        if (same[i].next == UINT32_MAX) {
            spell_json(b, &e->fields[i], a);
        } else {
            render_values(b, e, same, i, a);
        }
    }
}

static void render_known(struct buf *b, const struct event *e,
                         const struct known_name *const way[KNOWN_NAMES_MAX], struct arena *a)
{
    size_t count = e->nfields;
    if (count == 0 || !way[count - 1]->any_repeat) {
        for (size_t i = 0; i < count; i++) {
            render_key(b, way[i]->key);
            spell_json(b, &e->fields[i], a);
        }
        return;
    }
    struct same_name same[KNOWN_NAMES_MAX];
    for (uint32_t i = 0; i < count; i++) {
        join_names(same, i, way[i]->first, way[i]->key);
    }
    render_grouped(b, e, same, a);
}

static void render_fields(struct renderer *r, const struct event *e)
{
    const struct known_name *way[KNOWN_NAMES_MAX];
    if (known_names_of(r->names, e, way)) {
        render_known(&r->lines, e, way, &r->text);
        return;
    }
    struct same_name *same = ARENA_ARRAY(&r->text, struct same_name, e->nfields);
    if (same && group_names(e, same, &r->text, r->key)) {
        render_grouped(&r->lines, e, same, &r->text);
    }
}

/* ---- what stands in front of them ---- */

static void render_origin(struct buf *b, const struct origin *o)
{
    buf_add(b, STR(",\"channel\":"));
    spell_json_text(b, o->channel);
    buf_add(b, STR(",\"provider\":"));
    spell_json_text(b, o->provider);
    buf_add(b, STR(",\"event_id\":"));
    buf_u64(b, o->event_id);
    buf_add(b, STR(",\"host\":"));
    spell_json_text(b, o->host);
    buf_add(b, STR(",\"fields\":{"));
}

/* The origins of a unit are few: each is spelled once. */
static str origin_text(struct renderer *r, const struct origin *o)
{
    str *grown =
        arena_grow(&r->lasting, r->origins, &r->origins_cap, (size_t)o->number + 1, sizeof *grown);
    if (!grown) {
        return STR_NONE;
    }
    r->origins = grown;
    if (grown[o->number].len == 0) {
        struct buf b;
        buf_init(&b, LIMIT_LINE);
        render_origin(&b, o);
        grown[o->number] = buf_ok(&b) ? arena_str(&r->lasting, buf_str(&b)) : STR_NONE;
        buf_done(&b);
    }
    return grown[o->number];
}

static void render_json(struct renderer *r, const struct event *e)
{
    struct buf *b = &r->lines;
    str origin = origin_text(r, e->origin);
    buf_add(b, r->begins);
    spell_u64(b, e->record);
    buf_add(b, STR(",\"offset\":"));
    spell_u64(b, e->offset);
    buf_add(b, STR(",\"time\":\""));
    spell_time(b, e->time);
    buf_char(b, '"');
    if (origin.len > 0) {
        buf_add(b, origin);
    } else {
        render_origin(b, e->origin);
    }
    render_fields(r, e);
    buf_add(b, STR("}}\n"));
}

static void render_event(struct renderer *r, const struct event *e)
{
    if (r->as == RENDER_XML) {
        render_xml(&r->lines, e, &r->text);
    } else {
        render_json(r, e);
    }
}

/* ---- in a worker */

static bool on_head(void *ctx, const struct event *head)
{
    struct renderer *r = ctx;
    r->events++;
    if (r->lines.len >= LIMIT_PART_LINES) {
        tally_note(&r->notes, NOTE_OVER_OUTPUT, 1, head->offset, head->len);
        return false;
    }
    return true;
}

static bool on_event(void *ctx, const struct event *e)
{
    struct renderer *r = ctx;
    size_t mark = r->lines.len;
    arena_reset(&r->text);
    render_event(r, e);
    if (!buf_ok(&r->lines) || r->lines.len - mark > LIMIT_LINE) { /* too long: none of it */
        r->lines.len = mark;
        r->lines.bad = false;
        tally_note(&r->notes, NOTE_OVER_OUTPUT, 1, e->offset, e->len);
    }
    return true;
}

static void on_note(void *ctx, const struct note *n)
{
    struct renderer *r = ctx;
    tally_note(&r->notes, n->id, 1, n->offset, n->len);
}

/* {"unit":"...","record": */
static str begin(struct arena *a, str unit)
{
    struct buf b;
    buf_init(&b, LIMIT_LINE);
    buf_add(&b, STR("{\"unit\":"));
    spell_json_text(&b, unit);
    buf_add(&b, STR(",\"record\":"));
    str begins = arena_str(a, buf_str(&b));
    buf_done(&b);
    return begins;
}

void renderer_init(struct renderer *r, struct wire *wire, const struct os_shared *slate, str unit,
                   enum render_as as, struct hash_key key, struct known_names *names)
{
    *r = (struct renderer){.wire = wire, .as = as, .key = key, .names = names};
    known_names_tidy(names);
    arena_init(&r->text, LIMIT_RECORD_ARENA);
    arena_init(&r->lasting, LIMIT_ORIGINS_TEXT);
    r->lines = (struct buf){.p = (char *)slate->p, .cap = slate->size, .max = slate->size};
    r->begins = begin(&r->lasting, unit);
}

struct sink renderer_sink(struct renderer *r)
{
    return (struct sink){
        .ctx = r,
        .on_head = on_head,
        .on_event = on_event,
        .on_note = on_note,
    };
}

void renderer_end(struct renderer *r)
{
    const struct message m = {.kind = MESSAGE_LINES, .lines = r->lines.len};
    if (r->lines.len > 0) {
        (void)wire_keep(r->wire, &m);
    }
    arena_done(&r->text);
    arena_done(&r->lasting);
    wire_keep_notes(r->wire, &r->notes);
}
