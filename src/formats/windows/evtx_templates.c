#include "formats/windows/evtx_template.h"

#include <string.h>

extern const struct format format_evtx;

enum {
    VARIANTS_MAX = 16, /* templates with one GUID that are kept */
    OFFSETS = 256,
};

struct hash_key evtx_hash_key(const void *owner)
{
    uint64_t where = (uintptr_t)owner;
    return (struct hash_key){where, where >> 12};
}

static struct evtx_templates *begin(const struct names *names, struct arena *arena)
{
    struct evtx_templates *t = ARENA_NEW(arena, struct evtx_templates);
    if (t) {
        *t = (struct evtx_templates){.names = names, .arena = arena};
        table_init(&t->by_guid, arena, false);
        t->by_guid.key = evtx_hash_key(t);
    }
    return t;
}

/* What a log of too many templates filled is emptied for the next parse. */
static struct evtx_templates *remembered(struct memory *m, const struct names *names)
{
    struct evtx_templates *t = m->of == &format_evtx ? m->what : NULL;
    if (!t || t->full || t->names != names) {
        arena_reset(&m->arena);
        t = begin(names, &m->arena);
        m->of = &format_evtx;
        m->what = t;
    }
    return t;
}

struct evtx_templates *evtx_templates_for(const struct parse *p)
{
    struct evtx_templates *t =
        p->memory ? remembered(p->memory, p->names) : begin(p->names, p->arena);
    if (t) {
        t->parse = p->arena;
        t->scratch = p->scratch;
        evtx_templates_new_chunk(t);
    }
    return t;
}

void evtx_templates_new_chunk(struct evtx_templates *t)
{
    memset(t->by_offset, 0, sizeof t->by_offset);
}

static bool same_name(struct reader *r, bytes chunk, const uint8_t *mine)
{
    bytes name = evtx_name(r, chunk);
    size_t len = 4 + 2 * (size_t)load_u16le(mine + 2);
    return name.p && name.len == len && memcmp(name.p, mine, len) == 0;
}

/* `at` is where `t` is compared, `r` stands at the same place of the other. */
static bool same_bytes(const struct evtx_template *t, uint32_t at, uint32_t to, struct reader *r)
{
    bytes theirs = reader_take(r, to - at);
    return reader_ok(r) && (to == at || memcmp(t->body + at, theirs.p, to - at) == 0);
}

/* Is the definition at `offset` of this chunk the one that `t` was made from? */
static bool template_is(const struct evtx_template *t, bytes chunk, uint32_t offset)
{
    struct reader r = reader_of(chunk);
    reader_seek(&r, offset);
    reader_skip(&r, 4);
    bytes guid = reader_take(&r, 16);
    reader_skip(&r, 4);
    if (!reader_ok(&r) || memcmp(guid.p, t->guid, guid.len) != 0) {
        return false;
    }
    uint32_t at = 0;
    for (size_t i = 0; i < t->nseams; i++) {
        const struct evtx_seam *seam = &t->seams[i];
        if (!same_bytes(t, at, seam->at, &r)) {
            return false;
        }
        if (!seam->name) {
            reader_skip(&r, 4);
        } else if (!same_name(&r, chunk, seam->name)) {
            return false;
        }
        at = seam->after;
    }
    return same_bytes(t, at, t->body_len, &r);
}

static str guid_at(bytes chunk, uint32_t offset)
{
    struct reader r = reader_of(chunk);
    reader_seek(&r, offset);
    reader_skip(&r, 4);
    return str_of_bytes(reader_take(&r, 16));
}

static const struct evtx_template *known(const struct evtx_template *list, bytes chunk,
                                         uint32_t offset, enum evtx_zone zone, size_t *variants)
{
    *variants = 0;
    for (const struct evtx_template *t = list; t; t = t->next) {
        if (t->zone == zone && template_is(t, chunk, offset)) {
            return t;
        }
        ++*variants;
    }
    return NULL;
}

/* The number of this GUID's list; false when there is no room for one more. */
static bool list_of(struct evtx_templates *t, str guid, uint32_t *number)
{
    uint32_t next = (uint32_t)t->by_guid.count;
    if (!table_put(&t->by_guid, guid, next, number)) {
        return false;
    }
    struct evtx_template **grown =
        arena_grow(t->arena, t->lists, &t->cap, (size_t)*number + 1, sizeof(void *));
    if (!grown) {
        return false;
    }
    t->lists = grown;
    return true;
}

/* Leaves nothing behind when it fails: a damaged log has many. */
static enum evtx_outcome compile(struct evtx_templates *t, bytes chunk, uint32_t offset,
                                 enum evtx_zone zone, struct arena *arena,
                                 struct evtx_template **out)
{
    struct arena_mark mark = arena_mark(arena);
    *out = ARENA_NEW(arena, struct evtx_template);
    enum evtx_outcome outcome =
        *out ? evtx_compile_definition(chunk, offset, zone, t->names, arena, *out)
             : EVTX_OVER_BUDGET;
    if (outcome != EVTX_OK) {
        arena_rewind(arena, mark);
    }
    return outcome;
}

static void keep(struct evtx_templates *t, str guid, struct evtx_template *made)
{
    uint32_t number;
    if (list_of(t, guid, &number)) {
        made->next = t->lists[number];
        t->lists[number] = made;
    }
}

static enum evtx_outcome find(struct evtx_templates *t, bytes chunk, uint32_t offset,
                              enum evtx_zone zone, const struct evtx_template **out)
{
    str guid = guid_at(chunk, offset);
    uint32_t number = guid.len ? table_get(&t->by_guid, guid) : TABLE_NONE;
    struct evtx_template *list = number < t->cap ? t->lists[number] : NULL;
    size_t variants;
    *out = known(list, chunk, offset, zone, &variants);
    if (*out) {
        return EVTX_OK;
    }
    struct arena *const arenas[] = {t->arena, t->parse, t->scratch};
    size_t i = variants < VARIANTS_MAX ? 0 : 1;
    struct evtx_template *made;
    enum evtx_outcome outcome = compile(t, chunk, offset, zone, arenas[i], &made);
    while (outcome == EVTX_OVER_BUDGET && ++i < ARRAY_LEN(arenas)) {
        t->full = true;
        outcome = compile(t, chunk, offset, zone, arenas[i], &made);
    }
    *out = made;
    if (outcome == EVTX_OK) {
        made->kept = arenas[i] != t->scratch;
        if (i == 0) {
            keep(t, guid, made);
        }
    }
    return outcome;
}

enum evtx_outcome evtx_templates_get(struct evtx_templates *t, bytes chunk, uint32_t offset,
                                     enum evtx_zone zone, const struct evtx_template **out)
{
    uint32_t key = (offset << 3 | (uint32_t)zone) + 1; /* 0 is a free place */
    size_t i = (key * UINT32_C(0x9e3779b1)) >> 24;
    if (t->by_offset[i].key == key) {
        *out = t->by_offset[i].template;
        return EVTX_OK;
    }
    enum evtx_outcome outcome = find(t, chunk, offset, zone, out);
    if (outcome == EVTX_OK && (*out)->kept) {
        t->by_offset[i].key = key;
        t->by_offset[i].template = *out;
    }
    return outcome;
}
