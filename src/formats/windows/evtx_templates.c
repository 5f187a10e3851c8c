#include "formats/windows/evtx_template.h"

#include <string.h>

enum {
    VARIANTS_MAX = 16, /* templates with one GUID that are kept */
    OFFSETS = 256,
};

struct hash_key evtx_hash_key(const void *owner)
{
    uint64_t where = (uintptr_t)owner;
    return (struct hash_key){where, where >> 12};
}

void evtx_templates_init(struct evtx_templates *t, const struct names *names, struct arena *arena)
{
    *t = (struct evtx_templates){.names = names, .arena = arena};
    table_init(&t->by_guid, arena, false);
    t->by_guid.key = evtx_hash_key(t);
}

void evtx_templates_begin(struct evtx_templates *t, struct arena *parse, struct arena *scratch)
{
    t->parse = parse;
    t->scratch = scratch;
    evtx_templates_new_chunk(t);
}

void evtx_templates_new_chunk(struct evtx_templates *t)
{
    memset(t->by_offset, 0, sizeof t->by_offset);
}

/* The definition of another chunk, beside one that is known. */
struct beside {
    bytes chunk;
    uint64_t at;
};

/* The next `len` bytes, if there are so many and they are these. */
static inline bool same_bytes(struct beside *b, const uint8_t *mine, uint64_t len)
{
    bool same = len <= b->chunk.len - b->at && memcmp(mine, b->chunk.p + b->at, len) == 0;
    b->at += same ? len : 0;
    return same;
}

/* The reference to a name, and the name when it is stored right here. */
static inline bool same_name(struct beside *b, const uint8_t *mine)
{
    uint64_t left = b->chunk.len - b->at, len = 4 + UINT64_C(2) * load_u16le(mine + 2);
    uint64_t name = left >= 4 ? load_u32le(b->chunk.p + b->at) : UINT64_MAX;
    if (name > b->chunk.len || 4 + len > b->chunk.len - name ||
        memcmp(b->chunk.p + name + 4, mine, len) != 0) {
        return false;
    }
    b->at += 4;
    b->at += name == b->at ? 4 + len + 2 : 0;
    return b->at <= b->chunk.len;
}

static inline bool same_seam(struct beside *b, const struct evtx_seam *seam)
{
    if (seam->name) {
        return same_name(b, seam->name);
    }
    bool fits = b->chunk.len - b->at >= 4; /* a size: it may be another */
    b->at += fits ? 4 : 0;
    return fits;
}

/* Is the definition at `offset` of this chunk the one that `t` was made from? Asked for every
 * template of every chunk. */
static bool template_is(const struct evtx_template *t, bytes chunk, uint32_t offset)
{
    struct beside b = {chunk, offset + UINT64_C(4)};
    if (b.at > chunk.len || !same_bytes(&b, t->guid, 16) || chunk.len - b.at < 4) {
        return false;
    }
    b.at += 4;
    uint32_t at = 0;
    for (size_t i = 0; i < t->nseams; i++) {
        const struct evtx_seam *seam = &t->seams[i];
        if (!same_bytes(&b, t->body + at, seam->at - at) || !same_seam(&b, seam)) {
            return false;
        }
        at = seam->after;
    }
    return same_bytes(&b, t->body + at, t->body_len - at);
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
