/* One pattern with wildcards against one text: the obvious way. */
#ifndef MATCH_GLOB_H
#define MATCH_GLOB_H

#include "base/str.h"

/* GLOB_ANY and GLOB_ONE as in matcher.h; both texts folded, or neither. GLOB_ONE takes one
 * character of valid UTF-8. The time is at most the product of the lengths. */
bool glob_match(str pattern, str text);

bool glob_is_wildcard(char c);
size_t glob_literal(str glob, size_t at); /* how many bytes from `at` are no wildcards */

#endif
