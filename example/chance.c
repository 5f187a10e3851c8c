#include "chance.h"

#include <inttypes.h>

enum { MIX_ROUNDS = 3 };

/* SplitMix64: short, well mixed, and good enough for made-up users. */
uint64_t chance_next(struct chance *c)
{
    c->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = c->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct chance chance_of(uint64_t seed, uint64_t stream)
{
    struct chance c = {seed ^ (stream * UINT64_C(0xd1342543de82ef95))};
    for (int i = 0; i < MIX_ROUNDS; i++) {
        c.state ^= chance_next(&c);
    }
    return c;
}

uint32_t chance_below(struct chance *c, uint32_t limit)
{
    return (uint32_t)((chance_next(c) >> 32) * limit >> 32);
}

uint32_t chance_from(struct chance *c, uint32_t low, uint32_t high)
{
    return low + chance_below(c, high - low + 1);
}

bool chance_in(struct chance *c, uint32_t n)
{
    return chance_below(c, n) == 0;
}

const char *chance_guid(struct chance *c, struct arena *a)
{
    uint64_t high = chance_next(c), low = chance_next(c);
    str guid =
        arena_printf(a, "%08" PRIx32 "-%04x-4%03x-%04x-%012" PRIx64, (uint32_t)(high >> 32),
                     (unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff,
                     ((unsigned)(low >> 48) & 0x3fff) | 0x8000, low & UINT64_C(0xffffffffffff));
    return guid.p;
}
