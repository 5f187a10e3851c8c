/* The trail: from findings to the entities they share, and from those to more findings.
 *
 * Following an entity means looking for it in all the evidence, in a second, cheap pass
 * (trace/hunt.h). The rarity guard keeps what is everywhere (SYSTEM, the loopback, a proxy)
 * from painting the world; what it held back is said. */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "base/err.h"
#include "model/assessment.h"
#include "model/event.h"

/* The entities of one finding, from its rule's `entities` or, where the rule names none, from
 * well-known fields. Values are normalised: addresses without port, paths without quotes. */
size_t trace_refs(const struct rule_info *rule, const struct named_value *fields, size_t nfields,
                  struct arena *a, struct entity_ref **out);

/* All entities of all findings, merged, ordered by first sight, then kind and value. */
size_t trace_entities(const struct finding *findings, size_t count, struct arena *a,
                      struct entity **out);

/* Something to look for in all the evidence. */
struct quarry {
    str kind, value;
    str needle; /* what to search: part of the value that is telling (the file's name) */
};

/* Which entities are worth a pass: those of findings on rung 3 and above, and of leads, that are
 * rare enough and telling enough; what was made (accounts, tasks, services) on a host after a proof
 * there; and, of what the trail led to, the children of processes and the sessions that were
 * opened. Findings in order of time. At most `max`. */
size_t trace_quarries(const struct finding *findings, size_t count, size_t max, struct arena *a,
                      struct quarry **out);

/* Those that the rarity guard held back, and why. */
size_t trace_held_back(const struct finding *findings, size_t count, struct arena *a,
                       struct held **out);

/* ---- the pass itself */

struct hunt;

struct hunt *hunt_new(struct arena *arena, const struct quarry *quarries, size_t count,
                      struct err *err);
void hunt_done(struct hunt *h);

/* Where its needles could be at all (trace/sieve.h); NULL: anywhere. */
const struct sieve *hunt_sieve(const struct hunt *h);

/* The first quarry that a value of the event holds, or -1. `scratch` is one worker's. */
struct hunt_scratch;
struct hunt_scratch *hunt_scratch_new(const struct hunt *h);
void hunt_scratch_free(struct hunt_scratch *s);
int hunt_event(const struct hunt *h, struct hunt_scratch *s, const struct event *e,
               struct arena *arena);

/* The rule_info of findings made by the hunt. */
extern const struct rule_info rule_trail;

#endif
