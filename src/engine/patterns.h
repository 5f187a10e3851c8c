/* Patterns of indicators that take several observations: from what workers saw of their brackets,
 * whatever file each came from. */
#ifndef ENGINE_PATTERNS_H
#define ENGINE_PATTERNS_H

#include "engine/correlate.h"
#include "engine/job.h"

/* Of sights whose numbers are those of brackets (job_hits() and more), sorted here. What came true
 * stands at the last record that it took. `*undecided`: how many would have cost too much. False
 * over budget. */
bool patterns_join(const struct job *job, struct sight *sights, size_t count, struct arena *a,
                   struct correlated **out, size_t *nout, uint64_t *undecided) MUST_USE;

#endif
