/* Many literals anywhere in a text, by a piece of each.
 *
 * Each literal is filed under pieces of it; a text is walked in strides, at each place a bit says
 * whether any literal is filed there, and only then literals are compared. So that none is strode
 * over, a literal is filed once for each place of a stride it can fall on:
 *
 *     literals of     are filed under      and every
 *       7 and more    4 pieces of 4 bytes  fourth place of a text is looked at
 *       4 to 6        2 of 3 bytes         second
 *       3             2 of 2 bytes         second, if there is none of 2
 *       2             1 of 2 bytes
 *       1             1 of 1 byte
 *
 * the pieces that fewest other literals have, and logs are not full of. A few short ones are not
 * filed at all, but looked for one after the other. Against Vectorscan on the public rules'
 * 6,600 literals for CommandLine this takes a fraction of the time a value and milliseconds instead
 * of seconds to build. */
#ifndef MATCH_LITERALS_H
#define MATCH_LITERALS_H

#include "base/arena.h"

struct literal;
struct filed;

struct grams { /* an index over pieces of `width` bytes */
    unsigned width, stride, shift;
    uint32_t mask;    /* of a hash that was shifted */
    uint64_t *bitmap; /* by hash: is anything filed? */
    uint8_t *map;     /* the same, a byte each; NULL: there are too many for the nearest cache */
    uint32_t *start;  /* by some hashes together: into filed; one more at the end */
    struct filed *filed;
    size_t count; /* of literals */
};

enum { LITERALS_FEW = 4 };

struct literals {
    struct arena *arena;
    struct literal *items;
    size_t count, cap;
    struct grams by1, by2, by3, by4;
    uint32_t few[LITERALS_FEW]; /* those shorter than few_below, when they are few */
    size_t nfew, few_below;
    uint64_t *pairs; /* by two bytes: does a piece of by2 or by3 begin so? */
};

void literals_init(struct literals *l, struct arena *arena);
bool literals_add(struct literals *l, str text, uint32_t number) MUST_USE; /* not empty; borrowed */
bool literals_build(struct literals *l) MUST_USE;

/* Tells of each occurrence of each literal. FOLD_PADDING bytes behind the text are readable. */
typedef void literals_found(void *ctx, uint32_t number);
void literals_find(const struct literals *l, str text, literals_found *found, void *ctx);

#endif
