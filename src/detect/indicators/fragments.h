/* Indicators that are looked for inside of values: fragments of command lines and of logs, and
 * regular expressions. All at once, by match/matcher.h; they are few beside the others. */
#ifndef DETECT_INDICATORS_FRAGMENTS_H
#define DETECT_INDICATORS_FRAGMENTS_H

#include "detect/indicators/image.h"
#include "match/matcher.h"

enum { FRAGMENT_MIN = 4 };

struct fragment { /* where it is kept */
    const struct image *image;
    const struct kept *kept;
};

struct fragments {
    struct matcher *matcher; /* NULL: there are none */
    struct fragment *items;  /* by number of the pattern */
    size_t count, cap;
};

bool is_fragment_kind(uint32_t kind);

/* Adds those of an image, which has to live on; returns how many could not be had. */
uint64_t fragments_add(struct fragments *f, struct arena *a, const struct image *im);
bool fragments_build(struct fragments *f); /* behind the last of them */
void fragments_done(struct fragments *f);

#endif
