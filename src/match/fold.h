/* Text made comparable: letter case folded (Unicode simple folding, one to one), bytes that are
 * not UTF-8 replaced by U+FFFD. Whole patterns and whole values go through here, so that
 * comparing is comparing bytes. */
#ifndef MATCH_FOLD_H
#define MATCH_FOLD_H

#include "base/arena.h"

enum { FOLD_PADDING = 8 }; /* zero bytes behind the text, for reads of a word at a time */

struct fold { /* reused from value to value */
    char *p;
    size_t cap;
};

void fold_done(struct fold *f);
char *fold_reserve(struct fold *f, size_t need); /* what was there need not stay */

/* The text is valid until `f` is used again. `*ascii` tells whether every byte was. */
str fold_text(struct fold *f, str s, bool *ascii);
str fold_clean(struct fold *f, str s); /* keeps letter case; gives `s` itself when it is clean */

/* The literals of a glob (matcher.h) folded, runs of GLOB_ANY made one; in the arena. */
str fold_glob(struct arena *a, str glob, bool keep_case);

#endif
