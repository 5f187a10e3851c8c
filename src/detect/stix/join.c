#include "detect/stix/join.h"

#include <stdlib.h>
#include <string.h>

#define NEVER INT64_MIN /* of a front: not at all */

enum { CHOICES_MAX = 1000 }; /* one inside the other */

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

static stix_time least(stix_time a, stix_time b)
{
    return a < b ? a : b;
}

static stix_time most(stix_time a, stix_time b)
{
    return a > b ? a : b;
}

static bool pay(const struct search *s, uint64_t steps)
{
    return stix_pay(s->j->work, steps);
}

static bool give_up(const struct search *s)
{
    s->j->work->gave_up = true;
    return false;
}

/* ---- sets: an OR of brackets is one bracket */

static bool is_set(const struct stix_expression *e)
{
    if (e->kind != STIX_OR) {
        return e->kind == STIX_BRACKET;
    }
    bool all = true;
    for (const struct stix_expression *i = e->first; i && all; i = i->next) {
        all = is_set(i);
    }
    return all;
}

static bool unite(struct search *s, const struct stix_expression *e)
{
    struct stix_join *j = s->j;
    uint8_t *there = ARENA_ARRAY(j->arena, uint8_t, j->count + 1);
    uint32_t *items = ARENA_ARRAY(j->arena, uint32_t, j->count + 1);
    struct stix_holding *out = &j->sets[e->number];
    if (!there || !items || !pay(s, j->count)) {
        return give_up(s);
    }
    for (const struct stix_expression *i = e->first; i; i = i->next) {
        const struct stix_holding *set = &j->sets[i->number];
        for (size_t k = 0; k < set->count && pay(s, 1); k++) {
            there[set->items[k]] = 1;
        }
    }
    for (uint32_t i = 0; i < j->count; i++) {
        items[out->count] = i;
        out->count += there[i];
    }
    out->items = items;
    return true;
}

static bool unite_all(struct search *s, const struct stix_expression *e)
{
    bool ok = true;
    for (const struct stix_expression *i = e->first; i && ok; i = i->next) {
        ok = unite_all(s, i);
    }
    return ok && (e->kind != STIX_OR || !is_set(e) || unite(s, e));
}

static bool counts(const struct search *s, uint32_t observation, stix_time from, stix_time to)
{
    const struct stix_moments *m = &s->j->moments[observation];
    return m->last >= from && m->first <= to;
}

/* The tightest span in which a qualifier's child has to lie. False: in none. */
static bool narrow(const struct stix_expression *e, stix_time *from, stix_time *to)
{
    *from = most(*from, e->start);
    *to = least(*to, e->stop == INT64_MIN ? e->stop : e->stop - 1);
    return e->start < e->stop;
}

/* ---- fronts */

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

/* The last of the firsts not after t: its place + 1, or 0. */
static size_t firsts_until(const struct search *s, stix_time t)
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

static stix_time front_at(const struct search *s, const stix_time *front, stix_time t)
{
    size_t n = firsts_until(s, t);
    return n ? front[n - 1] : NEVER;
}

/* `left` and then `right`: all of the left begin before any of the right ends. */
static void front_followed(const struct search *s, stix_time *left, const stix_time *right)
{
    stix_time *out = left; /* at f only what stands at or before f is asked for: go down */
    for (size_t f = s->nfirsts; f-- > 0;) {
        stix_time t = least(s->firsts[f], right[f]);
        out[f] = right[f] == NEVER ? NEVER : least(front_at(s, left, t), right[f]);
    }
}

static stix_time gap_allowed(const struct search *s, const struct stix_expression *e)
{
    bool inclusive = s->j->pattern->reading == STIX_AS_THE_REFERENCE_DOES;
    return inclusive ? e->span : e->span - 1;
}

/* How late things may begin when the first of them ends at `last`. */
static stix_time window_end(const struct search *s, const struct stix_expression *e, stix_time last)
{
    stix_time end = 0;
    return __builtin_add_overflow(last, gap_allowed(s, e), &end) ? INT64_MAX : end;
}

