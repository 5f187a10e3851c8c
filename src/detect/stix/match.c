#include "detect/stix/join.h"

/* Brackets in the order of their numbers; each is asked of every observation. */
static bool fill_sets(const struct stix_expression *e, struct stix_join *j,
                      const struct stix_observations *seen)
{
    bool ok = true;
    for (const struct stix_expression *i = e->first; i && ok; i = i->next) {
        ok = fill_sets(i, j, seen);
    }
    uint32_t *items =
        ok && e->kind == STIX_BRACKET ? ARENA_ARRAY(j->arena, uint32_t, seen->count + 1) : NULL;
    if (!ok || e->kind != STIX_BRACKET) {
        return ok;
    }
    struct stix_holding *set = &j->sets[e->number];
    for (uint32_t i = 0; items && i < seen->count; i++) {
        struct stix_look look = {&seen->items[i], j->pattern->reading, j->arena, j->work};
        items[set->count] = i;
        set->count += stix_holds(&look, e->comparison);
    }
    set->items = items;
    return items != NULL;
}

struct stix_result stix_match(const struct stix_pattern *p, const struct stix_observations *seen,
                              struct arena *a)
{
    struct stix_work work = {.left = STIX_WORK +
                                     STIX_WORK_BRACKET * (uint64_t)p->nbrackets * seen->count};
    struct stix_result r = {.answer = STIX_UNDECIDED};
    struct stix_moments *moments = ARENA_ARRAY(a, struct stix_moments, seen->count + 1);
    struct stix_join j = {.pattern = p,
                          .moments = moments,
                          .count = seen->count,
                          .sets = ARENA_ARRAY(a, struct stix_holding, p->nexpressions + 1),
                          .arena = a,
                          .work = &work};
    for (size_t i = 0; moments && i < seen->count; i++) {
        const struct stix_observation *o = &seen->items[i];
        moments[i] = (struct stix_moments){o->first, o->last, o->number};
    }
    if (moments && j.sets && fill_sets(p->root, &j, seen)) {
        r.answer = stix_join(&j, &r.bound, &r.nbound);
    }
    return r;
}
