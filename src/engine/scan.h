/* The steps of a scan, in order: the rules over everything, the clocks, the trail, the verdict.
 * Each leaves the case such that doing it again changes nothing: a scan that was killed starts
 * over and finds most of it done. */
#ifndef ENGINE_SCAN_H
#define ENGINE_SCAN_H

#include "engine/conduct.h"
#include "engine/engine.h"

struct scanning {
    const struct scan *scan;
    struct case_file *file;
    struct source source;
    struct backups backups;
    struct job job;
    const char *folder; /* of the case, for what does not fit into memory; may be NULL */
    double started;
    const char *doing;
};

bool scan_read(struct scanning *s, struct err *err) MUST_USE;   /* pass 0 */
bool scan_hosts(struct scanning *s, struct err *err) MUST_USE;  /* of logs that name none */
bool scan_clocks(struct scanning *s, struct err *err) MUST_USE; /* sets them right */

/* Rules over what rules saw, in all of the evidence. */
bool scan_correlations(struct scanning *s, struct err *err) MUST_USE;

struct held_list { /* of entities that were not followed */
    struct held *items;
    size_t count;
};

/* Follows the trail; what it did not follow lives in `a`. */
bool scan_trail(struct scanning *s, struct arena *a, struct held_list *held,
                struct err *err) MUST_USE;
bool scan_judge(struct scanning *s, const struct held_list *held, struct err *err) MUST_USE;

/* One pass over the evidence with `job`. */
bool scan_pass(struct scanning *s, const struct job *job, const struct consumer *consumer,
               struct err *err) MUST_USE;

/* The clock of a host in the file or outermost archive that `unit` lies in: seconds to add. */
struct shifts {
    struct shift {
        str root, host;
        int64_t seconds;
    } * items;
    size_t count;
};
bool shifts_read(struct case_file *c, struct arena *a, struct shifts *out,
                 struct err *err) MUST_USE;
int64_t shift_of(const struct shifts *s, str unit, str host);
str root_of(str unit);

/* A finding from what a worker told: id, sentence, entities. Texts are borrowed or in `a`. */
struct finding finding_of(const struct hit *h, const struct rule_info *rule, str unit,
                          struct arena *a);

#endif
