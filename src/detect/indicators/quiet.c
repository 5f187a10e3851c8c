#include "detect/indicators/quiet.h"

#include "base/reader.h"

#include <string.h>

__extension__ typedef unsigned __int128 wide;

void quiet_init(struct quiet *q, struct hash_key key)
{
    memset(q->hash, 0, sizeof q->hash);
    for (uint64_t i = 0; i < QUIET_WORDS; i++) {
        q->key[i] = hash_bytes(key, (bytes){(const uint8_t *)&i, sizeof i});
    }
}

static wide product(const uint64_t *key, uint64_t first, uint64_t second)
{
    return (wide)(first + key[0]) * (second + key[1]);
}

/* The last 16 bytes or less; bytes that were taken before may come again, for the length is part
 * of the hash. */
static wide product_of_rest(const uint64_t *key, bytes value, size_t at)
{
    size_t left = value.len - at;
    const uint8_t *p = value.p + at;
    if (left >= 8) {
        return product(key, load_u64le(p), load_u64le(value.p + value.len - 8));
    }
    if (left >= 4) {
        return product(key, load_u32le(p), load_u32le(value.p + value.len - 4));
    }
    return product(key, left ? (uint64_t)p[0] << 16 | (uint64_t)p[left / 2] << 8 | p[left - 1] : 0,
                   left);
}

/* NH of UMAC (RFC 4418) with words of 64 bits. */
static uint64_t hash_of(const struct quiet *q, uint64_t kind, bytes value)
{
    wide sum = product(q->key, kind, value.len);
    size_t at = 0;
    for (; at + 16 < value.len; at += 16) {
        sum += product(q->key + 2 + at / 8, load_u64le(value.p + at), load_u64le(value.p + at + 8));
    }
    sum += product_of_rest(q->key + 2 + at / 8, value, at);
    uint64_t hash = (uint64_t)sum ^ (uint64_t)(sum >> 64) * (q->key[0] | 1);
    hash ^= hash >> 29;
    return hash ? hash : 1;
}

bool quiet_has(const struct quiet *q, uint64_t kind, bytes value, uint64_t *hash)
{
    *hash = value.len && value.len <= QUIET_LONGEST ? hash_of(q, kind, value) : 0;
    return *hash && q->hash[*hash % QUIET_SLOTS] == *hash;
}
