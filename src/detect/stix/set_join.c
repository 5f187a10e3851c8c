/* The patterns of several brackets, from what was seen of each. */
#include "detect/stix/join.h"
#include "detect/stix/set_parts.h"

#include <stdlib.h>

struct joining {
    const struct stix_set *set;
    const struct stix_sight *sights;
    struct arena *arena;
    void (*found)(void *ctx, const struct stix_joined *j);
    void *ctx;
    uint64_t undecided;
    bool over;
};

struct keyed { /* a sight, as it is sorted */
    uint32_t pattern, observation, bracket, sight;
};

static int by_pattern(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    return x->pattern != y->pattern ? (x->pattern > y->pattern) - (x->pattern < y->pattern)
           : x->observation != y->observation
               ? (x->observation > y->observation) - (x->observation < y->observation)
               : (x->bracket > y->bracket) - (x->bracket < y->bracket);
}

static void tell(struct joining *j, const struct stix_set_pattern *p, const struct keyed *k,
                 const uint32_t *first, const uint32_t *bound, size_t n)
{
    uint32_t *sights = ARENA_ARRAY(j->arena, uint32_t, n + 1);
    struct stix_joined out = {.bound = sights, .nbound = n};
    struct named_value *fields = ARENA_ARRAY(j->arena, struct named_value, STIX_FIELDS_A_PATTERN);
    if (!sights || !fields) {
        j->over = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        sights[i] = k[first[bound[i]]].sight;
    }
    stix_describe(p, j->arena, fields, &out.nfields);
    out.fields = fields;
    out.rule = stix_is_weak(&p->told, j->sights[sights[n - 1]].time);
    out.name = p->told.id.len ? p->told.id : p->text;
    j->found(j->ctx, &out);
}

static stix_time nanoseconds(usec t)
{
    stix_time out;
    return __builtin_mul_overflow(t, 1000, &out) ? INT64_MAX : out;
}

/* The sights of one pattern, as moments and as what each of its brackets holds for. */
static bool lay_out(struct joining *j, const struct keyed *k, size_t count, struct stix_join *out,
                    struct stix_moments *moments, uint32_t *first)
{
    const struct stix_bracket *brackets = j->set->brackets;
    uint32_t **room = ARENA_ARRAY(j->arena, uint32_t *, out->pattern->nexpressions + 1);
    for (size_t i = 0; i < count; i++) {
        out->sets[brackets[k[i].bracket].number].count++;
    }
    for (size_t i = 0; room && i < out->pattern->nexpressions; i++) {
        room[i] = ARENA_ARRAY(j->arena, uint32_t, out->sets[i].count + 1);
        out->sets[i] = (struct stix_holding){room[i], 0};
        if (!room[i]) {
            return false;
        }
    }
    for (size_t i = 0; room && i < count; i++) {
        if (i == 0 || k[i].observation != k[i - 1].observation) {
            stix_time t = nanoseconds(j->sights[k[i].sight].time);
            first[out->count] = (uint32_t)i;
            moments[out->count++] = (struct stix_moments){t, t, 1};
        }
        uint32_t number = brackets[k[i].bracket].number;
        room[number][out->sets[number].count++] = (uint32_t)out->count - 1;
    }
    return room != NULL;
}

static void join(struct joining *j, const struct keyed *k, size_t count)
{
    const struct stix_set_pattern *p = &j->set->patterns[k->pattern];
    struct stix_work work = {.left = STIX_WORK + STIX_WORK_BRACKET * count};
    struct stix_moments *moments = ARENA_ARRAY(j->arena, struct stix_moments, count + 1);
    uint32_t *first = ARENA_ARRAY(j->arena, uint32_t, count + 1); /* sight of an observation */
    const uint32_t *bound = NULL;
    size_t nbound = 0;
    struct stix_join all = {.pattern = p->pattern, .moments = moments, .arena = j->arena};
    all.work = &work;
    all.sets = ARENA_ARRAY(j->arena, struct stix_holding, p->pattern->nexpressions + 1);
    if (!moments || !first || !all.sets || !lay_out(j, k, count, &all, moments, first)) {
        j->over = true;
        return;
    }
    enum stix_answer answer = stix_join(&all, &bound, &nbound);
    j->undecided += answer == STIX_UNDECIDED;
    if (answer == STIX_YES && nbound) {
        tell(j, p, k, first, bound, nbound);
    }
}

static size_t sort(struct joining *j, struct keyed *k, size_t count)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct stix_sight *s = &j->sights[i];
        if (s->bracket < j->set->nbrackets && s->time != TIME_NONE) {
            k[n++] = (struct keyed){j->set->brackets[s->bracket].pattern, s->observation,
                                    s->bracket, (uint32_t)i};
        }
    }
    if (n > 1) {
        qsort(k, n, sizeof *k, by_pattern);
    }
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && by_pattern(&k[i], &k[kept - 1]) == 0;
        k[kept] = same ? k[kept] : k[i];
        kept += !same;
    }
    return kept;
}

bool stix_set_join(const struct stix_set *s, const struct stix_sight *sights, size_t count,
                   struct arena *a, void (*found)(void *ctx, const struct stix_joined *j),
                   void *ctx, uint64_t *undecided)
{
    struct joining j = {.set = s, .sights = sights, .arena = a, .found = found, .ctx = ctx};
    struct keyed *k = count < UINT32_MAX ? ARENA_ARRAY(a, struct keyed, count + 1) : NULL;
    size_t n = k ? sort(&j, k, count) : 0;
    for (size_t from = 0, to = 0; from < n && !j.over; from = to) {
        while (to < n && k[to].pattern == k[from].pattern) {
            to++;
        }
        join(&j, k + from, to - from);
    }
    *undecided = j.undecided;
    return k && !j.over;
}
