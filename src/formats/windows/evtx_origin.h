/* Which log, provider, host and event id an event has: looked up by the raw bytes of the four, so
 * that no text is made for an event like one seen before. */
#ifndef FORMATS_WINDOWS_EVTX_ORIGIN_H
#define FORMATS_WINDOWS_EVTX_ORIGIN_H

#include "formats/origins.h"
#include "formats/windows/evtx_template.h"

enum { EVTX_ORIGIN_PARTS = EVTX_EVENT_ID + 1 }; /* the first of enum evtx_head */

struct evtx_origins {
    struct arena *scratch;
    struct origins all;
    struct evtx_seen {
        const struct evtx_template *template;
        struct field head[EVTX_ORIGIN_PARTS];
        const struct origin *origin;
    } seen[256];
};

void evtx_origins_init(struct evtx_origins *o, struct arena *arena, struct arena *scratch);

/* `from` is the template that the event was made from, when `head` lies in it or in the unit;
 * NULL when it lies in the scratch arena. NULL when the arena is used up. */
const struct origin *evtx_origin(struct evtx_origins *o, const struct evtx_template *from,
                                 const struct field head[EVTX_HEAD_COUNT]);

/* A number that was written as one or as text; 0 when it is neither. */
uint64_t evtx_number(const struct field *f, struct arena *scratch);

#endif
