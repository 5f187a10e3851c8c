/* What the numbers and times of neighbouring records tell. */
#ifndef FORMATS_WINDOWS_EVTX_ORDER_H
#define FORMATS_WINDOWS_EVTX_ORDER_H

#include "model/event.h"

/* A record as the log has it. */
struct evtx_step {
    uint64_t number; /* that this file gave it: an export counts anew */
    uint64_t id;     /* EventRecordID, that the log it was written to gave it; 0: none */
    usec time;       /* TIME_NONE: not known */
    const struct origin *origin; /* NULL: not known */
};

/* The last records before the one at hand, in the order of the file. Zeroed: none are known. */
struct evtx_order {
    struct evtx_step last;
    usec before; /* of the one before it; TIME_NONE: not known */
    bool known;
    uint32_t seen; /* records in this chunk */
};

/* What is known at the beginning of a chunk comes from the chunk in front of it alone, so that a
 * part which looks back at one chunk knows the same. */
void evtx_order_chunk(struct evtx_order *o);

/* How many records are missing in front of this one, by its number, and where these follow each
 * other by the EventRecordIDs of one log of one host. None where they are smaller: there the log
 * begins a new lap. */
uint64_t evtx_order_missing(const struct evtx_order *o, const struct evtx_step *s);

/* Was the clock set back before the last record? One time that stands out is none of the clock:
 * drivers write down when they started, hours later. So a second one must agree. */
bool evtx_order_back(const struct evtx_order *o, const struct evtx_step *s);

void evtx_order_next(struct evtx_order *o, const struct evtx_step *s);

#endif
