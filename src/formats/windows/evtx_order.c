#include "formats/windows/evtx_order.h"

/* Records are written a little late, and clocks are corrected all the time. */
static const usec tolerance = 60 * USEC_PER_SEC;

void evtx_order_chunk(struct evtx_order *o)
{
    o->known = o->known && o->seen > 0;
    o->before = o->seen > 1 ? o->before : TIME_NONE;
    o->seen = 0;
}

uint64_t evtx_order_missing(const struct evtx_order *o, uint64_t number)
{
    return o->known && number > o->number ? number - o->number - 1 : 0;
}

static bool follows(const struct evtx_order *o, uint64_t number)
{
    return o->known && number == o->number + 1;
}

bool evtx_order_back(const struct evtx_order *o, uint64_t number, usec time)
{
    return follows(o, number) && o->before != TIME_NONE && o->time != TIME_NONE &&
           time != TIME_NONE && o->time < o->before - tolerance && time < o->before - tolerance;
}

void evtx_order_next(struct evtx_order *o, uint64_t number, usec time)
{
    o->before = follows(o, number) ? o->time : TIME_NONE;
    o->time = time;
    o->number = number;
    o->known = true;
    o->seen++;
}
