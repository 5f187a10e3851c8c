/* Everything that a case has to say, read once, for any exporter. */
#ifndef EXPORT_REPORT_H
#define EXPORT_REPORT_H

#include "store/store.h"

struct report {
    struct case_info info;
    struct assessment assessment;
    const struct finding *findings; /* by time, unit, offset, record, rule */
    size_t nfindings;
    const bool *cited; /* by number of finding: a sentence, a step or an action rests on it */
    uint64_t rules_loaded;
    const str *rule_problems;
    size_t nrule_problems;
    const struct finding **by_id;
};

/* Lives in `a`. */
bool report_load(struct case_file *c, struct arena *a, struct report *out,
                 struct err *err) MUST_USE;

const struct finding *report_finding(const struct report *r, str id); /* NULL when there is none */

/* Is finding number `i` to be shown to somebody who asked for `min_level` and above? */
bool report_shows(const struct report *r, size_t i, enum level min_level);

/* Rules of others are shown with their author: their licence asks for it. */
bool rule_is_foreign(const struct rule_info *rule);

#endif
