#include "formats/origins.h"

#include "base/hash.h"

struct origin_slot {
    const struct origin *origin; /* NULL when free */
    uint64_t hash;
};

static bool origins_same(const struct origin *a, const struct origin *b)
{
    return a->event_id == b->event_id && str_eq(a->channel, b->channel) &&
           str_eq(a->host, b->host) && str_eq(a->provider, b->provider) &&
           str_eq(a->build, b->build);
}

static uint64_t origins_hash(const struct origin *w)
{
    struct hash_key key = {w->event_id, w->channel.len};
    key.k0 ^= hash_str(key, w->channel);
    key.k1 ^= hash_str(key, w->host);
    key.k0 ^= hash_str(key, w->build);
    return hash_str(key, w->provider);
}

static struct origin_slot *origins_find(const struct origins *o, const struct origin *wanted,
                                        uint64_t hash)
{
    for (size_t i = hash & (o->cap - 1);; i = (i + 1) & (o->cap - 1)) {
        struct origin_slot *s = &o->slots[i];
        if (!s->origin || (s->hash == hash && origins_same(s->origin, wanted))) {
            return s;
        }
    }
}

static bool origins_grow(struct origins *o)
{
    struct origins bigger = *o;
    bigger.cap = o->cap ? o->cap * 2 : 64;
    bigger.slots = ARENA_ARRAY(o->arena, struct origin_slot, bigger.cap);
    if (!bigger.slots) {
        return false;
    }
    for (size_t i = 0; i < o->cap; i++) {
        if (o->slots[i].origin) {
            *origins_find(&bigger, o->slots[i].origin, o->slots[i].hash) = o->slots[i];
        }
    }
    *o = bigger;
    return true;
}

static const struct origin *origins_add(struct origins *o, const struct origin *wanted)
{
    struct origin *made = ARENA_NEW(o->arena, struct origin);
    if (!made) {
        return NULL;
    }
    *made = (struct origin){
        .channel = arena_str(o->arena, wanted->channel),
        .provider = arena_str(o->arena, wanted->provider),
        .host = arena_str(o->arena, wanted->host),
        .build = arena_str(o->arena, wanted->build),
        .event_id = wanted->event_id,
        .number = o->count,
    };
    return origins_same(made, wanted) ? made : NULL;
}

static const struct origin *origins_within(struct origins *o, const struct origin *wanted,
                                           uint32_t limit)
{
    bool full = (size_t)o->count * 2 >= o->cap;
    if (full && !origins_grow(o)) {
        return NULL;
    }
    uint64_t hash = origins_hash(wanted);
    struct origin_slot *s = origins_find(o, wanted, hash);
    if (!s->origin) {
        const struct origin *made = o->count < limit ? origins_add(o, wanted) : NULL;
        if (!made) {
            return NULL;
        }
        *s = (struct origin_slot){made, hash};
        o->count++;
    }
    o->last = s->origin;
    return s->origin;
}

/* Who makes up hosts without end must not push real events out: beyond the limit the host is
 * left out, so that the event still meets its rules. */
const struct origin *origins_get(struct origins *o, const struct origin *wanted)
{
    if (o->last && origins_same(o->last, wanted)) {
        return o->last;
    }
    const struct origin *got = origins_within(o, wanted, ORIGINS_MAX);
    if (got) {
        return got;
    }
    struct origin anywhere = *wanted;
    anywhere.host = anywhere.build = STR_NONE;
    return origins_within(o, &anywhere, ORIGINS_MAX + ORIGINS_MAX / 8);
}
