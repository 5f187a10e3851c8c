/* Decimal numbers of any length, compared exactly: rules and logs hold 64-bit handles and hashes
 * that a double would round. */
#ifndef DETECT_SIGMA_NUMBER_H
#define DETECT_SIGMA_NUMBER_H

#include "base/arena.h"

struct number { /* borrows from the text it was read from */
    bool negative;
    str whole, fraction; /* digits; without leading, respectively trailing zeros */
};

bool number_parse(str s, struct number *out); /* [+-]digits[.digits], nothing else */
int number_cmp(const struct number *a, const struct number *b);
str number_text(const struct number *n, struct arena *a); /* the one way to write it */

#endif
