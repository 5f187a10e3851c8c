/* All of the evidence, once, through confined workers: what is behind scan, match and dump. */
#ifndef ENGINE_CONDUCT_H
#define ENGINE_CONDUCT_H

#include "engine/job.h"
#include "engine/plan.h"

struct reading {
    const struct source *source;
    const struct job *job;
    const struct consumer *consumer;
    unsigned workers;           /* 0: one a core */
    const char *folder;         /* for what does not fit into memory; NULL: where the system says */
    const volatile int *cancel; /* may be NULL */
    void (*on_progress)(void *ctx, const struct plan_progress *p); /* may be NULL */
    void (*on_confined)(void *ctx, const char *how, bool weak);    /* may be NULL */
    void *ctx;
};

bool conduct(const struct reading *r, struct err *err) MUST_USE;

#endif
