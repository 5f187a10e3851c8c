#include "base/table.h"

#include <string.h>

struct table_slot {
    str key; /* p is NULL when free */
    uint64_t hash;
    uint32_t value;
};

void table_init(struct table *t, struct arena *arena, bool nocase)
{
    *t = (struct table){.arena = arena, .nocase = nocase};
}

/* Keys come from rules and from code, not from evidence, so a fixed key will do; what holds
 * evidence brings a key of its own. */
static uint64_t key_hash(const struct table *t, str key)
{
    if (!t->nocase) {
        return hash_str(t->key, key);
    }
    uint64_t h = 0xcbf29ce484222325 ^ t->key.k0;
    for (size_t i = 0; i < key.len; i++) {
        h = (h ^ (uint8_t)ascii_lower(key.p[i])) * 0x100000001b3;
    }
    return h ^ (h >> 29);
}

static bool key_eq(const struct table *t, str a, str b)
{
    return t->nocase ? str_eq_nocase(a, b) : str_eq(a, b);
}

static struct table_slot *find(const struct table *t, str key, uint64_t hash)
{
    for (size_t i = hash & (t->cap - 1);; i = (i + 1) & (t->cap - 1)) {
        struct table_slot *s = &t->slots[i];
        if (!s->key.p || (s->hash == hash && key_eq(t, s->key, key))) {
            return s;
        }
    }
}

uint32_t table_get(const struct table *t, str key)
{
    if (!t->count) {
        return TABLE_NONE;
    }
    const struct table_slot *s = find(t, key, key_hash(t, key));
    return s->key.p ? s->value : TABLE_NONE;
}

static bool grow(struct table *t)
{
    struct table bigger = *t;
    bigger.cap = t->cap ? t->cap * 2 : 64;
    bigger.slots = ARENA_ARRAY(t->arena, struct table_slot, bigger.cap);
    if (!bigger.slots) {
        return false;
    }
    for (size_t i = 0; i < t->cap; i++) {
        if (t->slots[i].key.p) {
            *find(&bigger, t->slots[i].key, t->slots[i].hash) = t->slots[i];
        }
    }
    *t = bigger;
    return true;
}

bool table_put(struct table *t, str key, uint32_t value, uint32_t *out)
{
    if (t->count * 4 >= t->cap * 3 && !grow(t)) {
        return false;
    }
    uint64_t hash = key_hash(t, key);
    struct table_slot *s = find(t, key, hash);
    if (!s->key.p) {
        str copy = arena_str(t->arena, key);
        if (!copy.p) {
            return false;
        }
        *s = (struct table_slot){copy, hash, value};
        t->count++;
    }
    *out = s->value;
    return true;
}
