/* Choosing a witness for each rule. */
#ifndef DETECT_SIGMA_WITNESS_H
#define DETECT_SIGMA_WITNESS_H

#include "detect/sigma/compile.h"

/* Is the predicate answered by the matcher of its field? */
static inline bool predicate_is_matched(const struct predicate *p)
{
    return p->kind == PREDICATE_TEXT || p->kind == PREDICATE_REGEX || p->kind == PREDICATE_NUMBER;
}

/* Those whose values all events of an origin share, but for the host (lane.c). */
bool witness_is_of_origin(field_id field);

/* How often a matched predicate holds, roughly: 1 is always. */
double witness_price(const struct predicate *p);

/* The rarest set of predicates without which `n` cannot hold; empty when there is none. False
 * over budget. */
bool witness_choose(struct arena *a, const struct node *n, struct witness *out);

#endif
