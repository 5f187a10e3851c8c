#include "base/buf.h"
#include "detect/sigma/number.h"
#include "detect/sigma/window.h"

#include <stdlib.h>
#include <string.h>

struct observation_list {
    struct sigma_observation *items;
    size_t count, cap;
};

struct correlating {
    const struct sigma *s;
    struct arena *arena;
    struct observation_list all; /* what was given, then what correlations add for those above */
    size_t given;
    struct sigma_fired *fired;
    size_t nfired, cap_fired;
};

struct group { /* all sightings of one group of one correlation */
    const struct named_value *names;
    struct sighting *sightings;
    size_t count, cap;
    struct table values;
};

struct groups {
    struct table keys;
    struct group *items;
    size_t count, cap;
};

static str value_of(const struct sigma_observation *o, str name)
{
    for (size_t i = 0; i < o->nfields; i++) {
        if (str_eq_nocase(o->fields[i].name, name)) {
            return o->fields[i].value;
        }
    }
    return STR_NONE;
}

/* What `name` is called in the events of a rule. */
static str unaliased(const struct correlation *c, str name, uint32_t rule)
{
    for (size_t i = 0; i < c->naliases; i++) {
        if (c->aliases[i].rule == rule && str_eq(c->aliases[i].name, name)) {
            return c->aliases[i].field;
        }
    }
    return name;
}

static str joined_values(struct correlating *x, const struct correlation *c, const str *names,
                         size_t count, const struct sigma_observation *o, bool *any)
{
    struct buf key;
    buf_init(&key, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        str v = value_of(o, unaliased(c, names[i], o->rule));
        *any = *any || v.p;
        buf_printf(&key, "%zu ", v.len);
        buf_add(&key, v);
    }
    str copy = arena_str(x->arena, buf_str(&key));
    buf_done(&key);
    return copy;
}

static const struct named_value *group_names(struct correlating *x, const struct correlation *c,
                                             const struct sigma_observation *o)
{
    struct named_value *names = ARENA_ARRAY(x->arena, struct named_value, c->ngroup_by);
    for (size_t i = 0; names && i < c->ngroup_by; i++) {
        str v = value_of(o, unaliased(c, c->group_by[i], o->rule));
        names[i] = (struct named_value){c->group_by[i], arena_str(x->arena, v)};
    }
    return names;
}

static struct group *group_of(struct correlating *x, const struct correlation *c,
                              struct groups *groups, const struct sigma_observation *o)
{
    bool any = false;
    str key = joined_values(x, c, c->group_by, c->ngroup_by, o, &any);
    uint32_t number = 0;
    if (!key.p || !table_put(&groups->keys, key, (uint32_t)groups->count, &number)) {
        return NULL;
    }
    if (number < groups->count) {
        return &groups->items[number];
    }
    groups->items =
        arena_grow(x->arena, groups->items, &groups->cap, groups->count + 1, sizeof *groups->items);
    const struct named_value *names = group_names(x, c, o);
    if (!groups->items || !names) {
        return NULL;
    }
    struct group *g = &groups->items[groups->count++];
    *g = (struct group){.names = names};
    table_init(&g->values, x->arena, true);
    return g;
}

