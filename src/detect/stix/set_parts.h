/* What set.c makes and set_run.c and set_join.c read. */
#ifndef DETECT_STIX_SET_PARTS_H
#define DETECT_STIX_SET_PARTS_H

#include "detect/stix/seen.h"
#include "detect/stix/set.h"
#include "detect/stix/tree.h"
#include "match/literals.h"

struct stix_set_pattern {
    struct stix_pattern *pattern;
    str text;
    struct stix_told told;
    uint32_t first; /* of its brackets */
    bool any;       /* one bracket that holds is enough */
};

struct stix_bracket {
    const struct stix_comparison *comparison;
    uint32_t pattern, number; /* of the expression in it */
};

struct stix_set {
    struct arena *arena;
    struct arena scratch; /* while it is built */
    struct stix_showing *showings;
    size_t nshowings;
    struct stix_set_pattern *patterns;
    size_t npatterns, cap_patterns;
    struct stix_bracket *brackets;
    size_t nbrackets, cap_brackets;
    uint32_t *always; /* brackets without a literal that they need */
    size_t nalways;
    struct literals literals;  /* numbered by bracket */
    struct rule_info rules[2]; /* plain, of little weight */
};

enum { STIX_FIELDS_A_PATTERN = 7 };

/* Of little weight: known to be benign, of little confidence, or not valid at that time. */
bool stix_is_weak(const struct stix_told *t, usec time);
void stix_describe(const struct stix_set_pattern *p, struct arena *a, struct named_value *out,
                   size_t *n);

#endif
