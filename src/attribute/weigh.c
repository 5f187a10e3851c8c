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
    .worth[ITEM_TECHNIQUE] = 1,
    .worth[ITEM_PARENT] = 0.3,
    .worth[ITEM_SOFTWARE] = 1,
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
    double credit = log(1 + (double)h->count) / (pow(reports, m->power) + m->shift);
    double l = m->mixture[kind] * trust;
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

static bool seen_before(const struct observed *o, size_t at)
{
    str parent = technique_parent(o->techniques[at]);
    for (size_t i = 0; i < at; i++) {
        if (str_eq(technique_parent(o->techniques[i]), parent)) {
            return true;
        }
    }
    return false;
}

double observed_trust(const struct observed *o, enum item_kind kind, size_t at)
{
    const double *trust = kind == ITEM_SOFTWARE ? o->software_trust : o->technique_trust;
    if (!trust) {
        return 1;
    }
    double most = trust[at];
    for (size_t i = 0; kind == ITEM_PARENT && i < o->ntechniques; i++) {
        bool same = str_eq(technique_parent(o->techniques[i]), technique_parent(o->techniques[at]));
        most = same && trust[i] > most ? trust[i] : most;
    }
    return most;
}

/* Techniques that nobody has are one and the same surprise. */
bool observed_each(const struct observed *o, const struct actors *k,
                   bool (*on_item)(void *ctx, enum item_kind kind, str id, double trust), void *ctx)
{
    bool new_parent = false, go = true;
    for (size_t i = 0; i < o->ntechniques && go; i++) {
        str parent = technique_parent(o->techniques[i]);
        go = on_item(ctx, ITEM_TECHNIQUE, o->techniques[i], observed_trust(o, ITEM_TECHNIQUE, i));
        if (!actors_item(k, ITEM_PARENT, parent)) {
            new_parent = true;
        } else if (go && !seen_before(o, i)) {
            go = on_item(ctx, ITEM_PARENT, parent, observed_trust(o, ITEM_PARENT, i));
        }
    }
    for (size_t i = 0; i < o->nsoftware && go; i++) {
        go = on_item(ctx, ITEM_SOFTWARE, o->software[i], observed_trust(o, ITEM_SOFTWARE, i));
    }
    return go && (!new_parent || on_item(ctx, ITEM_PARENT, STR_NONE, 1));
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
    for (size_t i = 0; i < o->nsoftware; i++) {
        const struct item *item = actors_item(k, ITEM_SOFTWARE, o->software[i]);
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
    out->columns[CLAIM_SHARE] = log(share / (1 - share + 1e-6));
    out->columns[CLAIM_SOFTWARE] = top->software > 0 ? top->software : 0;
    out->columns[CLAIM_TECHNIQUES] = log((double)(o->ntechniques ? o->ntechniques : 1));
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
