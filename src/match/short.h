/* Where a few bytes stand beside each other: a memchr() for several. */
#ifndef MATCH_SHORT_H
#define MATCH_SHORT_H

#include "base/str.h"

/* The first place at or after `from` where `what`, of one byte at least, stands; text.len when
 * there is none. Fast where its first two bytes seldom stand. */
size_t short_find(str text, size_t from, str what);

#endif
