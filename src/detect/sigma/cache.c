#include "detect/sigma/cache.h"

#include <stdlib.h>
#include <string.h>

enum {
    WAYS = 4, /* places a hash can be at */
    SETS = 1 << 14,
    MEMORY = 32 << 20,
};

struct cache_entry { /* the bytes of the value stand behind the ids */
    uint32_t kind, len, nids;
    uint32_t ids[];
};

void cache_init(struct cache *c, struct hash_key key)
{
    *c = (struct cache){.tags = calloc((size_t)SETS * WAYS, sizeof *c->tags),
                        .entries = calloc((size_t)SETS * WAYS, sizeof *c->entries)};
    if (!c->tags || !c->entries) {
        abort();
    }
    arena_init(&c->arena, MEMORY);
    for (uint32_t i = 0; i < CACHE_VALUE_MAX / 4; i++) {
        c->key[i] = (uint32_t)hash_bytes(key, (bytes){(const uint8_t *)&i, sizeof i});
    }
}

void cache_done(struct cache *c)
{
    arena_done(&c->arena);
    free(c->tags);
    free(c->entries);
    c->tags = NULL;
    c->entries = NULL;
}

static uint64_t product(const uint32_t *key, const uint8_t *p)
{
    uint32_t word[2];
    memcpy(word, p, sizeof word);
    return (uint64_t)(word[0] + key[0]) * (word[1] + key[1]);
}

/* NH of UMAC (RFC 4418): without the key two values collide once in four billion. Several times as
 * fast as SipHash, whose other virtues nobody needs here. */
static uint64_t hash_of(const struct cache *c, const struct cached_value *v)
{
    uint64_t hash = (uint64_t)v->kind << 32 | v->data.len;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    size_t at = 0;
    for (; at + 8 <= v->data.len; at += 8) {
        hash += product(c->key + at / 4, v->data.p + at);
    }
    uint8_t rest[8] = {0};
    memcpy(rest, v->data.p + at, v->data.len - at);
    hash += product(c->key + at / 4, rest);
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    return hash ^ hash >> 32;
}

static size_t set_of(uint64_t hash)
{
    return hash % SETS * WAYS;
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32) | 1; /* 0 is free */
}

static bool is_of(const struct cache_entry *e, const struct cached_value *v)
{
    return e->kind == v->kind && e->len == v->data.len &&
           !memcmp(e->ids + e->nids, v->data.p, v->data.len);
}

static bool remembers(const struct cache *c, const struct cached_value *v)
{
    return !c->off && v->data.len > 0 && v->data.len <= CACHE_VALUE_MAX - 8;
}

bool cache_get(struct cache *c, const struct cached_value *v, uint64_t *hash, struct match_ids *out)
{
    if (!remembers(c, v)) {
        return false;
    }
    *hash = hash_of(c, v);
    size_t set = set_of(*hash);
    for (size_t i = set; i < set + WAYS; i++) {
        if (c->tags[i] == tag_of(*hash) && is_of(c->entries[i], v)) {
            *out = (struct match_ids){c->entries[i]->ids, c->entries[i]->nids};
            return true;
        }
    }
    return false;
}

void cache_forget(struct cache *c)
{
    memset(c->tags, 0, (size_t)SETS * WAYS * sizeof *c->tags);
    arena_reset(&c->arena);
}

/* A free place of the set, or the place of one that has to go. */
static size_t place_for(const struct cache *c, uint64_t hash)
{
    size_t set = set_of(hash);
    for (size_t i = set; i < set + WAYS; i++) {
        if (!c->tags[i]) {
            return i;
        }
    }
    return set + (hash >> 16) % WAYS;
}

void cache_put(struct cache *c, const struct cached_value *v, uint64_t hash, struct match_ids ids)
{
    if (!remembers(c, v)) {
        return;
    }
    size_t room = ids.count * sizeof *ids.id;
    struct cache_entry *e = arena_alloc(&c->arena, sizeof *e + room + v->data.len);
    if (!e) {
        cache_forget(c);
        return;
    }
    *e = (struct cache_entry){v->kind, (uint32_t)v->data.len, (uint32_t)ids.count};
    if (ids.count) {
        memcpy(e->ids, ids.id, room);
    }
    memcpy(e->ids + ids.count, v->data.p, v->data.len);
    size_t place = place_for(c, hash);
    c->tags[place] = tag_of(hash);
    c->entries[place] = e;
}
