/* What join.c, front.c and flow.c have in common. */
#ifndef DETECT_STIX_SEARCH_H
#define DETECT_STIX_SEARCH_H

#include "detect/stix/join.h"

#define NEVER INT64_MIN /* of a front: not at all */

struct wanted { /* of a flow: so many of a set, seen in a span */
    const struct stix_holding *set;
    stix_time from, to; /* last not before, first not after */
    uint64_t times;
    const struct wanted *next;
};

struct goal { /* yet to be met */
    const struct stix_expression *e;
    stix_time from, to;
    uint64_t times;
    const struct goal *next;
};

struct search {
    struct stix_join *j;
    stix_time *firsts, *lasts; /* distinct, ascending */
    size_t nfirsts, nlasts;
    uint32_t *rank; /* of an observation's first moment, among firsts */
    uint32_t *bound;
    size_t nbound;
    unsigned depth;
};

static inline stix_time least(stix_time a, stix_time b)
{
    return a < b ? a : b;
}

static inline stix_time most(stix_time a, stix_time b)
{
    return a > b ? a : b;
}

static inline bool pay(const struct search *s, uint64_t steps)
{
    return stix_pay(s->j->work, steps);
}

static inline bool give_up(const struct search *s)
{
    s->j->work->gave_up = true;
    return false;
}

static inline bool counts(const struct search *s, uint32_t observation, stix_time from,
                          stix_time to)
{
    const struct stix_moments *m = &s->j->moments[observation];
    return m->last >= from && m->first <= to;
}

/* The tightest span in which a qualifier's child has to lie. False: in none. */
static inline bool narrow(const struct stix_expression *e, stix_time *from, stix_time *to)
{
    *from = most(*from, e->start);
    *to = least(*to, e->stop == INT64_MIN ? e->stop : e->stop - 1);
    return e->start < e->stop;
}

static inline uint64_t times_of(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* An OR of brackets is one bracket. */
bool stix_is_set(const struct stix_expression *e);

/* The front of a goal: for each of the firsts, the best earliest last moment that it can have when
 * nothing begins later. False, and given up, over budget. */
bool stix_front_of(struct search *s, const struct goal *g, stix_time *front);
stix_time stix_front_at(const struct search *s, const stix_time *front, stix_time t);

/* The last of the firsts not after t: its place + 1, or 0. */
size_t stix_firsts_until(const struct search *s, stix_time t);

/* How late things may begin when the first of them ends at `last`. */
stix_time stix_window_end(const struct search *s, const struct stix_expression *e, stix_time last);

/* Can all that is wanted be had at once? `keep`: what was taken is bound. */
bool stix_can_have(struct search *s, const struct wanted *all, bool keep);

#endif
