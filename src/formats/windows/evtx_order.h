/* What the numbers and times of neighbouring records tell. */
#ifndef FORMATS_WINDOWS_EVTX_ORDER_H
#define FORMATS_WINDOWS_EVTX_ORDER_H

#include "model/time.h"

/* The last records before the one at hand, in the order of the file. Zeroed: none are known. */
struct evtx_order {
    uint64_t number;   /* that the log gave the last one */
    usec time, before; /* of the last one, and of the one before it; TIME_NONE: not known */
    bool known;
    uint32_t seen; /* records in this chunk */
};

/* What is known at the beginning of a chunk comes from the chunk in front of it alone, so that a
 * part which looks back at one chunk knows the same. */
void evtx_order_chunk(struct evtx_order *o);

/* How many numbers are missing in front of `number`. None where it is smaller: there the log
 * begins a new lap. */
uint64_t evtx_order_missing(const struct evtx_order *o, uint64_t number);

/* Was the clock set back before the last record? One time that stands out is none of the clock:
 * drivers write down when they started, hours later. So a second one must agree. */
bool evtx_order_back(const struct evtx_order *o, uint64_t number, usec time);

void evtx_order_next(struct evtx_order *o, uint64_t number, usec time);

#endif
