#include "engine/known_names.h"

#include "base/buf.h"
#include "engine/spell.h"

#include <string.h>

enum { BESIDE_MAX = 128, KEY_MAX = 1 << 20 };

void known_names_tidy(struct known_names *k)
{
    if (!k->root || k->full) {
        arena_reset(&k->arena);
        k->root = ARENA_NEW(&k->arena, struct known_name);
        k->full = false;
    }
}

static inline uint64_t eight(const char *p)
{
    uint64_t n;
    memcpy(&n, p, sizeof n);
    return n;
}

static inline uint32_t four(const char *p)
{
    uint32_t n;
    memcpy(&n, p, sizeof n);
    return n;
}

/* str_eq() without a call, for what is short: beginning and end may overlap. */
static inline bool same(str a, str b)
{
    if (a.len != b.len) {
        return false;
    }
    size_t len = a.len;
    if (len > 16 || len < 4) {
        return memcmp(a.p, b.p, len) == 0;
    }
    return len >= 8 ? eight(a.p) == eight(b.p) && eight(a.p + len - 8) == eight(b.p + len - 8)
                    : four(a.p) == four(b.p) && four(a.p + len - 4) == four(b.p + len - 4);
}

/* `,"Name":`, without the comma when it is the first of an event. */
static str key_of(struct arena *a, str name, bool first)
{
    struct buf b;
    buf_init(&b, KEY_MAX);
    spell_json_key(&b, name, first);
    size_t room = (b.len + KNOWN_NAME_STEP - 1) / KNOWN_NAME_STEP * KNOWN_NAME_STEP;
    char *p = buf_ok(&b) ? arena_alloc(a, room) : NULL;
    str key = {p, p ? b.len : 0};
    if (p) {
        memcpy(p, b.p, b.len);
    }
    buf_done(&b);
    return key;
}

/* The first of this name above; `depth` when there is none. */
static uint32_t first_of(const struct known_name *above, str name, uint32_t depth)
{
    uint32_t first = depth;
    for (uint32_t at = depth; at > 0; at--, above = above->above) {
        first = same(above->name, name) ? at - 1 : first;
    }
    return first;
}

static struct known_name *add(struct known_names *k, struct known_name *above, str name,
                              uint32_t depth)
{
    struct known_name *n =
        above->count < BESIDE_MAX ? ARENA_NEW(&k->arena, struct known_name) : NULL;
    str copy = arena_str(&k->arena, name), key = key_of(&k->arena, name, depth == 0);
    if (!n || copy.len == 0 || key.len == 0) {
        k->full = true;
        return NULL;
    }
    uint32_t first = first_of(above, name, depth);
    *n = (struct known_name){
        .name = copy,
        .key = key,
        .first = first,
        .any_repeat = above->any_repeat || first != depth,
        .above = above,
        .beside = above->below,
    };
    above->below = n;
    above->count++;
    return n;
}

/* Below `above`, and from now on the first that is looked at there. */
static struct known_name *find(struct known_names *k, struct known_name *above, str name,
                               uint32_t depth)
{
    struct known_name **at = &above->below;
    while (*at && !same((*at)->name, name)) {
        at = &(*at)->beside;
    }
    struct known_name *n = *at;
    if (!n) {
        return add(k, above, name, depth);
    }
    *at = n->beside;
    n->beside = above->below;
    above->below = n;
    return n;
}

bool known_names_of(struct known_names *k, const struct event *e,
                    const struct known_name *way[KNOWN_NAMES_MAX])
{
    struct known_name *n = k->root;
    if (!n || e->nfields > KNOWN_NAMES_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < e->nfields; i++) {
        str name = known_name_of(&e->fields[i]);
        struct known_name *likely = n->below;
        n = likely && same(likely->name, name) ? likely : find(k, n, name, i);
        if (!n) {
            return false;
        }
        way[i] = n;
    }
    return true;
}
