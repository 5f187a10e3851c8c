/* What a value matched, remembered: values repeat endlessly in logs. Bounded; when it is full it
 * begins anew. The hash is keyed, because an attacker chooses the values. */
#ifndef DETECT_SIGMA_CACHE_H
#define DETECT_SIGMA_CACHE_H

#include "base/arena.h"
#include "base/hash.h"
#include "match/matcher.h"

struct cache_entry;

struct cache {
    struct arena arena;
    struct hash_key key;
    struct cache_entry *entries; /* open addressing */
    size_t count;
    bool off;
};

struct cached_value { /* what is remembered by */
    bytes data;
    uint32_t kind; /* field, type and stage */
};

void cache_init(struct cache *c, struct hash_key key);
void cache_done(struct cache *c);

bool cache_get(struct cache *c, const struct cached_value *v, uint64_t *hash,
               struct match_ids *out);
void cache_put(struct cache *c, const struct cached_value *v, uint64_t hash, struct match_ids ids);

#endif
