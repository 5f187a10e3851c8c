/* What a worker does with the events of one part: counts them, asks the rules or the hunt, and
 * tells the parent what matched. */
#ifndef ENGINE_OBSERVE_H
#define ENGINE_OBSERVE_H

#include "engine/census.h"
#include "engine/job.h"
#include "engine/tally.h"
#include "engine/wire.h"
#include "formats/format.h"
#include "model/baseline.h"
#include "model/sink.h"
#include "trace/sieve.h"

/* One for the life of a worker: caches and scratch memory. */
struct senses {
    const struct job *job;
    struct wire *wire;
    struct sigma_run *run;
    struct indicator_run *indicators; /* NULL: none are looked for */
    struct stix_run *patterns;        /* the same */
    struct hunt_scratch *scratch;
    struct warmth warmth; /* of this part */
    uint32_t *hits;       /* of each rule or quarry, in this part */
    size_t nhits;
};

void senses_init(struct senses *s, const struct job *job, struct wire *wire);

/* The trail: false when [from, to) of the unit cannot hold what is looked for. */
bool senses_look(struct senses *s, const struct format *f, bytes unit, uint64_t from, uint64_t to,
                 struct arena *a);

struct observer; /* one for a part */

/* In `arena`, which outlives it. NULL: over budget. */
struct observer *observer_new(struct senses *s, struct arena *arena);
struct sink observer_sink(struct observer *o);

/* The unit is a file of which this is known: its events get the fields Baseline and LooksLike. */
struct file_facts {
    enum standing standing;
    str looks_like;
};
void observer_file(struct observer *o, const struct file_facts *facts);

/* Tells what was counted; returns the events seen. */
uint64_t observer_end(struct observer *o);

#endif
