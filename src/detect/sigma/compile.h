/* What sigma_compile leaves for the fast path. */
#ifndef DETECT_SIGMA_COMPILE_H
#define DETECT_SIGMA_COMPILE_H

#include "detect/sigma/set.h"

struct view_rules { /* the rules whose log source a view shows */
    const struct view *view;
    uint32_t *rules;
    size_t count, cap;
};

/* The witness of a rule: predicates of which at least one holds whenever the rule matches. They
 * are looked for in every event; the rule itself is evaluated only when one was seen. */
struct witness {
    const struct predicate **predicates;
    size_t count;
};

struct compiled {
    struct field_matcher *matchers; /* by field_id; [0] is the keywords' */
    size_t nmatchers;
    struct view_rules *views;
    size_t nviews, cap_views;
    struct witness *witnesses;          /* by rule; without predicates: evaluated always */
    uint32_t *trigger_start, *triggers; /* by predicate: the rules it is a witness of */
    const str **needs;                  /* by rule: fields that correlations ask of its matches */
    size_t *nneeds;
};

#endif