/* Which of the correlation's rules; a rule may be named more than once. */
static bool rule_index(const struct correlation *c, uint32_t rule, uint32_t *out)
{
    for (uint32_t i = 0; i < c->nrules; i++) {
        if (c->rules[i] == rule) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool read_value(struct correlating *x, const struct correlation *c, struct group *g,
                       const struct sigma_observation *o, struct sighting *s)
{
    s->value = UINT32_MAX;
    if (c->nfields == 0) {
        return true;
    }
    bool any = false;
    str key = joined_values(x, c, c->fields, c->nfields, o, &any);
    if (any && !table_put(&g->values, key, (uint32_t)g->values.count, &s->value)) {
        return false;
    }
    struct number number;
    str text = value_of(o, unaliased(c, c->fields[0], o->rule));
    s->numeric = number_parse(text, &number);
    s->number = s->numeric ? strtod(number_text(&number, x->arena).p, NULL) : 0;
    return true;
}

static bool gather(struct correlating *x, const struct correlation *c, struct groups *groups)
{
    for (size_t i = 0; i < x->all.count; i++) {
        const struct sigma_observation *o = &x->all.items[i];
        struct sighting s = {.time = o->time, .observation = (uint32_t)i};
        if (o->time == TIME_NONE || !rule_index(c, o->rule, &s.rule)) {
            continue;
        }
        struct group *g = group_of(x, c, groups, o);
        if (!g || !read_value(x, c, g, o, &s)) {
            return false;
        }
        g->sightings = arena_grow(x->arena, g->sightings, &g->cap, g->count + 1, sizeof s);
        if (!g->sightings) {
            return false;
        }
        g->sightings[g->count++] = s;
    }
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct sighting *x = a, *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return x->observation < y->observation ? -1 : x->observation > y->observation;
}

/* ---- what fires */

/* For a correlation above: the moment the window's condition came true, its group as fields. */
static bool pass_on(struct correlating *x, uint32_t rule, const struct group *g, usec time)
{
    struct observation_list *all = &x->all;
    all->items = arena_grow(x->arena, all->items, &all->cap, all->count + 1, sizeof *all->items);
    if (!all->items) {
        return false;
    }
    const struct correlation *c = x->s->rules[rule]->correlation;
    all->items[all->count++] = (struct sigma_observation){
        .rule = rule, .time = time, .fields = g->names, .nfields = c->ngroup_by};
    return true;
}

static bool report(struct correlating *x, uint32_t rule, const struct group *g, size_t from,
                   size_t to)
{
    x->fired = arena_grow(x->arena, x->fired, &x->cap_fired, x->nfired + 1, sizeof *x->fired);
    uint32_t *observations = ARENA_ARRAY(x->arena, uint32_t, to - from);
    if (!x->fired || !observations) {
        return false;
    }
    size_t count = 0;
    for (size_t i = from; i < to; i++) {
        if (g->sightings[i].observation < x->given) {
            observations[count++] = g->sightings[i].observation;
        }
    }
    x->fired[x->nfired++] = (struct sigma_fired){
        .rule = rule,
        .first = g->sightings[from].time,
        .last = g->sightings[to - 1].time,
        .group = g->names,
        .ngroup = x->s->rules[rule]->correlation->ngroup_by,
        .observations = observations,
        .count = count,
    };
    return true;
}

/* When did it come true? For conditions that more can only fulfil, at the first sighting that
 * made them hold; else at the window's end. */
static usec came_true(const struct correlating *x, const struct correlation *c,
                      const struct group *g, size_t from, size_t to)
{
    bool grows = !c->condition &&
                 (c->type == CORRELATION_EVENT_COUNT || c->type == CORRELATION_VALUE_COUNT ||
                  c->type == CORRELATION_TEMPORAL || c->type == CORRELATION_TEMPORAL_ORDERED);
    for (size_t i = 0; i < c->nbounds; i++) {
        enum comparison b = c->bounds[i].comparison;
        grows = grows && (b == COMPARE_GT || b == COMPARE_GTE);
    }
    struct arena_mark mark = arena_mark(x->arena);
    struct window w;
    usec time = g->sightings[to - 1].time;
    if (grows && window_init(&w, c, g->sightings, g->values.count, x->arena)) {
        w.from = w.to = from;
        while (w.to < to) {
            window_extend(&w);
            if (window_holds(&w)) {
                time = g->sightings[w.to - 1].time;
                break;
            }
        }
    }
    arena_rewind(x->arena, mark);
    return time;
}

struct run_of_windows { /* windows that hold and overlap */
    size_t from, to;
};

static bool window_fires(struct correlating *x, uint32_t rule, const struct group *g,
                         const struct window *w, struct run_of_windows *run)
{
    const struct sigma_rule *r = x->s->rules[rule];
    if (r->feeds && !pass_on(x, rule, g, came_true(x, r->correlation, g, w->from, w->to))) {
        return false;
    }
    if (run->to > run->from && w->from >= run->to) {
        if (!r->silent && !report(x, rule, g, run->from, run->to)) {
            return false;
        }
        run->from = w->from;
    } else if (run->to == run->from) {
        run->from = w->from;
    }
    run->to = w->to;
    return true;
}

/* Every window that begins at a sighting and is not part of the one before. */
static bool slide(struct correlating *x, uint32_t rule, struct group *g)
{
    const struct sigma_rule *r = x->s->rules[rule];
    struct run_of_windows run = {0};
    struct window w;
    qsort(g->sightings, g->count, sizeof *g->sightings, by_time);
    if (!window_init(&w, r->correlation, g->sightings, g->values.count, x->arena)) {
        return false;
    }
    while (w.from < g->count) {
        size_t reached = w.to;
        usec begin = g->sightings[w.from].time;
        while (w.to < g->count && g->sightings[w.to].time - begin <= r->correlation->timespan) {
            window_extend(&w);
        }
        if (w.to > reached && window_holds(&w) && !window_fires(x, rule, g, &w, &run)) {
            return false;
        }
        window_shorten(&w);
    }
    return run.to == run.from || r->silent || report(x, rule, g, run.from, run.to);
}

static bool run_correlation(struct correlating *x, uint32_t rule)
{
    struct groups groups = {0};
    table_init(&groups.keys, x->arena, true);
    if (!gather(x, x->s->rules[rule]->correlation, &groups)) {
        return false;
    }
    for (size_t i = 0; i < groups.count; i++) {
        if (!slide(x, rule, &groups.items[i])) {
            return false;
        }
    }
    return true;
}

static int by_first(const void *a, const void *b)
{
    const struct sigma_fired *x = a, *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    if (x->rule != y->rule) {
        return x->rule < y->rule ? -1 : 1;
    }
    for (size_t i = 0; i < x->ngroup; i++) {
        int order = str_cmp(x->group[i].value, y->group[i].value);
        if (order) {
            return order;
        }
    }
    return 0;
}

bool sigma_correlate(const struct sigma *s, const struct sigma_observation *seen, size_t count,
                     struct arena *a, struct sigma_fired **out, size_t *nout)
{
    struct correlating x = {.s = s, .arena = a, .given = count};
    x.all.items = ARENA_ARRAY(a, struct sigma_observation, count + 1);
    if (!x.all.items || count >= UINT32_MAX) {
        return false;
    }
    if (count) {
        memcpy(x.all.items, seen, count * sizeof *seen);
    }
    x.all.count = x.all.cap = count;
    for (uint32_t i = 0; i < s->nrules; i++) {
        if (s->rules[i]->kind == RULE_CORRELATION && !run_correlation(&x, i)) {
            return false;
        }
    }
    if (x.nfired) {
        qsort(x.fired, x.nfired, sizeof *x.fired, by_first);
    }
    *out = x.fired;
    *nout = x.nfired;
    return true;
}
