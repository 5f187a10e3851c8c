/* What matched nothing is remembered by a keyed hash, and not asked for again: the values of logs
 * repeat endlessly. Without the key nobody makes a value that is taken for another: two collide
 * once in 2^64. */
#ifndef DETECT_INDICATORS_QUIET_H
#define DETECT_INDICATORS_QUIET_H

#include "base/hash.h"

enum {
    QUIET_LONGEST = 512, /* bytes of a value that is remembered */
    QUIET_SLOTS = 1 << 14,
    QUIET_WORDS = QUIET_LONGEST / 8 + 2,
};

struct quiet {
    uint64_t key[QUIET_WORDS];
    uint64_t hash[QUIET_SLOTS]; /* 0: free */
};

void quiet_init(struct quiet *q, struct hash_key key);

/* Did `value`, read as `kind`, match nothing? `*hash` is what quiet_keep() wants; 0 when it is too
 * long to be remembered. */
bool quiet_has(const struct quiet *q, uint64_t kind, bytes value, uint64_t *hash);

static inline void quiet_keep(struct quiet *q, uint64_t hash) /* 0: nothing is kept */
{
    if (hash) {
        q->hash[hash % QUIET_SLOTS] = hash;
    }
}

#endif
