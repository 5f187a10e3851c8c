/* Could any of these keywords be in a value? A keyword is sought in every field of every event, so
 * the answer "no" must be had without looking anything up. */
#ifndef DETECT_SIGMA_KEYWORDS_H
#define DETECT_SIGMA_KEYWORDS_H

#include "detect/sigma/tree.h"
#include "match/fold.h"
#include "model/event.h"

struct keywords;

struct keywords *keywords_new(struct arena *a); /* NULL over budget */
bool keywords_add(struct keywords *k, const struct predicate *p) MUST_USE;
bool keywords_build(struct keywords *k) MUST_USE;

/* From the type and the length of the field alone. */
bool keywords_matter(const struct keywords *k, const struct field *f);
bool keywords_may_be(const struct keywords *k, str value, struct fold *folded);

#endif
