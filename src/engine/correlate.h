/* Correlations: what rules saw in records, whatever file each came from, put in order of time
 * and given to the rules over rules. Those records alone decide, in any order: so neither the
 * order of evidence nor the number of workers shows in what comes true. */
#ifndef ENGINE_CORRELATE_H
#define ENGINE_CORRELATE_H

#include "detect/sigma/sigma.h"
#include "engine/message.h"

struct sight {
    struct hit hit; /* which: the rule; times as recorded */
    str unit;
    usec time; /* with its clock set right */
};

struct correlated { /* a correlation that came true */
    const struct rule_info *rule;
    const struct sight *last; /* where it did */
    struct hit hit;           /* of that record, with the story told in its fields */
    str group;                /* what it came true for, as one text */
};

/* By time; of one time by place. */
void sights_sort(struct sight *sights, size_t count);

/* `Security.evtx: 12, 13; System.evtx: 5`, as far as it fits into a field. */
str sights_told(const struct sight *sights, const uint32_t *which, size_t count, struct arena *a);

/* Sorts the sights. Results live in `a`, by time and rule. False over budget. */
bool correlate(const struct sigma *s, struct sight *sights, size_t count, struct arena *a,
               struct correlated **out, size_t *nout) MUST_USE;

#endif
