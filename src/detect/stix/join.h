/* Observation operators: which sets of observations make a whole pattern true, each observation
 * used no more often than it was seen.
 *
 * Everything between brackets is a question of two times: how late the last of the first moments
 * of those bound is, and how early the first of their last moments. So a subtree is described, for
 * each latest first moment, by the best earliest last moment it can have (a front), and that is
 * made of its children's in one pass. What fronts leave open, because brackets share observations,
 * is searched, with windows and thresholds as choices and a flow at the end. */
#ifndef DETECT_STIX_JOIN_H
#define DETECT_STIX_JOIN_H

#include "detect/stix/tree.h"

struct stix_moments { /* of an observation */
    stix_time first, last;
    uint64_t number;
};

struct stix_holding { /* of observations that a bracket holds for, ascending */
    const uint32_t *items;
    size_t count;
};

struct stix_join {
    const struct stix_pattern *pattern;
    const struct stix_moments *moments;
    size_t count;
    struct stix_holding *sets; /* by number of expression; those of brackets are filled in */
    struct arena *arena;
    struct stix_work *work;
};

/* STIX_YES with the observations of one way in `*bound`, ascending. STIX_NO and STIX_UNDECIDED
 * when work->gave_up. */
enum stix_answer stix_join(struct stix_join *j, const uint32_t **bound, size_t *nbound);

#endif
