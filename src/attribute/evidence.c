#include "attribute/evidence.h"

#include "base/text.h"

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

/* What others know some actor for; everything else is told by the finding itself. */
static void add_known(struct evidence *e, str kind, str value, const struct finding *f,
                      const struct actors *k, struct arena *a)
{
    static const struct {
        const char *entity;
        enum item_kind kind;
    } kinds[] = {
        {"address", ITEM_INFRASTRUCTURE},
        {"domain",  ITEM_INFRASTRUCTURE},
        {"url",     ITEM_INFRASTRUCTURE},
        {"hash",    ITEM_CODE          },
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        str id = str_eq(kind, str_of(kinds[i].entity)) ? text_lower(a, value) : STR_NONE;
        if (id.len && actors_item(k, kinds[i].kind, id)) {
            add(e, kinds[i].kind, id, f);
        }
    }
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
    for (size_t i = 0; i < f->rule->ncves; i++) {
        add(e, ITEM_FLAW, f->rule->cves[i], f);
    }
    for (size_t i = 0; i < f->nentities; i++) {
        add_known(e, f->entities[i].kind, f->entities[i].value, f, k, a);
    }
}

static bool observe(struct evidence *e, struct arena *a)
{
    struct observed *o = &e->observed;
    bool ok = true;
    *o = (struct observed){.arena = a};
    for (int kind = 0; kind < ITEM_KINDS && ok; kind++) {
        o->of[kind].trust = ARENA_ARRAY(a, double, e->nitems + 1);
        ok = o->of[kind].trust != NULL;
    }
    for (size_t i = 0; i < e->nitems && ok; i++) {
        const struct evidence_item *item = &e->items[i];
        struct observed_items *items = &o->of[item->kind];
        items->trust[items->count] = item->trust;
        ok = observed_add(o, item->kind, item->id);
    }
    return ok;
}

bool evidence_of(const struct finding *findings, size_t count, const struct actors *k,
                 struct arena *a, struct evidence *out)
{
    *out = (struct evidence){.items = ARENA_ARRAY(a, struct evidence_item, ITEMS_MAX)};
    for (size_t i = 0; out->items && i < count; i++) {
        if (findings[i].rule && !findings[i].trail) {
            add_finding(out, &findings[i], k, a);
        }
    }
    return out->items && observe(out, a);
}
