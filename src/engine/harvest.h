/* What a task gave, as told by a worker and checked; and who makes something of it. */
#ifndef ENGINE_HARVEST_H
#define ENGINE_HARVEST_H

#include "engine/message.h"
#include "engine/tally.h"

struct harvest {
    struct arena arena; /* of what follows */
    struct hit *hits;   /* in the order they were told */
    size_t nhits, hits_cap;
    struct hit *observed; /* for correlations */
    size_t nobserved, observed_cap;
    struct source_told *sources;
    size_t nsources, sources_cap;
    struct vote_told *votes;
    size_t nvotes, votes_cap;
    struct visit *visits;
    size_t nvisits, visits_cap;
    str lines; /* on the slate, until the worker has another task */
    struct tally notes;
    uint64_t events;
};

struct unit;

/* Functions that return false have set err: the reading stops. */
struct consumer {
    void *ctx;
    bool (*wants)(void *ctx, str path);       /* false: known already, leave it out */
    void (*begun)(void *ctx, struct unit *u); /* in order of evidence; members as they appear */
    bool (*part)(void *ctx, struct unit *u, uint32_t part, const struct harvest *h,
                 struct err *err);
    bool (*ended)(void *ctx, struct unit *u, struct err *err);
    void (*forgotten)(void *ctx, struct unit *u); /* with a mark, and not ended; may be NULL */
    bool (*crowded)(void *ctx); /* so much waits to be used that no file should be begun */
};

#endif
