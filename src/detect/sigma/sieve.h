/* Rows of text logs: their longest values never come again, so that nothing is gained by
 * remembering what they matched. All cells of a row are searched at once for pieces of what the
 * witnesses of all lanes ask; only the fields whose pieces were seen are looked at. */
#ifndef DETECT_SIGMA_SIEVE_H
#define DETECT_SIGMA_SIEVE_H

#include "detect/sigma/lane.h"
#include "match/fold.h"

enum { SIEVE_LANES = 4 };

/* Of a room that has all of its lanes. `*out` is NULL where too little would be held back. False
 * over budget. */
bool sieve_make(const struct sigma *s, struct arena *a, const struct room *room,
                const struct sieve **out) MUST_USE;

/* For each lane of the room the stages in which its watched fields have to be looked at, two bits
 * a field. False when the event is no row: then all have to be. */
bool sieve_row(const struct sieve *v, const struct event *e, struct fold *folded,
               uint64_t open[SIEVE_LANES]);

static inline unsigned sieve_stages(uint64_t open, size_t watched)
{
    return open >> 2 * watched & MATCH_ALL;
}

#endif
