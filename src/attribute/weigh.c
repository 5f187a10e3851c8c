#include "attribute/weigh.h"

#include <math.h>
#include <stdlib.h>

/* Of the reference method: fitted on the development cases. */
const struct model model_reference = {
    .mixture = {0.05,     0.05, 0.20                             },
    .worth = {        1,            0.3,           1                          },
    .power = 0.25,
    .shift = 1,
    .temperature = 0.41,
    .claim = { -0.51306, 0.29611,     0.46132, -0.66144, 0.83350},
};

enum { RARE_HOLDERS = 2, RARE_MAX = 2 };

struct scales {
    const struct actors *k;
    const struct model *m;
    double *nats, *software; /* by actor */
    double common;           /* what each actor gets: as if it were known for nothing */
    double common_software;
};

static double weight(const struct actors *k, const struct model *m, enum item_kind kind,
                     const struct item *item, const struct holder *h)
{
    double live = (double)(k->live ? k->live : 1);
    double reports = k->list[h->actor].reports ? k->list[h->actor].reports : 1;
    double share = ((double)item->nholders + 0.5) / (live + 1);
    double credit = log(1 + (double)h->count) / (pow(reports, m->power) + m->shift);
    double l = m->mixture[kind];
    return log(1 - l + l * (credit < 1 ? credit : 1) / share);
}

double weigh_item(const struct actors *k, const struct model *m, enum item_kind kind, str id,
                  const struct actor *actor)
{
    const struct item *item = actors_item(k, kind, id);
    for (uint32_t i = 0; item && i < item->nholders; i++) {
        if (&k->list[item->holders[i].actor] == actor) {
            return weight(k, m, kind, item, &item->holders[i]);
        }
    }
    return log(1 - m->mixture[kind]);
}

/* Everyone gets what an absent item costs; who has it gets the difference on top. */
static void weigh_one(struct scales *s, enum item_kind kind, str id)
{
    const struct item *item = actors_item(s->k, kind, id);
    double worth = s->m->worth[kind], absent = log(1 - s->m->mixture[kind]);
    s->common += worth * absent;
    s->common_software += kind == ITEM_SOFTWARE ? worth * absent : 0;
    for (uint32_t i = 0; item && i < item->nholders; i++) {
        const struct holder *h = &item->holders[i];
        double more = worth * (weight(s->k, s->m, kind, item, h) - absent);
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

/* Techniques that nobody has are one and the same surprise. */
static void weigh_all(struct scales *s, const struct observed *o)
{
    bool new_parent = false;
    for (size_t i = 0; i < o->ntechniques; i++) {
        str parent = technique_parent(o->techniques[i]);
        weigh_one(s, ITEM_TECHNIQUE, o->techniques[i]);
        if (!actors_item(s->k, ITEM_PARENT, parent)) {
            new_parent = true;
        } else if (!seen_before(o, i)) {
            weigh_one(s, ITEM_PARENT, parent);
        }
    }
    for (size_t i = 0; i < o->nsoftware; i++) {
        weigh_one(s, ITEM_SOFTWARE, o->software[i]);
    }
    s->common += new_parent ? s->m->worth[ITEM_PARENT] * log(1 - s->m->mixture[ITEM_PARENT]) : 0;
}

static int by_weight(const void *x, const void *y)
{
    const struct contender *a = x, *b = y;
    return a->nats != b->nats ? (a->nats < b->nats) - (a->nats > b->nats)
                              : str_cmp(a->actor->id, b->actor->id);
}

/* Observed software that the actor has and hardly anybody else. */
static size_t rare_software(const struct actors *k, const struct observed *o,
                            const struct actor *actor)
{
    size_t n = 0;
    for (size_t i = 0; i < o->nsoftware; i++) {
        const struct item *item = actors_item(k, ITEM_SOFTWARE, o->software[i]);
        for (uint32_t h = 0; item && item->nholders <= RARE_HOLDERS && h < item->nholders; h++) {
            n += &k->list[item->holders[h].actor] == actor;
        }
    }
    return n < RARE_MAX ? n : RARE_MAX;
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
    double share = 1 / sum, techniques = (double)(o->ntechniques ? o->ntechniques : 1);
    double x = m->claim[0] + m->claim[1] * log(share / (1 - share + 1e-6)) +
               m->claim[2] * (top->software > 0 ? top->software : 0) +
               m->claim[3] * log(techniques) +
               m->claim[4] * (double)rare_software(k, o, top->actor);
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
    weigh_all(&s, o);
    for (size_t i = 0; i < k->count; i++) {
        if (k->list[i].live) {
            out->list[out->count++] = (struct contender){
                .actor = &k->list[i],
                .nats = s.common + s.nats[i],
                .software = s.common_software + s.software[i],
            };
        }
    }
    qsort(out->list, out->count, sizeof *out->list, by_weight);
    make_probabilities(k, o, m, out);
    return true;
}
