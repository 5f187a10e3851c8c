/* What a regular expression cannot match without: literals, one of which at least stands in every
 * match. They are looked for first, so that the expression itself runs on few values. */
#ifndef MATCH_NEEDED_H
#define MATCH_NEEDED_H

#include "base/arena.h"

enum { NEEDED_MAX = 16 };

struct needed {
    str literals[NEEDED_MAX]; /* ASCII, folded, in the arena; to be sought in the folded value */
    size_t count;             /* 0: not known, the expression must be tried */
};

/* The longest literals that can be told; what is not plainly understood needs nothing. False over
 * budget. */
bool needed_of_regex(struct arena *a, str regex, struct needed *out) MUST_USE;

#endif
