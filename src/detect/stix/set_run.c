#include "detect/stix/set_parts.h"

#include "match/fold.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS_A_RECORD = 2000000, HITS_MAX = 16 };

struct stix_run {
    const struct stix_set *set;
    struct fold fold;
    uint64_t round;   /* of the record at hand */
    uint64_t *asked;  /* by bracket: the round in which it was wanted */
    uint32_t *wanted; /* brackets to be asked */
    size_t nwanted;
    uint64_t *told;      /* by pattern: the round in which it came true */
    uint32_t *true_ones; /* patterns that did */
    size_t ntrue;
};

struct stix_run *stix_run_new(const struct stix_set *s)
{
    if (!s || s->npatterns == 0) {
        return NULL;
    }
    struct stix_run *r = calloc(1, sizeof *r);
    if (!r) {
        abort();
    }
    r->set = s;
    r->asked = calloc(s->nbrackets + 1, sizeof *r->asked);
    r->wanted = calloc(s->nbrackets + 1, sizeof *r->wanted);
    r->told = calloc(s->npatterns + 1, sizeof *r->told);
    r->true_ones = calloc(s->npatterns + 1, sizeof *r->true_ones);
    if (!r->asked || !r->wanted || !r->told || !r->true_ones) {
        abort();
    }
    return r;
}

void stix_run_free(struct stix_run *r)
{
    if (r) {
        fold_done(&r->fold);
        free(r->asked);
        free(r->wanted);
        free(r->told);
        free(r->true_ones);
        free(r);
    }
}

/* ---- which brackets may hold */

static void want(void *ctx, uint32_t bracket)
{
    struct stix_run *r = ctx;
    if (r->asked[bracket] != r->round) {
        r->asked[bracket] = r->round;
        r->wanted[r->nwanted++] = bracket;
    }
}

static void look_for_literals(struct stix_run *r, const struct json_value *v)
{
    bool ascii;
    if (v->kind == JSON_STRING) {
        literals_find(&r->set->literals, fold_text(&r->fold, v->text, &ascii), want, r);
    }
    for (const struct json_value *i = v->first; i; i = i->next) {
        look_for_literals(r, i);
    }
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void choose_brackets(struct stix_run *r, const struct stix_observation *o)
{
    r->round++;
    r->nwanted = r->ntrue = 0;
    for (size_t i = 0; i < o->nobjects; i++) {
        look_for_literals(r, o->objects[i].body);
    }
    for (size_t i = 0; i < r->set->nalways; i++) {
        want(r, r->set->always[i]);
    }
    if (r->nwanted > 1) {
        qsort(r->wanted, r->nwanted, sizeof *r->wanted, by_number);
    }
}

/* ---- those that do */

static void on_holding(struct stix_run *r, uint32_t bracket, const struct stix_listener *l)
{
    uint32_t pattern = r->set->brackets[bracket].pattern;
    if (!r->set->patterns[pattern].any) {
        if (l->on_bracket) {
            l->on_bracket(l->ctx, bracket);
        }
    } else if (r->told[pattern] != r->round) {
        r->told[pattern] = r->round;
        r->true_ones[r->ntrue++] = pattern;
    }
}

static void tell(struct stix_run *r, usec time, bool weak, struct arena *a,
                 const struct stix_listener *l)
{
    size_t room = r->ntrue < HITS_MAX ? r->ntrue : HITS_MAX, told = 0;
    struct stix_hit hit = {.rule = weak};
    struct named_value *fields =
        ARENA_ARRAY(a, struct named_value, room * STIX_FIELDS_A_PATTERN + 1);
    for (size_t i = 0; fields && i < r->ntrue && told < HITS_MAX; i++) {
        const struct stix_set_pattern *p = &r->set->patterns[r->true_ones[i]];
        if (stix_is_weak(&p->told, time) == weak) {
            stix_describe(p, a, fields, &hit.nfields);
            told++;
        }
    }
    hit.fields = fields;
    if (hit.nfields) {
        l->on_hit(l->ctx, &hit);
    }
}

static bool ask(struct stix_run *r, struct stix_seen *seen, usec time, struct arena *a,
                const struct stix_listener *l)
{
    struct stix_work work = {.left = STEPS_A_RECORD};
    struct stix_look look = {&seen->observation, STIX_AS_THE_TEXT_SAYS, a, &work};
    choose_brackets(r, &seen->observation);
    for (size_t i = 0; i < r->nwanted; i++) {
        if (stix_holds(&look, r->set->brackets[r->wanted[i]].comparison)) {
            on_holding(r, r->wanted[i], l);
        }
    }
    if (r->ntrue) {
        tell(r, time, false, a, l);
        tell(r, time, true, a, l);
    }
    return !work.gave_up;
}

bool stix_run_event(struct stix_run *r, const struct event *e, struct arena *a,
                    const struct stix_listener *l)
{
    struct stix_seen seen;
    return !stix_seen_event(&seen, r->set->showings, r->set->nshowings, e, a) ||
           ask(r, &seen, e->time, a, l);
}

bool stix_run_file(struct stix_run *r, str path, uint64_t size, const uint8_t *sha256,
                   struct arena *a, const struct stix_listener *l)
{
    struct stix_seen seen;
    return !stix_seen_file(&seen, path, size, sha256, a) || ask(r, &seen, TIME_NONE, a, l);
}
