/* What matched nothing is remembered by a keyed hash, and not asked for again: the values of logs
 * repeat endlessly. Without the key nobody makes a value that is taken for another: two collide
 * once in 2^64. */
#ifndef DETECT_INDICATORS_QUIET_H
#define DETECT_INDICATORS_QUIET_H

#include "base/hash.h"
#include "base/reader.h"

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

__extension__ typedef unsigned __int128 quiet_wide;

static inline quiet_wide quiet_product(const uint64_t *key, uint64_t first, uint64_t second)
{
    return (quiet_wide)(first + key[0]) * (second + key[1]);
}

/* The last 16 bytes or less; bytes that were taken before may come again, for the length is part
 * of the hash. */
static inline quiet_wide quiet_rest(const uint64_t *key, bytes value, size_t at)
{
    size_t left = value.len - at;
    const uint8_t *p = value.p + at;
    if (left >= 8) {
        return quiet_product(key, load_u64le(p), load_u64le(value.p + value.len - 8));
    }
    if (left >= 4) {
        return quiet_product(key, load_u32le(p), load_u32le(value.p + value.len - 4));
    }
    return quiet_product(
        key, left ? (uint64_t)p[0] << 16 | (uint64_t)p[left / 2] << 8 | p[left - 1] : 0, left);
}

/* NH of UMAC (RFC 4418) with words of 64 bits. */
static inline uint64_t quiet_hash(const struct quiet *q, uint64_t kind, bytes value)
{
    quiet_wide sum = quiet_product(q->key, kind, value.len);
    size_t at = 0;
    for (; at + 16 < value.len; at += 16) {
        sum += quiet_product(q->key + 2 + at / 8, load_u64le(value.p + at),
                             load_u64le(value.p + at + 8));
    }
    sum += quiet_rest(q->key + 2 + at / 8, value, at);
    uint64_t hash = (uint64_t)sum ^ (uint64_t)(sum >> 64) * (q->key[0] | 1);
    hash ^= hash >> 29;
    return hash ? hash : 1;
}

/* Did `value`, read as `kind`, match nothing? `*hash` is what quiet_keep() wants; 0 when it is too
 * long to be remembered. */
static inline bool quiet_has(const struct quiet *q, uint64_t kind, bytes value, uint64_t *hash)
{
    *hash = value.len && value.len <= QUIET_LONGEST ? quiet_hash(q, kind, value) : 0;
    return *hash && q->hash[*hash % QUIET_SLOTS] == *hash;
}

static inline void quiet_keep(struct quiet *q, uint64_t hash) /* 0: nothing is kept */
{
    if (hash) {
        q->hash[hash % QUIET_SLOTS] = hash;
    }
}

#endif
