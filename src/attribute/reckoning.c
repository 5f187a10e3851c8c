#include "attribute/reckoning.h"

static str finding_behind(const struct evidence *e, enum item_kind kind, str id)
{
    for (size_t i = 0; i < e->nitems; i++) {
        bool same = kind == ITEM_PARENT ? str_eq(technique_parent(e->items[i].id), id)
                                        : e->items[i].kind == kind && str_eq(e->items[i].id, id);
        if (same) {
            return e->items[i].finding;
        }
    }
    return STR_NONE;
}

static str name_of(const struct actors *k, str id)
{
    const struct item_name *name = actors_item_name(k, id);
    return name ? name->name : STR_NONE;
}

static void show_contenders(const struct decision *d, struct arena *a, struct attribution *out)
{
    struct contender_seen *list = ARENA_ARRAY(a, struct contender_seen, d->ncolumns + 1);
    for (size_t i = 0; list && i < d->ncolumns; i++) {
        const struct contender *c = &d->answer.list[i];
        list[i] =
            (struct contender_seen){c->actor->id, c->actor->name, c->actor->country, c->p, c->nats};
    }
    out->unknown = d->answer.unknown;
    out->contenders = list;
    out->ncontenders = list ? d->ncolumns : 0;
}

static void show_ledger(const struct decision *d, const struct evidence *e, const struct actors *k,
                        struct arena *a, struct attribution *out)
{
    struct weighed_item *list = ARENA_ARRAY(a, struct weighed_item, d->nledger + 1);
    for (size_t i = 0; list && i < d->nledger; i++) {
        const struct ledger_row *row = &d->ledger[i];
        list[i] = (struct weighed_item){
            .kind = str_of(item_kind_name(row->kind)),
            .id = row->id,
            .name = name_of(k, row->id),
            .finding = finding_behind(e, row->kind, row->id),
            .trust = row->trust,
            .first = row->nats[0],
            .second = row->nats[1],
            .third = row->nats[2],
        };
    }
    out->ledger = list;
    out->nledger = list ? d->nledger : 0;
}

static void show_linchpins(const struct decision *d, struct arena *a, struct attribution *out)
{
    struct linchpin *list = ARENA_ARRAY(a, struct linchpin, LINCHPINS + 1);
    size_t n = 0;
    for (size_t i = 0; list && i <= d->nlinchpins; i++) {
        const struct without *w = i < d->nlinchpins ? &d->linchpins[i] : &d->planted;
        str *ids = ARENA_ARRAY(a, str, w->nids + 1);
        for (size_t s = 0; ids && s < w->nids; s++) {
            ids[s] = w->ids[s];
        }
        if (ids && w->nids > 0) {
            list[n++] = (struct linchpin){ids, w->nids, w->first ? w->first->id : STR_NONE, w->p};
        }
    }
    out->linchpins = list;
    out->nlinchpins = n;
}

static void show_apart(const struct decision *d, const struct actors *k, struct arena *a,
                       struct attribution *out)
{
    struct weighed_item *list = ARENA_ARRAY(a, struct weighed_item, TOLD_APART);
    for (size_t i = 0; list && i < d->napart; i++) {
        const struct tell_apart *t = &d->apart[i];
        list[i] = (struct weighed_item){
            .kind = str_of(item_kind_name(t->kind)),
            .id = t->id,
            .name = name_of(k, t->id),
            .first = t->nats[0],
            .second = t->nats[1],
        };
    }
    out->tell_apart = list;
    out->ntell_apart = list ? d->napart : 0;
}

void show_reckoning(const struct decision *d, const struct evidence *e, const struct actors *k,
                    struct arena *a, struct attribution *out)
{
    show_contenders(d, a, out);
    show_ledger(d, e, k, a, out);
    show_linchpins(d, a, out);
    show_apart(d, k, a, out);
}
