#include "engine/patterns.h"

#include <string.h>

static const str field_first = STR_INIT("FirstTime"), field_last = STR_INIT("LastTime"),
                 field_count = STR_INIT("EventCount"), field_records = STR_INIT("Records");
enum { OWN_FIELDS = 4 };

struct joined {
    const struct job *job;
    const struct sight *sights;
    struct arena *arena;
    struct correlated *all;
    size_t count, cap;
    bool over;
};

static void on_joined(void *ctx, const struct stix_joined *found)
{
    struct joined *j = ctx;
    struct arena *a = j->arena;
    const struct sight *first = &j->sights[found->bound[0]];
    const struct sight *last = &j->sights[found->bound[found->nbound - 1]];
    struct correlated *more = arena_grow(a, j->all, &j->cap, j->count + 1, sizeof *more);
    struct named_value *fields = ARENA_ARRAY(a, struct named_value, found->nfields + OWN_FIELDS);
    if (!more || !fields) {
        j->over = true;
        return;
    }
    j->all = more;
    memcpy(fields, found->fields, found->nfields * sizeof *fields);
    struct named_value *own = fields + found->nfields;
    own[0] = (struct named_value){field_first, time_text(a, first->time)};
    own[1] = (struct named_value){field_last, time_text(a, last->time)};
    own[2] = (struct named_value){field_count, arena_printf(a, "%zu", found->nbound)};
    own[3] =
        (struct named_value){field_records, sights_told(j->sights, found->bound, found->nbound, a)};
    uint32_t which = job_patterns(j->job) + found->rule;
    struct correlated *c = &j->all[j->count++];
    *c = (struct correlated){
        .rule = job_rule(j->job, which), .last = last, .hit = last->hit, .group = found->name};
    c->hit.which = which;
    c->hit.fields = fields;
    c->hit.nfields = (uint32_t)found->nfields + OWN_FIELDS;
}

static bool is_same_place(const struct sight *a, const struct sight *b)
{
    return a->hit.offset == b->hit.offset && a->hit.record == b->hit.record &&
           str_eq(a->unit, b->unit);
}

bool patterns_join(const struct job *job, struct sight *sights, size_t count, struct arena *a,
                   struct correlated **out, size_t *nout, uint64_t *undecided)
{
    struct joined j = {.job = job, .sights = sights, .arena = a};
    struct stix_sight *seen = ARENA_ARRAY(a, struct stix_sight, count + 1);
    uint32_t observation = 0;
    sights_sort(sights, count);
    for (size_t i = 0; seen && i < count; i++) {
        observation += i > 0 && !is_same_place(&sights[i], &sights[i - 1]);
        seen[i] =
            (struct stix_sight){sights[i].hit.which - job_hits(job), observation, sights[i].time};
    }
    bool ok = seen && stix_set_join(job->patterns, seen, count, a, on_joined, &j, undecided);
    *out = j.all;
    *nout = j.count;
    return ok && !j.over;
}
