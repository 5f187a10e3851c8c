#include "attribute/weigh.h"

#include "attribute/claim.h"

#include <math.h>
#include <stdlib.h>

/* Of the reference method: fitted on the development cases. */
const struct model model_reference = {
    .mixture[ITEM_TECHNIQUE] = 0.05,
    .mixture[ITEM_PARENT] = 0.05,
    .mixture[ITEM_SOFTWARE] = 0.20,
    .worth[ITEM_TECHNIQUE] = 1,
    .worth[ITEM_PARENT] = 0.3,
    .worth[ITEM_SOFTWARE] = 1,
    .power = 0.25,
    .shift = 1,
    .temperature = 0.41,
    .claim = {-0.51306, 0.29611, 0.46132, -0.66144, 0.83350},
};

const struct model model_limier = {
    .mixture[ITEM_TECHNIQUE] = 0.05,
    .mixture[ITEM_PARENT] = 0.05,
    .mixture[ITEM_SOFTWARE] = 0.20,
    /* No case of the benchmark has items of these kinds: judged, not fitted. What is one's own
     * counts as software does, what many share as a technique does. */
    .mixture[ITEM_INFRASTRUCTURE] = 0.20,
    .mixture[ITEM_CODE] = 0.20,
    .mixture[ITEM_FLAW] = 0.05,
    .mixture[ITEM_TARGET] = 0.05,
    .mixture[ITEM_HABIT] = 0.05,
    .common[ITEM_FLAW] = 0.1,
    .common[ITEM_TARGET] = 0.2,
    .common[ITEM_HABIT] = 0.1,
    .worth[ITEM_TECHNIQUE] = 1,
    .worth[ITEM_PARENT] = 0.3,
    .worth[ITEM_SOFTWARE] = 1,
    .worth[ITEM_INFRASTRUCTURE] = 1,
    .worth[ITEM_CODE] = 1,
    .worth[ITEM_FLAW] = 1,
    .worth[ITEM_TARGET] = 1,
    .worth[ITEM_HABIT] = 1,
    .power = 0.25,
    .shift = 1,
    .temperature = 0.41,
    .claim = {CLAIM_FITTED},
};

enum { RARE_HOLDERS = 2, RARE_MAX = 2, COUNTED_MAX = 3 };

struct scales {
    const struct actors *k;
    const struct model *m;
    double *nats, *software; /* by actor */
    double common;           /* what each actor gets: as if it were known for nothing */
    double common_software;
};

static double weight(const struct actors *k, const struct model *m, enum item_kind kind,
                     double trust, const struct item *item, const struct holder *h)
{
    double live = (double)(k->live ? k->live : 1);
    double reports = k->list[h->actor].reports ? k->list[h->actor].reports : 1;
    double share = ((double)item->nholders + 0.5) / (live + 1);
    share = share > m->common[kind] ? share : m->common[kind];
    double credit = log(1 + (double)h->count) / (pow(reports, m->power) + m->shift);
    double l = m->mixture[kind] * trust * (double)h->reliability;
    return log(1 - l + l * (credit < 1 ? credit : 1) / share);
}

static const struct holder *holder_of(const struct actors *k, const struct item *item,
                                      const struct actor *actor)
{
    for (uint32_t i = 0; item && i < item->nholders; i++) {
        if (&k->list[item->holders[i].actor] == actor) {
            return &item->holders[i];
        }
    }
    return NULL;
}

double weigh_item(const struct actors *k, const struct model *m, enum item_kind kind, str id,
                  double trust, const struct actor *actor)
{
    const struct item *item = actors_item(k, kind, id);
    const struct holder *h = holder_of(k, item, actor);
    return h ? weight(k, m, kind, trust, item, h) : log(1 - m->mixture[kind] * trust);
}

/* Everyone gets what an absent item costs; who has it gets the difference on top. */
static void weigh_one(struct scales *s, enum item_kind kind, str id, double trust)
{
    const struct item *item = actors_item(s->k, kind, id);
    double worth = s->m->worth[kind], absent = log(1 - s->m->mixture[kind] * trust);
    s->common += worth * absent;
    s->common_software += kind == ITEM_SOFTWARE ? worth * absent : 0;
    for (uint32_t i = 0; item && i < item->nholders; i++) {
        const struct holder *h = &item->holders[i];
        double more = worth * (weight(s->k, s->m, kind, trust, item, h) - absent);
        s->nats[h->actor] += more;
        s->software[h->actor] += kind == ITEM_SOFTWARE ? more : 0;
    }
}

static bool seen_before(const struct observed_items *techniques, size_t at)
{
    str parent = technique_parent(techniques->ids[at]);
    for (size_t i = 0; i < at; i++) {
        if (str_eq(technique_parent(techniques->ids[i]), parent)) {
            return true;
        }
    }
    return false;
}

double observed_trust(const struct observed *o, enum item_kind kind, size_t at)
{
    const struct observed_items *items = &o->of[kind == ITEM_PARENT ? ITEM_TECHNIQUE : kind];
    if (!items->trust) {
        return 1;
    }
    double most = items->trust[at];
    for (size_t i = 0; kind == ITEM_PARENT && i < items->count; i++) {
        bool same = str_eq(technique_parent(items->ids[i]), technique_parent(items->ids[at]));
        most = same && items->trust[i] > most ? items->trust[i] : most;
    }
    return most;
}

