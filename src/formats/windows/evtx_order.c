#include "formats/windows/evtx_order.h"

/* Records are written a little late, and clocks are corrected all the time. */
static const usec tolerance = 60 * USEC_PER_SEC;

void evtx_order_chunk(struct evtx_order *o)
{
    o->known = o->known && o->seen > 0;
    o->before = o->seen > 1 ? o->before : TIME_NONE;
    o->seen = 0;
}

static bool same_log(const struct origin *a, const struct origin *b)
{
    return a == b || (a && b && str_eq(a->channel, b->channel) && str_eq(a->host, b->host));
}

static bool follows(const struct evtx_order *o, const struct evtx_step *s)
{
    return o->known && s->number == o->last.number + 1;
}

uint64_t evtx_order_missing(const struct evtx_order *o, const struct evtx_step *s)
{
    const struct evtx_step *last = &o->last;
    if (!follows(o, s)) {
        return o->known && s->number > last->number ? s->number - last->number - 1 : 0;
    }
    bool jumps = last->id > 0 && s->id > last->id + 1;
    return jumps && same_log(last->origin, s->origin) ? s->id - last->id - 1 : 0;
}

bool evtx_order_back(const struct evtx_order *o, const struct evtx_step *s)
{
    usec last = o->last.time;
    return follows(o, s) && o->before != TIME_NONE && last != TIME_NONE && s->time != TIME_NONE &&
           last < o->before - tolerance && s->time < o->before - tolerance;
}

void evtx_order_next(struct evtx_order *o, const struct evtx_step *s)
{
    o->before = follows(o, s) ? o->last.time : TIME_NONE;
    o->last = *s;
    o->known = true;
    o->seen++;
}
