/* Fronts: what a part of a pattern can do, as one curve made from those of its parts. */
#include "detect/stix/search.h"

#include <stdlib.h>

struct dated { /* an observation, for those of a set in the order of their last moment */
    stix_time last;
    uint64_t number;
    uint32_t rank;
    size_t place; /* by last moment */
};

static int by_last(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    return (x->last > y->last) - (x->last < y->last);
}

static int by_rank(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Of `times` observations of a set: the last moment of the earliest to end among those that end
 * latest. As more begin, it only grows. */
static bool front_of_set(struct search *s, const struct goal *g, stix_time *front)
{
    const struct stix_holding *set = &s->j->sets[g->e->number];
    struct dated *d = ARENA_ARRAY(s->j->arena, struct dated, set->count + 1);
    uint64_t *number = ARENA_ARRAY(s->j->arena, uint64_t, set->count + 1);
    stix_time *last = ARENA_ARRAY(s->j->arena, stix_time, set->count + 1);
    size_t n = 0, lowest = 0, at = 0;
    uint64_t held = 0;
    if (!d || !number || !last || !pay(s, set->count * 8 + s->nfirsts)) {
        return give_up(s);
    }
    for (size_t i = 0; i < set->count; i++) {
        uint32_t o = set->items[i];
        const struct stix_moments *m = &s->j->moments[o];
        if (counts(s, o, g->from, g->to)) {
            d[n++] = (struct dated){m->last, m->number, s->rank[o], 0};
        }
    }
    qsort(d, n, sizeof *d, by_last);
    for (size_t i = 0; i < n; i++) {
        d[i].place = i;
        last[i] = d[i].last;
    }
    qsort(d, n, sizeof *d, by_rank);
    for (size_t f = 0; f < s->nfirsts; f++) {
        for (; at < n && d[at].rank <= f; at++) {
            number[d[at].place] = d[at].number;
            held += d[at].place >= lowest ? d[at].number : 0;
        }
        while (held >= g->times && lowest < n && held - number[lowest] >= g->times) {
            held -= number[lowest++];
        }
        front[f] = held >= g->times ? last[lowest] : NEVER;
    }
    return true;
}

size_t stix_firsts_until(const struct search *s, stix_time t)
{
    size_t from = 0, to = s->nfirsts;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (s->firsts[middle] <= t) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

stix_time stix_front_at(const struct search *s, const stix_time *front, stix_time t)
{
    size_t n = stix_firsts_until(s, t);
    return n ? front[n - 1] : NEVER;
}

/* `left` and then `right`: all of the left begin before any of the right ends. */
static void front_followed(const struct search *s, stix_time *left, const stix_time *right)
{
    stix_time *out = left; /* at f only what stands at or before f is asked for: go down */
    for (size_t f = s->nfirsts; f-- > 0;) {
        stix_time t = least(s->firsts[f], right[f]);
        out[f] = right[f] == NEVER ? NEVER : least(stix_front_at(s, left, t), right[f]);
    }
}

static stix_time gap_allowed(const struct search *s, const struct stix_expression *e)
{
    bool inclusive = s->j->pattern->reading == STIX_AS_THE_REFERENCE_DOES;
    return inclusive ? e->span : e->span - 1;
}

stix_time stix_window_end(const struct search *s, const struct stix_expression *e, stix_time last)
{
    stix_time end = 0;
    return __builtin_add_overflow(last, gap_allowed(s, e), &end) ? INT64_MAX : end;
}

static void front_within(const struct search *s, const struct stix_expression *e, stix_time *front)
{
    stix_time best = NEVER;
    for (size_t f = 0; f < s->nfirsts; f++) {
        bool fits = front[f] != NEVER && s->firsts[f] <= stix_window_end(s, e, front[f]);
        best = fits ? most(best, front[f]) : best;
        front[f] = best;
    }
}

static void front_joined(const struct search *s, enum stix_expression_kind kind, stix_time *front,
                         const stix_time *other)
{
    if (kind == STIX_FOLLOWEDBY) {
        front_followed(s, front, other);
        return;
    }
    for (size_t f = 0; f < s->nfirsts; f++) {
        front[f] = kind == STIX_AND ? least(front[f], other[f]) : most(front[f], other[f]);
    }
}

static bool front_of_children(struct search *s, const struct goal *g, stix_time *front)
{
    stix_time *other = ARENA_ARRAY(s->j->arena, stix_time, s->nfirsts + 1);
    struct goal child = *g;
    child.e = g->e->first;
    bool ok = other && stix_front_of(s, &child, front);
    for (child.e = child.e->next; ok && child.e; child.e = child.e->next) {
        ok = stix_front_of(s, &child, other) && pay(s, s->nfirsts);
        if (ok) {
            front_joined(s, g->e->kind, front, other);
        }
    }
    return ok || give_up(s);
}

/* Of everything once; that a group repeats is left to the search. */
bool stix_front_of(struct search *s, const struct goal *g, stix_time *front)
{
    struct arena_mark mark = arena_mark(s->j->arena);
    struct goal child = *g;
    bool ok = pay(s, s->nfirsts + 1);
    child.e = g->e->first;
    if (ok && stix_is_set(g->e)) {
        ok = front_of_set(s, g, front);
    } else if (ok && g->e->kind == STIX_WITHIN) {
        ok = stix_front_of(s, &child, front);
        front_within(s, g->e, front);
    } else if (ok && g->e->kind == STIX_REPEATS) {
        child.times = stix_is_set(child.e) ? times_of(g->times, g->e->times) : 1;
        ok = stix_front_of(s, &child, front);
    } else if (ok && g->e->kind == STIX_DURING) {
        bool any = narrow(g->e, &child.from, &child.to);
        ok = stix_front_of(s, &child, front);
        for (size_t f = 0; ok && !any && f < s->nfirsts; f++) {
            front[f] = NEVER;
        }
    } else if (ok) {
        ok = front_of_children(s, g, front);
    }
    arena_rewind(s->j->arena, mark);
    return ok;
}
