/* Hashes by which files are alike, not the same: ssdeep and TLSH. Two are alike from a score of 60
 * of 100 on, or up to a distance of 40.
 *
 * A file is not compared with each of a list. Of ssdeep only those are that share seven pieces in a
 * row, which all that score do: each row of seven stands in one sorted array, with what has it. Of
 * TLSH those of about the same size. */
#ifndef DETECT_INDICATORS_ALIKE_H
#define DETECT_INDICATORS_ALIKE_H

#include "detect/indicators/image.h"
#include "detect/indicators/piecewise.h"
#include "detect/indicators/tlsh.h"

enum {
    ALIKE_SCORE = 60,
    ALIKE_DISTANCE = 40,
    ALIKE_MAX = 1 << 17,  /* hashes of each kind */
    ALIKE_TRIED = 1 << 13 /* of ssdeep, for one file */
};

struct alike {
    struct alike_pieces *pieces;
    struct alike_digest *digests; /* by size */
    uint64_t *rows;               /* seven pieces, and whose they are; ascending */
    size_t npieces, ndigests, nrows;
};

bool is_alike_kind(enum indicator_kind k);
bool is_alike_hash(enum indicator_kind k, str text);

/* From what images keep, which have to live on; returns how many could not be had. */
uint64_t alike_build(struct alike *l, struct arena *a, const struct image *images, size_t nimages);

/* Which were tried already; one a run, zeroed. */
struct alike_tried {
    uint32_t *by; /* the question, by number of the hash */
    uint32_t question;
};
void alike_tried_init(struct alike_tried *t, const struct alike *l);
void alike_tried_done(struct alike_tried *t);

struct alikeness {
    const struct image *image;
    const struct kept *kept;
    str text; /* "82/100", "distance 31", and the hash that was compared */
};
typedef void alike_found(void *ctx, const struct alikeness *found);

/* False: too much is a little alike, some was not compared. Texts live in `a`. */
bool alike_file(const struct alike *l, bytes file, struct alike_tried *tried, struct arena *a,
                alike_found *found, void *ctx);
bool alike_hash(const struct alike *l, str hash, struct alike_tried *tried, struct arena *a,
                alike_found *found, void *ctx);

#endif
