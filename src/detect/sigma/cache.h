/* What a value matched, remembered: values repeat endlessly in logs. Bounded; when it is full it
 * begins anew. The hash is keyed, because an attacker chooses the values; values that collide all
 * the same only push each other out. */
#ifndef DETECT_SIGMA_CACHE_H
#define DETECT_SIGMA_CACHE_H

#include "base/arena.h"
#include "base/hash.h"
#include "match/matcher.h"

enum { CACHE_VALUE_MAX = 16384 }; /* bytes; longer values hardly repeat */

struct cache_entry;

struct cache {
    struct arena arena;
    uint32_t *tags; /* some bits of the hash of each place: usually all that is read in vain */
    struct cache_entry **entries;
    uint32_t key[CACHE_VALUE_MAX / 4];
    bool off;
};

struct cached_value { /* what is remembered by */
    bytes data;
    uint32_t kind; /* field, type and stage */
};

void cache_init(struct cache *c, struct hash_key key);
void cache_done(struct cache *c);
void cache_forget(struct cache *c); /* all of it */

bool cache_get(struct cache *c, const struct cached_value *v, uint64_t *hash,
               struct match_ids *out);
void cache_put(struct cache *c, const struct cached_value *v, uint64_t hash, struct match_ids ids);

#endif
