/* The life of a worker: confined before it sees a byte of evidence, then task after task. */
#ifndef ENGINE_WORKER_H
#define ENGINE_WORKER_H

#include "engine/job.h"
#include "os/process.h"

/* What it has from its parent. */
struct birth {
    const struct job *job;
    struct os_shared slate; /* DUMP: where it writes the lines of a part */
};

/* For os_child_start(); `birth` is a struct birth *. Returns when the parent is gone. */
void worker_main(int socket, void *birth);

#endif
