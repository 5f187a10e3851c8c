#include "detect/sigma/cache.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 1 << 15,
    MOST = SLOTS / 2,
    MEMORY = 16 << 20,
    VALUE_MAX = 1024, /* longer values hardly repeat */
};

struct cache_entry {
    uint64_t hash;
    bytes data;
    const uint32_t *ids; /* NULL: free */
    uint32_t nids, kind;
};

void cache_init(struct cache *c, struct hash_key key)
{
    *c = (struct cache){.key = key, .entries = calloc(SLOTS, sizeof(struct cache_entry))};
    if (!c->entries) {
        abort();
    }
    arena_init(&c->arena, MEMORY);
}

void cache_done(struct cache *c)
{
    arena_done(&c->arena);
    free(c->entries);
    c->entries = NULL;
}

static uint64_t hash_of(const struct cache *c, const struct cached_value *v)
{
    struct hash_key key = {c->key.k0 ^ v->kind, c->key.k1};
    return hash_bytes(key, v->data);
}

static struct cache_entry *find(struct cache *c, const struct cached_value *v, uint64_t hash)
{
    for (size_t i = hash % SLOTS;; i = (i + 1) % SLOTS) {
        struct cache_entry *e = &c->entries[i];
        bool same = e->ids && e->hash == hash && e->kind == v->kind && e->data.len == v->data.len &&
                    !memcmp(e->data.p, v->data.p, v->data.len);
        if (same || !e->ids) {
            return e;
        }
    }
}

bool cache_get(struct cache *c, const struct cached_value *v, uint64_t *hash, struct match_ids *out)
{
    if (c->off || v->data.len > VALUE_MAX || v->data.len == 0) {
        return false;
    }
    *hash = hash_of(c, v);
    const struct cache_entry *e = find(c, v, *hash);
    if (e->ids) {
        *out = (struct match_ids){e->ids, e->nids};
    }
    return e->ids != NULL;
}

static void begin_anew(struct cache *c)
{
    memset(c->entries, 0, SLOTS * sizeof *c->entries);
    arena_reset(&c->arena);
    c->count = 0;
}

void cache_put(struct cache *c, const struct cached_value *v, uint64_t hash, struct match_ids ids)
{
    if (c->off || v->data.len > VALUE_MAX || v->data.len == 0) {
        return;
    }
    if (c->count >= MOST) {
        begin_anew(c);
    }
    uint32_t *copy = ARENA_ARRAY(&c->arena, uint32_t, ids.count + 1);
    bytes data = arena_bytes(&c->arena, v->data);
    if (!copy || !data.p) {
        begin_anew(c);
        return;
    }
    if (ids.count) {
        memcpy(copy, ids.id, ids.count * sizeof *copy);
    }
    *find(c, v, hash) = (struct cache_entry){hash, data, copy, (uint32_t)ids.count, v->kind};
    c->count++;
}
