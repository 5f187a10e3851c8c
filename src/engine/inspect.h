/* What a worker does with a unit as a whole: it asks the rules over whole files, and
 * whether the file itself is an indicator. */
#ifndef ENGINE_INSPECT_H
#define ENGINE_INSPECT_H

#include "engine/job.h"
#include "engine/wire.h"

struct inspector { /* one for the life of a worker */
    const struct job *job;
    struct wire *wire;
    struct yara_run *run;             /* NULL: no such rules */
    struct indicator_run *indicators; /* NULL: none are looked for */
    struct stix_run *patterns;        /* the same */
};

void inspector_init(struct inspector *in, const struct job *job, struct wire *wire);

/* Tells what matched, and what kept it from looking. `sha256` is NULL where it is not known. */
void inspect(struct inspector *in, str path, bytes unit, const uint8_t *sha256, struct arena *a);

#endif
