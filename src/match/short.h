/* Where a few bytes stand beside each other: a memchr() for up to three. */
#ifndef MATCH_SHORT_H
#define MATCH_SHORT_H

#include "base/str.h"

/* The first place at or after `from` where `what`, of one to three bytes, stands; text.len when
 * there is none. */
size_t short_find(str text, size_t from, str what);

#endif
