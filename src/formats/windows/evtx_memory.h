/* What one part of a log leaves for the next: templates, of whatever log, and what a whole log
 * holds, for its other parts. */
#ifndef FORMATS_WINDOWS_EVTX_MEMORY_H
#define FORMATS_WINDOWS_EVTX_MEMORY_H

#include "formats/windows/evtx_carve.h"

struct evtx_memory {
    struct arena *arena;
    struct evtx_templates templates;

    /* Of one log, when its deleted records are wanted. */
    const struct evtx_met *met;
    str path;
    uint64_t len;
};

/* That of `p`, or one for this parse alone; NULL when there is no room. */
struct evtx_memory *evtx_memory_of(const struct parse *p);

#endif
