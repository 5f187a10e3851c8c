/* Chance without surprise: the same seed gives the same numbers on every machine. */
#ifndef EXAMPLE_CHANCE_H
#define EXAMPLE_CHANCE_H

#include "base/arena.h"

struct chance {
    uint64_t state;
};

struct chance chance_of(uint64_t seed, uint64_t stream); /* streams do not disturb each other */
uint64_t chance_next(struct chance *c);
uint32_t chance_below(struct chance *c, uint32_t limit);             /* limit > 0 */
uint32_t chance_from(struct chance *c, uint32_t low, uint32_t high); /* both included */
bool chance_in(struct chance *c, uint32_t n);                        /* true once in n times */
const char *chance_guid(struct chance *c, struct arena *a);          /* lower case, no braces */

#endif
