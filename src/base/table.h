/* A hash table from text to a number. Keys are compared by bytes, or without ASCII letter case.
 * Lives in an arena; once built it is only read, so workers share it. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/arena.h"
#include "base/hash.h"

struct table_slot;

struct table {
    struct arena *arena;
    struct table_slot *slots;
    size_t cap, count;
    struct hash_key key;
    bool nocase;
};

#define TABLE_NONE UINT32_MAX

void table_init(struct table *t, struct arena *arena, bool nocase);
uint32_t table_get(const struct table *t, str key); /* TABLE_NONE when absent */

/* The number of `key`; it is stored with `value` when new (the key's text is copied). False
 * when the arena is used up. */
bool table_put(struct table *t, str key, uint32_t value, uint32_t *out);

#endif