/* Techniques that nobody has are one and the same surprise. */
static bool each_technique(const struct observed *o, const struct actors *k, item_sink *on_item,
                           void *ctx)
{
    const struct observed_items *items = &o->of[ITEM_TECHNIQUE];
    bool new_parent = false, go = true;
    for (size_t i = 0; i < items->count && go; i++) {
        str parent = technique_parent(items->ids[i]);
        go = on_item(ctx, ITEM_TECHNIQUE, items->ids[i], observed_trust(o, ITEM_TECHNIQUE, i));
        if (!actors_item(k, ITEM_PARENT, parent)) {
            new_parent = true;
        } else if (go && !seen_before(items, i)) {
            go = on_item(ctx, ITEM_PARENT, parent, observed_trust(o, ITEM_PARENT, i));
        }
    }
    return go && (!new_parent || on_item(ctx, ITEM_PARENT, STR_NONE, 1));
}

bool observed_each(const struct observed *o, const struct actors *k, item_sink *on_item, void *ctx)
{
    bool go = each_technique(o, k, on_item, ctx);
    for (int kind = ITEM_SOFTWARE; kind < ITEM_KINDS && go; kind++) {
        const struct observed_items *items = &o->of[kind];
        for (size_t i = 0; i < items->count && go; i++) {
            bool counts =
                kind == ITEM_SOFTWARE || actors_item(k, (enum item_kind)kind, items->ids[i]);
            go = !counts || on_item(ctx, (enum item_kind)kind, items->ids[i],
                                    observed_trust(o, (enum item_kind)kind, i));
        }
    }
    return go;
}

static bool on_item(void *ctx, enum item_kind kind, str id, double trust)
{
    weigh_one(ctx, kind, id, trust);
    return true;
}

static int by_weight(const void *x, const void *y)
{
    const struct contender *a = x, *b = y;
    return a->nats != b->nats ? (a->nats < b->nats) - (a->nats > b->nats)
                              : str_cmp(a->actor->id, b->actor->id);
}

static double at_most(double x, double most)
{
    return x < most ? x : most;
}

/* Observed software: that the actor has and hardly anybody else, and that is another's. */
static void count_software(const struct actors *k, const struct observed *o,
                           const struct actor *actor, double columns[CLAIM_COLUMNS])
{
    const struct observed_items *software = &o->of[ITEM_SOFTWARE];
    for (size_t i = 0; i < software->count; i++) {
        const struct item *item = actors_item(k, ITEM_SOFTWARE, software->ids[i]);
        bool its = holder_of(k, item, actor) != NULL;
        columns[CLAIM_RARE] += its && item->nholders <= RARE_HOLDERS;
        columns[CLAIM_FOREIGN] += item && !its;
    }
    columns[CLAIM_RARE] = at_most(columns[CLAIM_RARE], RARE_MAX);
    columns[CLAIM_FOREIGN] = at_most(columns[CLAIM_FOREIGN], COUNTED_MAX);
}

/* Shares of the known actors, then scaled so that the first one's is the probability that it is
 * right: adding items that depend on each other makes the share too sure. */
static void make_probabilities(const struct actors *k, const struct observed *o,
                               const struct model *m, struct answer *out)
{
    struct contender *top = &out->list[0];
    double sum = 0;
    for (size_t i = 0; i < out->count; i++) {
        out->list[i].p = exp((out->list[i].nats - top->nats) / m->temperature);
        sum += out->list[i].p;
    }
    double share = 1 / sum, x = m->claim[0];
    size_t techniques = o->of[ITEM_TECHNIQUE].count;
    out->columns[CLAIM_SHARE] = log(share / (1 - share + 1e-6));
    out->columns[CLAIM_SOFTWARE] = top->software > 0 ? top->software : 0;
    out->columns[CLAIM_TECHNIQUES] = log((double)(techniques ? techniques : 1));
    count_software(k, o, top->actor, out->columns);
    for (int i = 0; i < CLAIM_COLUMNS; i++) {
        x += m->claim[1 + i] * out->columns[i];
    }
    out->right = 1 / (1 + exp(-x));
    double scale = out->right / share < 1 ? out->right / share : 1;
    for (size_t i = 0; i < out->count; i++) {
        out->list[i].p *= scale / sum;
    }
    out->unknown = 1 - scale;
}

bool weigh(const struct actors *k, const struct observed *o, const struct model *m, struct arena *a,
           struct answer *out)
{
    struct scales s = {.k = k, .m = m};
    s.nats = ARENA_ARRAY(a, double, k->count);
    s.software = ARENA_ARRAY(a, double, k->count);
    *out = (struct answer){.list = ARENA_ARRAY(a, struct contender, k->count), .unknown = 1};
    if (!s.nats || !s.software || !out->list) {
        return false;
    }
    (void)observed_each(o, k, on_item, &s);
    for (size_t i = 0; i < k->count; i++) {
        if (k->list[i].live) {
            out->list[out->count++] = (struct contender){
                .actor = &k->list[i],
                .nats = s.common + s.nats[i],
                .software = s.common_software + s.software[i],
            };
        }
    }
    if (out->count > 0) {
        qsort(out->list, out->count, sizeof *out->list, by_weight);
        make_probabilities(k, o, m, out);
    }
    return true;
}
