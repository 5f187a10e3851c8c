#include "detect/indicators/quiet.h"

#include <string.h>

void quiet_init(struct quiet *q, struct hash_key key)
{
    memset(q->hash, 0, sizeof q->hash);
    for (uint64_t i = 0; i < QUIET_WORDS; i++) {
        q->key[i] = hash_bytes(key, (bytes){(const uint8_t *)&i, sizeof i});
    }
}
