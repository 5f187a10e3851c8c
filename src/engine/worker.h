/* The life of a worker: confined before it sees a byte of evidence, then task after task. */
#ifndef ENGINE_WORKER_H
#define ENGINE_WORKER_H

#include "engine/job.h"

/* For os_child_start(); `job` is a const struct job *. Returns when the parent is gone. */
void worker_main(int socket, void *job);

#endif
