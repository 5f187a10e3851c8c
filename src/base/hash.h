/* Keyed hashing. Keys for tables that hold what an attacker chose come from os_random(). */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

struct hash_key {
    uint64_t k0, k1;
};

/* SipHash-1-3. */
uint64_t hash_bytes(struct hash_key key, bytes b);
uint64_t hash_str(struct hash_key key, str s);

#endif
