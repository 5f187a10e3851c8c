/* The origins of one parse: each combination once, numbered in order of first appearance. */
#ifndef FORMATS_ORIGINS_H
#define FORMATS_ORIGINS_H

#include "base/arena.h"
#include "model/event.h"

struct origin_slot;

struct origins {
    struct arena *arena;
    struct origin_slot *slots;
    size_t cap;
    uint32_t count;
    const struct origin *last; /* neighbours in a log agree more often than not */
};

enum { ORIGINS_MAX = 1 << 16 }; /* hosts times channels times event ids; beyond is noise */

/* The texts are copied when they are new. Beyond ORIGINS_MAX host and build are left out; NULL when
 * that does not help either, and over the budget. */
const struct origin *origins_get(struct origins *o, const struct origin *wanted);

#endif
