/* Literals one behind the other on a line: the regular expressions `a.*b.*c`, and plain `a`.
 *
 * By backtracking `\+.*\+.*\+` costs the square of a value and more; taking each literal where it
 * first stands is enough. */
#ifndef MATCH_PIECES_H
#define MATCH_PIECES_H

#include "base/arena.h"

struct pieces {
    str *items;
    size_t count; /* 0: the expression is of another kind */
};

/* False over budget. */
bool pieces_of_regex(struct arena *a, str regex, struct pieces *out) MUST_USE;

/* `dotall`: the whole text counts as one line. */
bool pieces_stand(const struct pieces *p, str text, bool dotall);

#endif
