/* Context-triggered piecewise hashes, as ssdeep 2 writes them: "BLOCK:PIECES:PIECES". Where the
 * last seven bytes say so a piece ends, and of each piece six bits are kept: files that have pieces
 * in common have letters in common. The second half is of blocks of twice the size, so that files
 * can be compared whose sizes differ. Kornblum, Identifying almost identical files using context
 * triggered piecewise hashing, 2006; what ssdeep 2.14 answers decides. */
#ifndef DETECT_INDICATORS_PIECEWISE_H
#define DETECT_INDICATORS_PIECEWISE_H

#include "base/arena.h"

enum {
    PIECES_MAX = 64,
    PIECES_ALIKE = 7, /* in a row, that two have to have in common */
    PIECE_LEVELS = 31,
};

struct pieces {
    uint8_t piece[PIECES_MAX]; /* 6 bits each */
    size_t count;
};

struct piecewise {
    unsigned level; /* of the first half: blocks of 3 << level bytes; the second has one more */
    struct pieces half[2];
};

struct piecewise piecewise_of(bytes data);
bool piecewise_parse(str s, struct piecewise *out); /* a file's name may stand behind a comma */
str piecewise_text(const struct piecewise *p, struct arena *a);

/* Of more than three equal pieces in a row three stay: they say little. As both have to be that are
 * compared. */
void piecewise_squeeze(struct piecewise *p);

/* 0, nothing in common, to 100. */
unsigned piecewise_score(const struct piecewise *a, const struct piecewise *b);

#endif
