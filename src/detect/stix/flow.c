/* Are there enough observations for all brackets, when each may be used as often as it was seen? */
#include "detect/stix/search.h"

#include <string.h>

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

bool stix_can_have(struct search *s, const struct wanted *all, bool keep)
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
