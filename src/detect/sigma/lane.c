#include "detect/sigma/lane.h"

#include "detect/sigma/predicate.h"
#include "detect/sigma/program.h"
#include "detect/sigma/rows.h"
#include "detect/sigma/witness.h"

enum answer { NO, YES, MAYBE };

struct settling { /* what the origin alone decides */
    const struct origin *origin;
    struct arena *scratch;
};

/* The host differs between events of one room; the other three do not. */
static enum answer settle_predicate(const struct settling *at, const struct predicate *p)
{
    if (p->field == FIELD_COMPUTER || p->field == FIELD_NONE) {
        return MAYBE;
    }
    str text = origin_text(at->origin, p->field, at->scratch);
    if (text.len == 0 || p->kind == PREDICATE_OTHER_FIELD) {
        return MAYBE;
    }
    if (p->kind == PREDICATE_EXISTS || p->kind == PREDICATE_NULL) {
        return p->kind == PREDICATE_EXISTS ? YES : NO;
    }
    return predicate_fits(p, text, at->scratch) ? YES : NO;
}

/* Kleene's three-valued logic. `decisive` ends the walk: NO for an AND, YES for an OR. */
static enum answer settle(const struct settling *at, const struct node *n)
{
    if (n->kind == NODE_PREDICATE) {
        return settle_predicate(at, n->predicate);
    }
    if (n->kind == NODE_NOT) {
        enum answer kid = settle(at, n->kids[0]);
        return kid == MAYBE ? MAYBE : kid == YES ? NO : YES;
    }
    enum answer decisive = n->kind == NODE_AND ? NO : YES;
    enum answer all = n->kind == NODE_AND ? YES : NO;
    for (size_t i = 0; i < n->nkids; i++) {
        enum answer kid = settle(at, n->kids[i]);
        if (kid == decisive) {
            return decisive;
        }
        all = kid == MAYBE ? MAYBE : all;
    }
    return all;
}

bool origin_may_match(const struct node *n, const struct origin *origin, struct arena *scratch)
{
    const struct settling at = {origin, scratch};
    return settle(&at, n) != NO;
}

struct plan { /* a lane on its way */
    const struct sigma *s;
    struct arena *arena;
    struct lane *lane;
    struct keywords *keywords;
    size_t cap_always, cap_watched, count;
};

static bool watch(struct plan *plan, const struct predicate *p)
{
    struct lane *lane = plan->lane;
    enum match_stage stage = p->kind == PREDICATE_REGEX ? MATCH_REGEXES : MATCH_TEXTS;
    for (size_t i = 0; i < lane->nwatched; i++) {
        if (lane->watched[i].field == p->field) {
            lane->watched[i].stages |= stage;
            return true;
        }
    }
    lane->watched = arena_grow(plan->arena, lane->watched, &plan->cap_watched, lane->nwatched + 1,
                               sizeof *lane->watched);
    if (lane->watched) {
        lane->watched[lane->nwatched++] = (struct watched){p->field, stage};
    }
    return lane->watched != NULL;
}

static bool admit(struct plan *plan, uint32_t rule)
{
    struct lane *lane = plan->lane;
    const struct witness *w = &plan->s->compiled->witnesses[rule];
    if (bit_get(lane->rules, rule)) {
        return true;
    }
    bit_set(lane->rules, rule);
    plan->count++;
    for (size_t i = 0; i < w->count; i++) {
        const struct predicate *p = w->predicates[i];
        if (!watch(plan, p) || (p->field == FIELD_NONE && !keywords_add(plan->keywords, p))) {
            return false;
        }
    }
    if (w->count == 0) {
        lane->always = arena_grow(plan->arena, lane->always, &plan->cap_always, lane->nalways + 1,
                                  sizeof *lane->always);
        if (!lane->always) {
            return false;
        }
        lane->always[lane->nalways++] = rule;
    }
    return true;
}

static bool plan_begin(struct plan *plan, const struct sigma *s, struct arena *a, struct lane *lane)
{
    *plan = (struct plan){.s = s, .arena = a, .lane = lane, .keywords = keywords_new(a)};
    lane->keywords = plan->keywords;
    lane->rules = ARENA_ARRAY(a, uint64_t, s->nrules / 64 + 1);
    return lane->keywords && lane->rules;
}

static bool admit_view(struct plan *plan, const struct settling *at, const struct view_rules *v)
{
    for (size_t i = 0; i < v->count; i++) {
        uint32_t rule = v->rules[i];
        if (settle(at, plan->s->rules[rule]->node) != NO && !admit(plan, rule)) {
            return false;
        }
    }
    return true;
}

static bool add_lane(const struct sigma *s, struct arena *a, const struct lens *lens,
                     const struct settling *at, struct room *room)
{
    struct lane lane = {.lens = lens->nsources || lens->when ? lens : NULL};
    struct plan plan;
    bool begun = false;
    for (size_t i = 0; i < s->compiled->nviews; i++) {
        const struct view_rules *v = &s->compiled->views[i];
        if (v->view->lens != lens || !view_shows(v->view, at->origin)) {
            continue;
        }
        if ((!begun && !plan_begin(&plan, s, a, &lane)) || !admit_view(&plan, at, v)) {
            return false;
        }
        begun = true;
    }
    if (begun && plan.count > 0) {
        const struct witness none = {0};
        bool ok = !lens->when || program_make(a, lens->when, &none, &lane.when);
        room->lanes[room->nlanes++] = lane;
        return ok && keywords_build(plan.keywords);
    }
    return true;
}

static bool add_every_rule(const struct sigma *s, struct arena *a, struct room *room)
{
    struct lane lane = {0};
    struct plan plan;
    if (!plan_begin(&plan, s, a, &lane)) {
        return false;
    }
    for (uint32_t i = 0; i < s->nrules; i++) {
        if (s->rules[i]->kind == RULE_DETECTION && !admit(&plan, i)) {
            return false;
        }
    }
    room->lanes[room->nlanes++] = lane;
    return keywords_build(plan.keywords);
}

/* Rows of text logs have no event id. */
static bool add_rows(const struct sigma *s, struct arena *a, struct room *room, uint32_t number)
{
    const struct sieve *sieve = NULL;
    bool ok = sieve_make(s, a, room, &sieve);
    room->rows = sieve ? rows_new(a, sieve, number) : NULL;
    return ok && (!sieve || room->rows);
}

const struct room *room_new(const struct sigma *s, struct arena *a, const struct origin *origin,
                            bool any_source, uint32_t number)
{
    struct room *room = ARENA_NEW(a, struct room);
    size_t nlenses = s->sources.nlenses;
    struct lane *lanes = ARENA_ARRAY(a, struct lane, nlenses + 1);
    if (!room || !lanes) {
        return NULL;
    }
    room->lanes = lanes;
    if (any_source) {
        return add_every_rule(s, a, room) ? room : NULL;
    }
    struct arena scratch;
    arena_init(&scratch, 64 << 20);
    struct settling at = {origin, &scratch};
    bool ok = true;
    for (size_t i = 0; ok && i < nlenses; i++) {
        ok = add_lane(s, a, s->sources.lenses[i], &at, room);
    }
    arena_done(&scratch);
    ok = ok && (origin->event_id || add_rows(s, a, room, number));
    return ok ? room : NULL;
}
