/* Which rules an event can match at all, told from its origin alone.
 *
 * A room is for all events of one channel, provider and event id. It has a lane for each lens
 * that rules look at such events through, and a lane the rules whose conditions do not fail on
 * the origin already. Rooms are made when an origin is first seen. */
#ifndef DETECT_SIGMA_LANE_H
#define DETECT_SIGMA_LANE_H

#include "detect/sigma/compile.h"
#include "detect/sigma/keywords.h"

struct watched { /* a field in which witnesses are looked for */
    field_id field;
    enum match_stage stages;
};

struct rows;

struct lane {
    const struct lens *lens; /* NULL: as it is */
    uint64_t *rules;         /* a bit a rule */
    uint32_t *always;        /* rules without a witness */
    size_t nalways;
    struct watched *watched;
    size_t nwatched;
    const struct keywords *keywords; /* what the watched keywords need */
    struct program when;             /* the lens's condition; without one no steps */
};

struct room {
    struct lane *lanes;
    size_t nlanes;
    struct rows *rows; /* what its rows are searched with; or NULL */
};

/* NULL over budget. `any_source`: all rules, whatever their log source. `number` tells rooms of one
 * run apart. */
const struct room *room_new(const struct sigma *s, struct arena *a, const struct origin *origin,
                            bool any_source, uint32_t number);

/* Does the condition not fail on what the origin says already? */
bool origin_may_match(const struct node *n, const struct origin *origin, struct arena *scratch);

static inline bool bit_get(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

static inline void bit_set(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static inline void bit_clear(uint64_t *bits, uint32_t i)
{
    bits[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

#endif
