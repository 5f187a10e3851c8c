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

/* A rule's condition as a list of steps, what the fast path runs instead of the tree: each asks
 * one thing and says where to go on (program.c). */
struct step {
    uint32_t first, count; /* predicates: any of these will do */
    uint32_t yes, no;      /* the next step; program.count: it holds; one more: it does not */
    field_id field;
    uint8_t stage; /* enum match_stage that answers; 0: the predicate is asked by itself */
};

struct program {
    const struct step *steps;
    uint32_t begin, count;
};

struct compiled {
    struct field_matcher *matchers; /* by field_id; [0] is the keywords' */
    size_t nmatchers;
    struct view_rules *views;
    size_t nviews, cap_views;
    struct witness *witnesses;          /* by rule; without predicates: evaluated always */
    struct program *programs;           /* by rule */
    uint32_t *trigger_start, *triggers; /* by predicate: the rules it is a witness of */
    const str **needs;                  /* by rule: fields that correlations ask of its matches */
    size_t *nneeds;
};

#endif
