/* Files that run as code because settings beside or above them say so, though their names do not:
 * settings of a folder and what lies below it, joined over all units of a case. */
#ifndef TRACE_MAPPED_H
#define TRACE_MAPPED_H

#include "model/finding.h"

struct mapped {
    const struct finding *page;     /* what the file holds: the worst that is said of it */
    const struct finding *settings; /* the nearest that make it run */
    str by;                         /* the value there: .jpg, ^thumbs$, cache.log */
};

/* `findings` ordered by unit. What is no page by its name is told when settings map it, or run it
 * with each page; what is one, when they run it with each page and a rule finds it odd. False over
 * budget. */
bool trace_mapped(const struct finding *findings, size_t nfindings, struct arena *a,
                  struct mapped **out, size_t *count);

extern const struct rule_info rule_mapped;

#endif