static void front_within(const struct search *s, const struct stix_expression *e, stix_time *front)
{
    stix_time best = NEVER;
    for (size_t f = 0; f < s->nfirsts; f++) {
        bool fits = front[f] != NEVER && s->firsts[f] <= window_end(s, e, front[f]);
        best = fits ? most(best, front[f]) : best;
        front[f] = best;
    }
}

static bool front_of(struct search *s, const struct goal *g, stix_time *front);

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
    bool ok = other && front_of(s, &child, front);
    for (child.e = child.e->next; ok && child.e; child.e = child.e->next) {
        ok = front_of(s, &child, other) && pay(s, s->nfirsts);
        if (ok) {
            front_joined(s, g->e->kind, front, other);
        }
    }
    return ok || give_up(s);
}

static uint64_t times_of(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* Of everything once; that a group repeats is left to the search. */
static bool front_of(struct search *s, const struct goal *g, stix_time *front)
{
    struct arena_mark mark = arena_mark(s->j->arena);
    struct goal child = *g;
    bool ok = pay(s, s->nfirsts + 1);
    child.e = g->e->first;
    if (ok && is_set(g->e)) {
        ok = front_of_set(s, g, front);
    } else if (ok && g->e->kind == STIX_WITHIN) {
        ok = front_of(s, &child, front);
        front_within(s, g->e, front);
    } else if (ok && g->e->kind == STIX_REPEATS) {
        child.times = is_set(child.e) ? times_of(g->times, g->e->times) : 1;
        ok = front_of(s, &child, front);
    } else if (ok && g->e->kind == STIX_DURING) {
        bool any = narrow(g->e, &child.from, &child.to);
        ok = front_of(s, &child, front);
        for (size_t f = 0; ok && !any && f < s->nfirsts; f++) {
            front[f] = NEVER;
        }
    } else if (ok) {
        ok = front_of_children(s, g, front);
    }
    arena_rewind(s->j->arena, mark);
    return ok;
}

/* ---- flows */

struct edge {
    uint32_t observation;
    uint64_t used;
};

struct source { /* of a flow: what a wanted may take from */
    struct edge *edges;
    size_t nedges;
    uint64_t lacking, room;
    bool rich; /* has more than all want together, and so never lacks */
};

struct flow {
    struct search *s;
    struct source *sources;
    size_t nsources;
    uint64_t *left; /* by observation: how often it may still be used */
    uint32_t *via;  /* while looking: the source that led to an observation, + 1 */
    uint32_t *back; /* and the observation that led to a source, + 1 */
    uint32_t *queue;
    uint32_t *aside; /* the rich ones, in the order they were set aside */
    size_t naside;
};

static bool fill_source(struct flow *f, struct source *out, const struct wanted *w)
{
    struct search *s = f->s;
    out->edges = ARENA_ARRAY(s->j->arena, struct edge, w->set->count + 1);
    out->lacking = w->times;
    if (!out->edges || !pay(s, w->set->count)) {
        return give_up(s);
    }
    for (size_t i = 0; i < w->set->count; i++) {
        uint32_t o = w->set->items[i];
        if (counts(s, o, w->from, w->to)) {
            out->edges[out->nedges++].observation = o;
            uint64_t number = s->j->moments[o].number;
            out->room = out->room > UINT64_MAX - number ? UINT64_MAX : out->room + number;
        }
    }
    return true;
}

/* Who has as much as all that are not yet set aside want together never lacks: the first set aside
 * are served last. */
static void set_rich_aside(struct flow *f)
{
    uint64_t all = 0;
    for (size_t i = 0; i < f->nsources; i++) {
        all = all > UINT64_MAX - f->sources[i].lacking ? UINT64_MAX : all + f->sources[i].lacking;
    }
    for (bool more = all < UINT64_MAX; more;) {
        more = false;
        for (size_t i = 0; i < f->nsources; i++) {
            struct source *x = &f->sources[i];
            if (!x->rich && x->room >= all) {
                x->rich = more = true;
                all -= x->lacking;
                f->aside[f->naside++] = (uint32_t)i;
            }
        }
    }
}

static void take_free(struct flow *f, struct source *x)
{
    for (size_t i = 0; i < x->nedges && x->lacking && pay(f->s, 1); i++) {
        uint64_t *left = &f->left[x->edges[i].observation];
        uint64_t n = *left < x->lacking ? *left : x->lacking;
        x->edges[i].used += n;
        x->lacking -= n;
        *left -= n;
    }
}

static struct edge *edge_to(const struct source *x, uint32_t observation)
{
    size_t from = 0, to = x->nedges;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (x->edges[middle].observation < observation) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from < x->nedges && x->edges[from].observation == observation ? &x->edges[from] : NULL;
}

/* Gives what is free at the end of a chain of exchanges to its beginning. */
static void exchange(struct flow *f, uint32_t first, uint32_t end)
{
    uint64_t n =
        f->left[end] < f->sources[first].lacking ? f->left[end] : f->sources[first].lacking;
    for (uint32_t o = end, x; (x = f->via[o] - 1) != first; o = f->back[x] - 1) {
        uint64_t used = edge_to(&f->sources[x], f->back[x] - 1)->used;
        n = used < n ? used : n;
    }
    f->left[end] -= n;
    f->sources[first].lacking -= n;
    for (uint32_t o = end;;) {
        uint32_t x = f->via[o] - 1;
        edge_to(&f->sources[x], o)->used += n;
        if (x == first) {
            return;
        }
        o = f->back[x] - 1;
        edge_to(&f->sources[x], o)->used -= n;
    }
}

/* Follows what an occupied observation could be given back by. */
static void ask_occupants(struct flow *f, uint32_t o, size_t *nqueue)
{
    for (uint32_t x = 0; x < f->nsources && pay(f->s, 1); x++) {
        const struct edge *e = f->back[x] || f->sources[x].rich ? NULL : edge_to(&f->sources[x], o);
        if (e && e->used) {
            f->back[x] = o + 1;
            f->queue[(*nqueue)++] = x;
        }
    }
}

static bool improve(struct flow *f, uint32_t first)
{
    size_t nqueue = 0;
    memset(f->via, 0, f->s->j->count * sizeof *f->via);
    memset(f->back, 0, f->nsources * sizeof *f->back);
    f->back[first] = UINT32_MAX;
    f->queue[nqueue++] = first;
    for (size_t at = 0; at < nqueue && pay(f->s, f->s->j->count / 16 + 1); at++) {
        const struct source *x = &f->sources[f->queue[at]];
        for (size_t i = 0; i < x->nedges && pay(f->s, 1); i++) {
            uint32_t o = x->edges[i].observation;
            if (f->via[o]) {
                continue;
            }
            f->via[o] = f->queue[at] + 1;
            if (f->left[o]) {
                exchange(f, first, o);
                return true;
            }
            ask_occupants(f, o, &nqueue);
        }
    }
    return false;
}

static bool make_flow(struct flow *f, const struct wanted *all)
{
    struct stix_join *j = f->s->j;
    for (const struct wanted *w = all; w; w = w->next) {
        f->nsources++;
    }
    f->sources = ARENA_ARRAY(j->arena, struct source, f->nsources + 1);
    f->left = ARENA_ARRAY(j->arena, uint64_t, j->count + 1);
    f->via = ARENA_ARRAY(j->arena, uint32_t, j->count + 1);
    f->back = ARENA_ARRAY(j->arena, uint32_t, f->nsources + 1);
    f->queue = ARENA_ARRAY(j->arena, uint32_t, f->nsources + 1);
    f->aside = ARENA_ARRAY(j->arena, uint32_t, f->nsources + 1);
    if (!f->sources || !f->left || !f->via || !f->back || !f->queue || !f->aside ||
        !pay(f->s, j->count)) {
        return give_up(f->s);
    }
    for (size_t i = 0; i < j->count; i++) {
        f->left[i] = j->moments[i].number;
    }
    size_t n = 0;
    bool ok = true;
    for (const struct wanted *w = all; w && ok; w = w->next) {
        ok = fill_source(f, &f->sources[n++], w);
    }
    return ok;
}

static void keep_bound(struct flow *f)
{
    struct search *s = f->s;
    s->nbound = 0;
    for (uint32_t o = 0; o < s->j->count; o++) {
        if (f->left[o] < s->j->moments[o].number) {
            s->bound[s->nbound++] = o;
        }
    }
}

/* Can all that is wanted be had at once? */
static bool can_have(struct search *s, const struct wanted *all, bool keep)
{
    struct arena_mark mark = arena_mark(s->j->arena);
    struct flow f = {.s = s};
    bool ok = make_flow(&f, all);
    if (ok) {
        set_rich_aside(&f);
    }
    for (uint32_t i = 0; ok && i < f.nsources; i++) {
        struct source *x = &f.sources[i];
        ok = x->rich || x->room >= x->lacking;
        if (ok && !x->rich) {
            take_free(&f, x);
            while (x->lacking && improve(&f, i)) {
            }
            ok = x->lacking == 0;
        }
    }
    for (size_t i = f.naside; ok && keep && i-- > 0;) {
        take_free(&f, &f.sources[f.aside[i]]);
        ok = f.sources[f.aside[i]].lacking == 0;
    }
    if (ok && keep) {
        keep_bound(&f);
    }
    arena_rewind(s->j->arena, mark);
    return ok;
}

/* ---- the search */

static bool solve(struct search *s, const struct goal *goals, const struct wanted *all);

static const struct goal *push(struct search *s, struct goal g, const struct goal *next)
{
    struct goal *made = pay(s, 1) ? ARENA_NEW(s->j->arena, struct goal) : NULL;
    if (!made) {
        (void)give_up(s);
        return NULL;
    }
    *made = g;
    made->next = next;
    return made;
}

/* One child in a span of its own, and then the rest. */
static bool try_child(struct search *s, const struct goal *g, const struct stix_expression *child,
                      stix_time from, stix_time to, const struct wanted *all)
{
    struct goal one = {child, from, to, 1, NULL};
    const struct goal *goals = push(s, one, g->next);
    return goals && solve(s, goals, all);
}

static bool any_child(struct search *s, const struct goal *g, const struct wanted *all)
{
    bool met = false;
    for (const struct stix_expression *i = g->e->first; i && !met; i = i->next) {
        met = try_child(s, g, i, g->from, g->to, all);
    }
    return met;
}

/* All windows that begin where something ends, and that its front does not rule out. */
static bool any_window(struct search *s, const struct goal *g, const struct wanted *all)
{
    stix_time *front = ARENA_ARRAY(s->j->arena, stix_time, s->nfirsts + 1);
    struct goal child = {g->e->first, g->from, g->to, 1, NULL};
    bool met = false;
    if (!front || !front_of(s, &child, front)) {
        return give_up(s);
    }
    for (size_t i = 0; i < s->nlasts && !met && pay(s, 1); i++) {
        stix_time from = s->lasts[i], to = least(g->to, window_end(s, g->e, from));
        stix_time best = front_at(s, front, to);
        if (from >= g->from && best != NEVER && best >= from) {
            met = try_child(s, g, g->e->first, from, to, all);
        }
    }
    return met;
}

/* A chain but for its last member, at a threshold, and then that member. */
static bool any_threshold(struct search *s, const struct goal *g, const struct wanted *all)
{
    struct stix_expression *head = ARENA_NEW(s->j->arena, struct stix_expression);
    struct stix_expression *members = NULL, *last_kept = NULL;
    const struct stix_expression *last = g->e->first;
    stix_time *left = ARENA_ARRAY(s->j->arena, stix_time, s->nfirsts + 1);
    stix_time *right = ARENA_ARRAY(s->j->arena, stix_time, s->nfirsts + 1);
    for (; head && last->next; last = last->next) {
        struct stix_expression *copy =
            pay(s, 1) ? ARENA_NEW(s->j->arena, struct stix_expression) : NULL;
        if (!copy) {
            return give_up(s);
        }
        *copy = *last;
        copy->next = NULL;
        if (last_kept) {
            last_kept->next = copy;
        } else {
            members = copy;
        }
        last_kept = copy;
    }
    if (!head || !left || !right) {
        return give_up(s);
    }
    *head = members == last_kept ? *members : *g->e;
    head->first = members == last_kept ? head->first : members;
    struct goal l = {head, g->from, g->to, 1, NULL}, r = {last, g->from, g->to, 1, NULL};
    bool met = false, ok = front_of(s, &l, left) && front_of(s, &r, right);
    stix_time latest = ok ? front_at(s, right, g->to) : NEVER;
    for (size_t i = 0; ok && i < s->nfirsts && !met && pay(s, 1); i++) {
        stix_time t = s->firsts[i];
        if (left[i] != NEVER && t <= latest && t <= g->to) {
            r = (struct goal){last, most(g->from, t), g->to, 1, g->next};
            const struct goal *rest = push(s, r, g->next);
            l = (struct goal){head, g->from, t, 1, NULL};
            rest = rest ? push(s, l, rest) : NULL;
            met = rest && solve(s, rest, all);
        }
    }
    return met;
}

/* A choice each: what is met that many times is met once, that many times over. */
static bool each_time(struct search *s, const struct goal *g, const struct wanted *all)
{
    const struct goal *goals = g->next;
    if (g->times > s->j->work->left) {
        return give_up(s);
    }
    for (uint64_t i = 0; i < g->times; i++) {
        goals = push(s, (struct goal){g->e, g->from, g->to, 1, NULL}, goals);
        if (!goals) {
            return false;
        }
    }
    return solve(s, goals, all);
}

/* What a goal wants whatever is chosen, leaving out in which order. */
static const struct wanted *wants(struct search *s, const struct goal *g, const struct wanted *all)
{
    struct goal child = *g;
    if (is_set(g->e)) {
        struct wanted *w = pay(s, 1) ? ARENA_NEW(s->j->arena, struct wanted) : NULL;
        if (w) {
            *w = (struct wanted){&s->j->sets[g->e->number], g->from, g->to, g->times, all};
        }
        return w ? w : all;
    }
    if (g->e->kind == STIX_REPEATS) {
        child.times = times_of(g->times, g->e->times);
    } else if (g->e->kind == STIX_DURING) {
        (void)narrow(g->e, &child.from, &child.to);
    }
    for (child.e = g->e->kind == STIX_OR ? NULL : g->e->first; child.e; child.e = child.e->next) {
        all = wants(s, &child, all);
    }
    return all;
}

static bool is_hopeless(struct search *s, const struct goal *goals, const struct wanted *all)
{
    struct arena_mark mark = arena_mark(s->j->arena);
    for (; goals; goals = goals->next) {
        all = wants(s, goals, all);
    }
    bool hopeless = !can_have(s, all, false);
    arena_rewind(s->j->arena, mark);
    return hopeless;
}

static bool choose(struct search *s, const struct goal *g, const struct wanted *all)
{
    if (is_hopeless(s, g, all)) {
        return false;
    }
    if (g->times > 1) {
        return each_time(s, g, all);
    }
    return g->e->kind == STIX_OR       ? any_child(s, g, all)
           : g->e->kind == STIX_WITHIN ? any_window(s, g, all)
                                       : any_threshold(s, g, all);
}

/* What follows without a choice: the goals that are left, and more that is wanted. False when
 * there is no way. */
static bool unfold(struct search *s, const struct goal **goals, const struct wanted **all)
{
    const struct goal *g = *goals;
    if (is_set(g->e)) {
        struct wanted *w = pay(s, 1) ? ARENA_NEW(s->j->arena, struct wanted) : NULL;
        if (!w) {
            return give_up(s);
        }
        *w = (struct wanted){&s->j->sets[g->e->number], g->from, g->to, g->times, *all};
        *all = w;
        *goals = g->next;
        return true;
    }
    struct goal child = {g->e->first, g->from, g->to, g->times, NULL};
    if (g->e->kind == STIX_DURING && !narrow(g->e, &child.from, &child.to)) {
        return false;
    }
    if (g->e->kind == STIX_REPEATS) {
        child.times = times_of(g->times, g->e->times);
    }
    *goals = g->next;
    for (; child.e; child.e = g->e->kind == STIX_AND ? child.e->next : NULL) {
        *goals = push(s, child, *goals);
        if (!*goals) {
            return false;
        }
    }
    return true;
}

static bool is_choice(const struct stix_expression *e)
{
    return !is_set(e) &&
           (e->kind == STIX_OR || e->kind == STIX_WITHIN || e->kind == STIX_FOLLOWEDBY);
}

static bool solve(struct search *s, const struct goal *goals, const struct wanted *all)
{
    struct arena_mark mark = arena_mark(s->j->arena);
    bool ok = s->depth < CHOICES_MAX || give_up(s);
    while (ok && goals && !is_choice(goals->e)) {
        ok = unfold(s, &goals, &all);
    }
    s->depth++;
    ok = ok && (goals ? choose(s, goals, all) : can_have(s, all, true));
    s->depth--;
    arena_rewind(s->j->arena, mark);
    return ok;
}

/* ---- beginning */

static int by_time(const void *a, const void *b)
{
    stix_time x = *(const stix_time *)a, y = *(const stix_time *)b;
    return (x > y) - (x < y);
}

static size_t distinct(stix_time *times, size_t count)
{
    size_t n = 0;
    qsort(times, count, sizeof *times, by_time);
    for (size_t i = 0; i < count; i++) {
        times[n] = times[i];
        n += i + 1 == count || times[i + 1] != times[i];
    }
    return n;
}

static bool begin(struct search *s)
{
    struct stix_join *j = s->j;
    s->firsts = ARENA_ARRAY(j->arena, stix_time, j->count + 1);
    s->lasts = ARENA_ARRAY(j->arena, stix_time, j->count + 1);
    s->rank = ARENA_ARRAY(j->arena, uint32_t, j->count + 1);
    s->bound = ARENA_ARRAY(j->arena, uint32_t, j->count + 1);
    if (!s->firsts || !s->lasts || !s->rank || !s->bound || !pay(s, j->count * 8)) {
        return give_up(s);
    }
    for (size_t i = 0; i < j->count; i++) {
        s->firsts[i] = j->moments[i].first;
        s->lasts[i] = j->moments[i].last;
    }
    s->nfirsts = distinct(s->firsts, j->count);
    s->nlasts = distinct(s->lasts, j->count);
    for (size_t i = 0; i < j->count; i++) {
        s->rank[i] = (uint32_t)firsts_until(s, j->moments[i].first) - 1;
    }
    return unite_all(s, j->pattern->root);
}

enum stix_answer stix_join(struct stix_join *j, const uint32_t **bound, size_t *nbound)
{
    struct search s = {.j = j};
    struct goal whole = {j->pattern->root, INT64_MIN, INT64_MAX, 1, NULL};
    bool ok = j->count > 0 && begin(&s);
    stix_time *front = ok ? ARENA_ARRAY(j->arena, stix_time, s.nfirsts + 1) : NULL;
    ok = front && front_of(&s, &whole, front) && front[s.nfirsts - 1] != NEVER &&
         solve(&s, &whole, NULL);
    *bound = s.bound;
    *nbound = ok ? s.nbound : 0;
    return ok ? STIX_YES : j->work->gave_up ? STIX_UNDECIDED : STIX_NO;
}
