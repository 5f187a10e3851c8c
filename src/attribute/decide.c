#include "attribute/decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct deciding {
    const struct actors *k;
    const struct observed *o;
    const struct model *m;
    struct arena *arena;
    struct decision *out;
};

/* ---- the ledger */

static bool add_row(void *ctx, enum item_kind kind, str id, double trust)
{
    struct deciding *d = ctx;
    struct ledger_row *row = &d->out->ledger[d->out->nledger++];
    *row = (struct ledger_row){.kind = kind, .id = id, .trust = trust};
    for (size_t i = 0; i < d->out->ncolumns; i++) {
        row->nats[i] = d->m->worth[kind] *
                       weigh_item(d->k, d->m, kind, id, trust, d->out->answer.list[i].actor);
    }
    d->out->family[item_family(kind)] += row->nats[0];
    return true;
}

static double spread(const struct ledger_row *row)
{
    double least = 0, most = 0; /* an unknown actor: nothing speaks for it or against it */
    for (size_t i = 0; i < SHOWN_CONTENDERS; i++) {
        least = row->nats[i] < least ? row->nats[i] : least;
        most = row->nats[i] > most ? row->nats[i] : most;
    }
    return most - least;
}

static int by_spread(const void *x, const void *y)
{
    const struct ledger_row *a = x, *b = y;
    double sa = spread(a), sb = spread(b);
    return sa != sb             ? (sa < sb) - (sa > sb)
           : a->kind != b->kind ? (int)a->kind - (int)b->kind
                                : str_cmp(a->id, b->id);
}

static bool make_ledger(struct deciding *d)
{
    size_t most = d->o->of[ITEM_TECHNIQUE].count + 1; /* parents */
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        most += d->o->of[kind].count;
    }
    d->out->ncolumns =
        d->out->answer.count < SHOWN_CONTENDERS ? d->out->answer.count : SHOWN_CONTENDERS;
    d->out->ledger = ARENA_ARRAY(d->arena, struct ledger_row, most);
    if (!d->out->ledger) {
        return false;
    }
    (void)observed_each(d->o, d->k, add_row, d);
    qsort(d->out->ledger, d->out->nledger, sizeof *d->out->ledger, by_spread);
    for (size_t i = 0; i < ARRAY_LEN(d->out->family); i++) {
        d->out->families += d->out->family[i] >= FAMILY_SPEAKS;
    }
    return true;
}

/* ---- without some of it */

static bool leave_out(const struct observed_items *from, const struct without *w, struct arena *a,
                      struct observed_items *to)
{
    to->ids = ARENA_ARRAY(a, str, from->count + 1);
    to->trust = ARENA_ARRAY(a, double, from->count + 1);
    for (size_t i = 0; to->ids && to->trust && i < from->count; i++) {
        bool out = false;
        for (size_t n = 0; n < w->nids; n++) {
            out = out || str_eq(from->ids[i], w->ids[n]);
        }
        if (!out) {
            to->trust[to->count] = from->trust ? from->trust[i] : 1;
            to->ids[to->count++] = from->ids[i];
        }
    }
    return to->ids && to->trust;
}

static bool weigh_without(struct deciding *d, struct without *w)
{
    struct arena_mark mark = arena_mark(d->arena);
    struct observed less = {0};
    struct answer answer;
    bool ok = true;
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        ok = ok && leave_out(&d->o->of[kind], w, d->arena, &less.of[kind]);
    }
    ok = ok && weigh(d->k, &less, d->m, d->arena, &answer);
    for (size_t i = 0; ok && i < answer.count; i++) {
        if (answer.list[i].actor == d->out->answer.list[0].actor) {
            w->p = answer.list[i].p;
        }
    }
    w->first = ok && answer.count ? answer.list[0].actor : NULL;
    arena_rewind(d->arena, mark);
    return ok;
}

/* The items that speak most for the first name, strongest first; parents go with techniques. */
static size_t strongest(const struct decision *out, bool plantable_only, size_t most,
                        const struct ledger_row *best[])
{
    size_t n = 0;
    for (size_t i = 0; i < out->nledger; i++) {
        const struct ledger_row *row = &out->ledger[i];
        bool counts = row->kind != ITEM_PARENT && (item_plantable(row->kind) || !plantable_only);
        size_t at = n < most ? n : most;
        while (counts && at > 0 && best[at - 1]->nats[0] < row->nats[0]) {
            at--;
        }
        if (counts && row->nats[0] > 0 && at < most) {
            n += n < most;
            memmove(&best[at + 1], &best[at], (n - 1 - at) * sizeof *best);
            best[at] = row;
        }
    }
    return n;
}

