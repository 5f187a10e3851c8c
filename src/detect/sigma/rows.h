/* The rows of a text log against a sieve: all cells of a row are searched at once for its pieces.
 *
 * Rows of one log have the same fields in the same order, so where the sieve's hints and seams lie
 * in them is worked out once. Of columns whose cells come again (agents, pages, hosts) it is
 * remembered what a cell opened; which columns do is found out by trying. */
#ifndef DETECT_SIGMA_ROWS_H
#define DETECT_SIGMA_ROWS_H

#include "detect/sigma/cache.h"
#include "detect/sigma/sieve.h"
#include "match/fold.h"

struct rows;

/* Of the room of this number, for which `sieve` was made. NULL over budget. */
struct rows *rows_new(struct arena *a, const struct sieve *sieve, uint32_t number);

/* What has to be looked at. False when the event is no row: then it is everything. */
bool rows_sift(struct rows *r, const struct event *e, struct cache *cache, struct fold *folded,
               struct openings *open);

/* Of the last row sifted: rows with one number have fields of the same names in the same order. */
uint32_t rows_layout(const struct rows *r);

#endif
