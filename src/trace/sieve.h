/* Where in raw bytes the trail could lead on, before anything is parsed.
 *
 * Most of the evidence names nothing of the intrusion. A sieve looks for a telling piece of each
 * needle in the bytes as they are (in UTF-8 or UTF-16; GUIDs, SIDs and session numbers in binary,
 * as event logs hold them) and remembers which blocks have one. Only records near such a block are
 * read. For formats whose values stand in the unit as they are: format.plain. */
#ifndef TRACE_SIEVE_H
#define TRACE_SIEVE_H

#include "trace/trace.h"

struct sieve;

/* NULL: a needle has no piece to look for, or out of memory; then everything must be read. */
struct sieve *sieve_new(struct arena *arena, const struct quarry *quarries, size_t count);

/* A stretch of a unit, in blocks: warm where a piece was seen. */
struct warmth {
    uint64_t from;
    uint8_t *blocks; /* NULL: not looked at, everything is warm */
    size_t count;
    bool any;
};

/* Looks at [from, to) of the unit. False over budget: everything is warm. */
bool sieve_look(const struct sieve *s, bytes unit, uint64_t from, uint64_t to, struct arena *a,
                struct warmth *out);

/* A block at or near the record is warm: what it refers to may stand before it. */
bool warmth_near(const struct warmth *w, uint64_t offset, uint64_t len);

#endif