static bool find_linchpins(struct deciding *d)
{
    struct decision *out = d->out;
    const struct ledger_row *best[LINCHPINS + 1];
    bool ok = true;
    out->nlinchpins = strongest(out, false, LINCHPINS, best);
    for (size_t i = 0; i < out->nlinchpins && ok; i++) {
        out->linchpins[i] = (struct without){.ids = {best[i]->id}, .nids = 1};
        ok = weigh_without(d, &out->linchpins[i]);
    }
    size_t plantable = strongest(out, true, 2, best);
    for (size_t i = 0; i < plantable; i++) {
        out->planted.ids[out->planted.nids++] = best[i]->id;
    }
    return ok && weigh_without(d, &out->planted);
}

/* ---- countries */

static int by_sum(const void *x, const void *y)
{
    const struct country_sum *a = x, *b = y;
    return a->p != b->p ? (a->p < b->p) - (a->p > b->p) : str_cmp(a->country, b->country);
}

static bool sum_countries(struct deciding *d)
{
    struct decision *out = d->out;
    out->countries = ARENA_ARRAY(d->arena, struct country_sum, out->answer.count + 1);
    if (!out->countries) {
        return false;
    }
    for (size_t i = 0; i < out->answer.count; i++) {
        const struct contender *c = &out->answer.list[i];
        size_t at = 0;
        while (at < out->ncountries && !str_eq(out->countries[at].country, c->actor->country)) {
            at++;
        }
        out->ncountries += at == out->ncountries;
        out->countries[at].country = c->actor->country;
        out->countries[at].p += c->p;
    }
    qsort(out->countries, out->ncountries, sizeof *out->countries, by_sum);
    return true;
}

/* ---- what would tell the first two apart */

static bool was_observed(const struct observed *o, enum item_kind kind, str id)
{
    bool found = false;
    for (size_t i = 0; i < o->of[kind].count && !found; i++) {
        found = str_eq(o->of[kind].ids[i], id);
    }
    return found;
}

static double difference(const struct tell_apart *t)
{
    return fabs(t->nats[0] - t->nats[1]);
}

static void consider(struct decision *out, const struct tell_apart *t)
{
    size_t at = out->napart;
    while (at > 0 && difference(&out->apart[at - 1]) < difference(t)) {
        at--;
    }
    if (at < TOLD_APART && difference(t) > 0) {
        out->napart += out->napart < TOLD_APART;
        memmove(&out->apart[at + 1], &out->apart[at], (out->napart - 1 - at) * sizeof *t);
        out->apart[at] = *t;
    }
}

static void find_tell_apart(struct deciding *d)
{
    static const enum item_kind kinds[] = {ITEM_TECHNIQUE, ITEM_SOFTWARE};
    const struct decision *out = d->out;
    for (size_t n = 0; out->answer.count > 1 && n < ARRAY_LEN(kinds); n++) {
        const struct items *items = &d->k->items[kinds[n]];
        for (size_t i = 0; i < items->count; i++) {
            struct tell_apart t = {.kind = kinds[n], .id = items->list[i].id};
            for (size_t g = 0; g < 2; g++) {
                t.nats[g] = d->m->worth[t.kind] *
                            weigh_item(d->k, d->m, t.kind, t.id, 1, out->answer.list[g].actor);
            }
            if (difference(&t) > 0 && !was_observed(d->o, t.kind, t.id)) {
                consider(d->out, &t);
            }
        }
    }
}

/* ---- the rule */

static unsigned doubts_of(const struct decision *out)
{
    const struct actor *first = out->answer.list[0].actor;
    bool holds = out->nlinchpins > 0 && out->linchpins[0].first == first;
    return (out->answer.list[0].p < NAMED_FROM ? DOUBT_PROBABILITY : 0U) |
           (out->families < 2 ? DOUBT_FAMILIES : 0U) | (holds ? 0U : DOUBT_STRONGEST) |
           (out->planted.first == first ? 0U : DOUBT_PLANTED);
}

bool decide(const struct actors *k, const struct observed *o, const struct model *m,
            struct arena *a, struct decision *out)
{
    struct deciding d = {.k = k, .o = o, .m = m, .arena = a, .out = out};
    *out = (struct decision){.doubts = DOUBT_PROBABILITY | DOUBT_FAMILIES};
    if (!weigh(k, o, m, a, &out->answer)) {
        return false;
    }
    if (out->answer.count == 0) {
        return true;
    }
    if (!make_ledger(&d) || !find_linchpins(&d) || !sum_countries(&d)) {
        return false;
    }
    find_tell_apart(&d);
    out->doubts = doubts_of(out);
    out->named = out->doubts == 0;
    return true;
}
