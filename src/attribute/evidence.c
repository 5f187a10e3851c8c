#include "attribute/evidence.h"

enum { ITEMS_MAX = 1024 };

static double trust_in(enum weight w)
{
    static const double trust[] = {[WEIGHT_LEAD] = 0.5, [WEIGHT_STRONG] = 1, [WEIGHT_PROOF] = 1};
    return trust[w];
}

static struct evidence_item *item_named(struct evidence *e, enum item_kind kind, str id)
{
    for (size_t i = 0; i < e->nitems; i++) {
        if (e->items[i].kind == kind && str_eq(e->items[i].id, id)) {
            return &e->items[i];
        }
    }
    if (e->nitems == ITEMS_MAX) {
        return NULL;
    }
    e->items[e->nitems] = (struct evidence_item){.kind = kind, .id = id};
    return &e->items[e->nitems++];
}

static void add(struct evidence *e, enum item_kind kind, str id, const struct finding *f)
{
    double trust = trust_in(f->rule->weight);
    struct evidence_item *item = trust > 0 ? item_named(e, kind, id) : NULL;
    if (item) {
        item->finding = item->count ? item->finding : f->id;
        item->trust = trust > item->trust ? trust : item->trust;
        item->count++;
    }
}

/* attack.s0020 is S0020; empty when it is no such tag. */
static str software_of(str tag, struct arena *a)
{
    str prefix = STR("attack.s");
    if (!str_starts_nocase(tag, prefix)) {
        return STR_NONE;
    }
    str digits = str_from(tag, prefix.len), id = arena_printf(a, "S%.*s", STR_ARG(digits));
    return is_software_id(id) ? id : STR_NONE;
}

static void add_finding(struct evidence *e, const struct finding *f, const struct actors *k,
                        struct arena *a)
{
    for (size_t i = 0; i < f->rule->nattack; i++) {
        if (is_technique_id(f->rule->attack[i])) {
            add(e, ITEM_TECHNIQUE, actors_current(k, f->rule->attack[i]), f);
        }
    }
    for (size_t i = 0; i < f->rule->ntags; i++) {
        str id = software_of(f->rule->tags[i], a);
        if (id.len) {
            add(e, ITEM_SOFTWARE, actors_current(k, id), f);
        }
    }
}

static void observe(struct evidence *e)
{
    struct observed *o = &e->observed;
    for (size_t i = 0; i < e->nitems; i++) {
        const struct evidence_item *item = &e->items[i];
        if (item->kind == ITEM_SOFTWARE) {
            o->software_trust[o->nsoftware] = item->trust;
            o->software[o->nsoftware++] = item->id;
        } else {
            o->technique_trust[o->ntechniques] = item->trust;
            o->techniques[o->ntechniques++] = item->id;
        }
    }
}

bool evidence_of(const struct finding *findings, size_t count, const struct actors *k,
                 struct arena *a, struct evidence *out)
{
    *out = (struct evidence){
        .items = ARENA_ARRAY(a, struct evidence_item, ITEMS_MAX),
        .observed =
            {
                       .techniques = ARENA_ARRAY(a, str, ITEMS_MAX),
                       .software = ARENA_ARRAY(a, str, ITEMS_MAX),
                       .technique_trust = ARENA_ARRAY(a, double, ITEMS_MAX),
                       .software_trust = ARENA_ARRAY(a, double, ITEMS_MAX),
                       },
    };
    struct observed *o = &out->observed;
    if (!out->items || !o->techniques || !o->software || !o->technique_trust ||
        !o->software_trust) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (findings[i].rule && !findings[i].trail) {
            add_finding(out, &findings[i], k, a);
        }
    }
    observe(out);
    return true;
}
