#include "detect/sigma/window.h"

#include <stdlib.h>

bool window_init(struct window *w, const struct correlation *c, const struct sighting *sightings,
                 size_t nvalues, struct arena *a)
{
    *w = (struct window){.c = c, .sightings = sightings, .arena = a};
    w->of_rule = ARENA_ARRAY(a, uint32_t, c->nrules);
    w->of_value = ARENA_ARRAY(a, uint32_t, nvalues);
    return w->of_rule && w->of_value;
}

void window_extend(struct window *w)
{
    const struct sighting *s = &w->sightings[w->to++];
    w->rules += w->of_rule[s->rule]++ == 0;
    if (s->value != UINT32_MAX) {
        w->values += w->of_value[s->value]++ == 0;
    }
    if (s->numeric) {
        w->numbers++;
        w->sum += s->number;
    }
}

void window_shorten(struct window *w)
{
    const struct sighting *s = &w->sightings[w->from++];
    w->rules -= --w->of_rule[s->rule] == 0;
    if (s->value != UINT32_MAX) {
        w->values -= --w->of_value[s->value] == 0;
    }
    if (s->numeric) {
        w->numbers--;
        w->sum -= s->number;
    }
    if (w->numbers == 0) {
        w->sum = 0; /* what rounding left */
    }
}

static bool bound_holds(const struct bound *b, double given)
{
    switch (b->comparison) {
    case COMPARE_LT:
        return given < b->number;
    case COMPARE_LTE:
        return given <= b->number;
    case COMPARE_GT:
        return given > b->number;
    case COMPARE_GTE:
        return given >= b->number;
    case COMPARE_EQ:
        return given >= b->number && given <= b->number;
    case COMPARE_NEQ:
        return given < b->number || given > b->number;
    }
    return false;
}

static bool bounds_hold(const struct window *w, double given)
{
    for (size_t i = 0; i < w->c->nbounds; i++) {
        if (!bound_holds(&w->c->bounds[i], given)) {
            return false;
        }
    }
    return true;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The value below which `percentile` of the numbers lie, between neighbours by proportion. */
static double percentile(struct window *w, double percent)
{
    struct arena_mark mark = arena_mark(w->arena);
    double *numbers = ARENA_ARRAY(w->arena, double, w->numbers);
    if (!numbers || w->numbers == 0) {
        return 0;
    }
    size_t n = 0;
    for (size_t i = w->from; i < w->to; i++) {
        if (w->sightings[i].numeric) {
            numbers[n++] = w->sightings[i].number;
        }
    }
    qsort(numbers, n, sizeof *numbers, by_size);
    double share = percent < 0 ? 0 : percent > 100 ? 1 : percent / 100;
    double place = share * (double)(n - 1);
    size_t low = (size_t)place, high = low + 1 < n ? low + 1 : low;
    double value = numbers[low] + (numbers[high] - numbers[low]) * (place - (double)low);
    arena_rewind(w->arena, mark);
    return value;
}

static bool expression_holds(const struct window *w, const struct node *n)
{
    switch (n->kind) {
    case NODE_RULE:
        return w->of_rule[n->rule] > 0;
    case NODE_NOT:
        return !expression_holds(w, n->kids[0]);
    case NODE_AND:
    case NODE_OR:
        for (size_t i = 0; i < n->nkids; i++) {
            if (expression_holds(w, n->kids[i]) == (n->kind == NODE_OR)) {
                return n->kind == NODE_OR;
            }
        }
        return n->kind == NODE_AND;
    case NODE_PREDICATE:
        break;
    }
    return false;
}

static bool temporal_holds(const struct window *w)
{
    if (w->c->condition) {
        return expression_holds(w, w->c->condition);
    }
    return w->c->nbounds ? bounds_hold(w, (double)w->rules) : w->rules == w->c->nrules;
}

/* Is there a sighting of each rule, each not before the one of the rule before it? Those of one
 * moment may stand in any order. */
static bool in_order(const struct window *w)
{
    size_t at = w->from;
    uint32_t rule = 0;
    usec after = INT64_MIN;
    while (rule < w->c->nrules) {
        while (at < w->to && (w->sightings[at].rule != rule || w->sightings[at].time < after)) {
            at++;
        }
        if (at == w->to) {
            return false;
        }
        after = w->sightings[at].time;
        rule++;
        while (at > w->from && w->sightings[at - 1].time == after) {
            at--;
        }
    }
    return true;
}

bool window_holds(struct window *w)
{
    switch (w->c->type) {
    case CORRELATION_EVENT_COUNT:
        return bounds_hold(w, (double)(w->to - w->from));
    case CORRELATION_VALUE_COUNT:
        return bounds_hold(w, (double)w->values);
    case CORRELATION_TEMPORAL:
        return temporal_holds(w);
    case CORRELATION_TEMPORAL_ORDERED:
        return temporal_holds(w) && (w->c->nbounds || w->c->condition || in_order(w));
    case CORRELATION_VALUE_SUM:
        return w->numbers && bounds_hold(w, w->sum);
    case CORRELATION_VALUE_AVG:
        return w->numbers && bounds_hold(w, w->sum / (double)w->numbers);
    case CORRELATION_VALUE_PERCENTILE:
        return w->numbers && bounds_hold(w, percentile(w, w->c->percentile));
    case CORRELATION_VALUE_MEDIAN:
        return w->numbers && bounds_hold(w, percentile(w, 50));
    case CORRELATION_TYPES:
        break;
    }
    return false;
}
