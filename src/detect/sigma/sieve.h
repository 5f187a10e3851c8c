/* What the witnesses of a room's rules ask of the rows of a text log, as a search for many pieces
 * at once: rows.h runs it.
 *
 * A row's longest values never come again, so that nothing is gained by remembering what they
 * matched. Its cells are searched for pieces of what the witnesses of all lanes ask; only the
 * fields whose pieces were seen are looked at. */
#ifndef DETECT_SIGMA_SIEVE_H
#define DETECT_SIGMA_SIEVE_H

#include "detect/sigma/lane.h"
#include "match/literals.h"

enum {
    SIEVE_LANES = 4,
    SIEVE_SEAMS = 4,
    SIEVE_HINTS = 16,
    SIEVE_BRIEF = 9, /* bytes of a value that may be a text of few letters, folded */
};

/* For each lane of the room the stages in which its watched fields have to be looked at, two bits
 * a field. */
struct openings {
    uint64_t lane[SIEVE_LANES];
};

/* Rules see two cells as one text with `separator` between. Where they lie beside each other it is
 * put between them, and the row holds that text. */
struct seam {
    field_id left, right;
    char separator;
    struct openings open; /* what relies on it */
};

/* What has no piece is looked at when a cell is brief, or holds a byte that such cells seldom do,
 * or ends in two bytes that a short end has. */
enum hint_kind { HINT_BRIEF, HINT_BYTE, HINT_TAIL };

struct hint {
    field_id field; /* FIELD_NONE: any */
    enum hint_kind kind;
    char byte;
    struct tails *tails;
    struct openings open;
};

/* Ends of two bytes, by a hash; letter case does not count. */
struct tails {
    uint64_t bits[16];
};

static inline uint32_t tail_hash(const uint8_t *p)
{
    uint32_t two = (uint32_t)(p[0] | 0x20) << 8 | (uint32_t)(p[1] | 0x20);
    return (two * UINT32_C(0x9e3779b1)) >> 22;
}

struct sieve {
    struct literals pieces; /* numbered as in `opened` */
    struct openings *opened;
    size_t npieces, cap;
    struct openings open; /* where there are no pieces */
    struct seam seams[SIEVE_SEAMS];
    struct hint hints[SIEVE_HINTS];
    size_t nseams, nhints;
};

/* Of a room that has all of its lanes. `*out` is NULL where too little would be held back. False
 * over budget. */
bool sieve_make(const struct sigma *s, struct arena *a, const struct room *room,
                const struct sieve **out) MUST_USE;

static inline void open_more(struct openings *open, const struct openings *more)
{
    for (size_t i = 0; i < SIEVE_LANES; i++) {
        open->lane[i] |= more->lane[i];
    }
}

static inline unsigned open_stages(uint64_t open, size_t watched)
{
    return open >> 2 * watched & MATCH_ALL;
}

#endif
