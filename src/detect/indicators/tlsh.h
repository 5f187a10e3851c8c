/* TLSH: how often which triples of near bytes occur in a file, in 128 classes of two bits each, so
 * that files with a similar mixture have similar hashes. "T1" and 70 hex digits. Oliver, Cheng and
 * Chen, TLSH: a locality sensitive hash, 2013. */
#ifndef DETECT_INDICATORS_TLSH_H
#define DETECT_INDICATORS_TLSH_H

#include "base/arena.h"

enum {
    TLSH_BYTES = 35,
    TLSH_SIZE_MIN = 50, /* smaller files have none */
};

struct tlsh {
    uint8_t checksum, size, /* its logarithm */
        quarters[2];        /* how the first two quartiles stand to the third, of 16 */
    uint64_t classes[4];
};

bool tlsh_of(bytes data, struct tlsh *out); /* false: too small, or too much of the same */
bool tlsh_parse(str s, struct tlsh *out);   /* with and without "T1" */
str tlsh_text(const struct tlsh *t, struct arena *a);

/* 0: as good as the same; above 100 unrelated files begin to be so near by chance. */
unsigned tlsh_distance(const struct tlsh *a, const struct tlsh *b);

#endif
