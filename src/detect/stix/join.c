#include "detect/stix/search.h"

#include <stdlib.h>

enum { CHOICES_MAX = 1000 }; /* one inside the other */

/* ---- sets */

bool stix_is_set(const struct stix_expression *e)
{
    if (e->kind != STIX_OR) {
        return e->kind == STIX_BRACKET;
    }
    bool all = true;
    for (const struct stix_expression *i = e->first; i && all; i = i->next) {
        all = stix_is_set(i);
    }
    return all;
}

static bool unite(struct search *s, const struct stix_expression *e)
{
    struct stix_join *j = s->j;
    uint8_t *there = ARENA_ARRAY(j->arena, uint8_t, j->count + 1);
    uint32_t *items = ARENA_ARRAY(j->arena, uint32_t, j->count + 1);
    struct stix_holding *out = &j->sets[e->number];
    if (!there || !items || !pay(s, j->count)) {
        return give_up(s);
    }
    for (const struct stix_expression *i = e->first; i; i = i->next) {
        const struct stix_holding *set = &j->sets[i->number];
        for (size_t k = 0; k < set->count && pay(s, 1); k++) {
            there[set->items[k]] = 1;
        }
    }
    for (uint32_t i = 0; i < j->count; i++) {
        items[out->count] = i;
        out->count += there[i];
    }
    out->items = items;
    return true;
}

static bool unite_all(struct search *s, const struct stix_expression *e)
{
    bool ok = true;
    for (const struct stix_expression *i = e->first; i && ok; i = i->next) {
        ok = unite_all(s, i);
    }
    return ok && (e->kind != STIX_OR || !stix_is_set(e) || unite(s, e));
}

/* ---- the search */

static bool solve(struct search *s, const struct goal *goals, const struct wanted *all);

static const struct goal *push(struct search *s, struct goal g, const struct goal *next)
{
    struct goal *made = pay(s, 1) ? ARENA_NEW(s->j->arena, struct goal) : NULL;
    if (!made) {
        (void)give_up(s);
        return NULL;
    }
    *made = g;
    made->next = next;
    return made;
}

/* One child in a span of its own, and then the rest. */
static bool try_child(struct search *s, const struct goal *g, const struct stix_expression *child,
                      stix_time from, stix_time to, const struct wanted *all)
{
    struct goal one = {child, from, to, 1, NULL};
    const struct goal *goals = push(s, one, g->next);
    return goals && solve(s, goals, all);
}

static bool any_child(struct search *s, const struct goal *g, const struct wanted *all)
{
    bool met = false;
    for (const struct stix_expression *i = g->e->first; i && !met; i = i->next) {
        met = try_child(s, g, i, g->from, g->to, all);
    }
    return met;
}

/* All windows that begin where something ends, and that its front does not rule out. */
static bool any_window(struct search *s, const struct goal *g, const struct wanted *all)
{
    stix_time *front = ARENA_ARRAY(s->j->arena, stix_time, s->nfirsts + 1);
    struct goal child = {g->e->first, g->from, g->to, 1, NULL};
    bool met = false;
    if (!front || !stix_front_of(s, &child, front)) {
        return give_up(s);
    }
    for (size_t i = 0; i < s->nlasts && !met && pay(s, 1); i++) {
        stix_time from = s->lasts[i], to = least(g->to, stix_window_end(s, g->e, from));
        stix_time best = stix_front_at(s, front, to);
        if (from >= g->from && best != NEVER && best >= from) {
            met = try_child(s, g, g->e->first, from, to, all);
        }
    }
    return met;
}

/* A chain but for its last member, at a threshold, and then that member. */
static bool any_threshold(struct search *s, const struct goal *g, const struct wanted *all)
{
    struct stix_expression *head = ARENA_NEW(s->j->arena, struct stix_expression);
    struct stix_expression *members = NULL, *last_kept = NULL;
    const struct stix_expression *last = g->e->first;
    stix_time *left = ARENA_ARRAY(s->j->arena, stix_time, s->nfirsts + 1);
    stix_time *right = ARENA_ARRAY(s->j->arena, stix_time, s->nfirsts + 1);
    for (; head && last->next; last = last->next) {
        struct stix_expression *copy =
            pay(s, 1) ? ARENA_NEW(s->j->arena, struct stix_expression) : NULL;
        if (!copy) {
            return give_up(s);
        }
        *copy = *last;
        copy->next = NULL;
        if (last_kept) {
            last_kept->next = copy;
        } else {
            members = copy;
        }
        last_kept = copy;
    }
    if (!members || !left || !right) { /* of a chain of one, nothing stands before the last */
        return give_up(s);
    }
    *head = members == last_kept ? *members : *g->e;
    head->first = members == last_kept ? head->first : members;
    struct goal l = {head, g->from, g->to, 1, NULL}, r = {last, g->from, g->to, 1, NULL};
    bool met = false, ok = stix_front_of(s, &l, left) && stix_front_of(s, &r, right);
    stix_time latest = ok ? stix_front_at(s, right, g->to) : NEVER;
    for (size_t i = 0; ok && i < s->nfirsts && !met && pay(s, 1); i++) {
        stix_time t = s->firsts[i];
        if (left[i] != NEVER && t <= latest && t <= g->to) {
            r = (struct goal){last, most(g->from, t), g->to, 1, g->next};
            const struct goal *rest = push(s, r, g->next);
            l = (struct goal){head, g->from, t, 1, NULL};
            rest = rest ? push(s, l, rest) : NULL;
            met = rest && solve(s, rest, all);
        }
    }
    return met;
}

/* A choice each: what is met that many times is met once, that many times over. */
static bool each_time(struct search *s, const struct goal *g, const struct wanted *all)
{
    const struct goal *goals = g->next;
    if (g->times > s->j->work->left) {
        return give_up(s);
    }
    for (uint64_t i = 0; i < g->times; i++) {
        goals = push(s, (struct goal){g->e, g->from, g->to, 1, NULL}, goals);
        if (!goals) {
            return false;
        }
    }
    return solve(s, goals, all);
}

/* What a goal wants whatever is chosen, leaving out in which order. */
static const struct wanted *wants(struct search *s, const struct goal *g, const struct wanted *all)
{
    struct goal child = *g;
    if (stix_is_set(g->e)) {
        struct wanted *w = pay(s, 1) ? ARENA_NEW(s->j->arena, struct wanted) : NULL;
        if (w) {
            *w = (struct wanted){&s->j->sets[g->e->number], g->from, g->to, g->times, all};
        }
        return w ? w : all;
    }
    if (g->e->kind == STIX_REPEATS) {
        child.times = times_of(g->times, g->e->times);
    } else if (g->e->kind == STIX_DURING) {
        (void)narrow(g->e, &child.from, &child.to);
    }
    for (child.e = g->e->kind == STIX_OR ? NULL : g->e->first; child.e; child.e = child.e->next) {
        all = wants(s, &child, all);
    }
    return all;
}

static bool is_hopeless(struct search *s, const struct goal *goals, const struct wanted *all)
{
    struct arena_mark mark = arena_mark(s->j->arena);
    for (; goals; goals = goals->next) {
        all = wants(s, goals, all);
    }
    bool hopeless = !stix_can_have(s, all, false);
    arena_rewind(s->j->arena, mark);
    return hopeless;
}

static bool choose(struct search *s, const struct goal *g, const struct wanted *all)
{
    if (is_hopeless(s, g, all)) {
        return false;
    }
    if (g->times > 1) {
        return each_time(s, g, all);
    }
    return g->e->kind == STIX_OR       ? any_child(s, g, all)
           : g->e->kind == STIX_WITHIN ? any_window(s, g, all)
                                       : any_threshold(s, g, all);
}

/* What follows without a choice: the goals that are left, and more that is wanted. False when
 * there is no way. */
static bool unfold(struct search *s, const struct goal **goals, const struct wanted **all)
{
    const struct goal *g = *goals;
    if (stix_is_set(g->e)) {
        struct wanted *w = pay(s, 1) ? ARENA_NEW(s->j->arena, struct wanted) : NULL;
        if (!w) {
            return give_up(s);
        }
        *w = (struct wanted){&s->j->sets[g->e->number], g->from, g->to, g->times, *all};
        *all = w;
        *goals = g->next;
        return true;
    }
    struct goal child = {g->e->first, g->from, g->to, g->times, NULL};
    if (g->e->kind == STIX_DURING && !narrow(g->e, &child.from, &child.to)) {
        return false;
    }
    if (g->e->kind == STIX_REPEATS) {
        child.times = times_of(g->times, g->e->times);
    }
    *goals = g->next;
    for (; child.e; child.e = g->e->kind == STIX_AND ? child.e->next : NULL) {
        *goals = push(s, child, *goals);
        if (!*goals) {
            return false;
        }
    }
    return true;
}

static bool is_choice(const struct stix_expression *e)
{
    return !stix_is_set(e) &&
           (e->kind == STIX_OR || e->kind == STIX_WITHIN || e->kind == STIX_FOLLOWEDBY);
}

static bool solve(struct search *s, const struct goal *goals, const struct wanted *all)
{
    struct arena_mark mark = arena_mark(s->j->arena);
    bool ok = s->depth < CHOICES_MAX || give_up(s);
    while (ok && goals && !is_choice(goals->e)) {
        ok = unfold(s, &goals, &all);
    }
    s->depth++;
    ok = ok && (goals ? choose(s, goals, all) : stix_can_have(s, all, true));
    s->depth--;
    arena_rewind(s->j->arena, mark);
    return ok;
}

/* ---- beginning */

static int by_time(const void *a, const void *b)
{
    stix_time x = *(const stix_time *)a, y = *(const stix_time *)b;
    return (x > y) - (x < y);
}

static size_t distinct(stix_time *times, size_t count)
{
    size_t n = 0;
    qsort(times, count, sizeof *times, by_time);
    for (size_t i = 0; i < count; i++) {
        times[n] = times[i];
        n += i + 1 == count || times[i + 1] != times[i];
    }
    return n;
}

static bool begin(struct search *s)
{
    struct stix_join *j = s->j;
    s->firsts = ARENA_ARRAY(j->arena, stix_time, j->count + 1);
    s->lasts = ARENA_ARRAY(j->arena, stix_time, j->count + 1);
    s->rank = ARENA_ARRAY(j->arena, uint32_t, j->count + 1);
    s->bound = ARENA_ARRAY(j->arena, uint32_t, j->count + 1);
    if (!s->firsts || !s->lasts || !s->rank || !s->bound || !pay(s, j->count * 8)) {
        return give_up(s);
    }
    for (size_t i = 0; i < j->count; i++) {
        s->firsts[i] = j->moments[i].first;
        s->lasts[i] = j->moments[i].last;
    }
    s->nfirsts = distinct(s->firsts, j->count);
    s->nlasts = distinct(s->lasts, j->count);
    for (size_t i = 0; i < j->count; i++) {
        s->rank[i] = (uint32_t)stix_firsts_until(s, j->moments[i].first) - 1;
    }
    return unite_all(s, j->pattern->root);
}

enum stix_answer stix_join(struct stix_join *j, const uint32_t **bound, size_t *nbound)
{
    struct search s = {.j = j};
    struct goal whole = {j->pattern->root, INT64_MIN, INT64_MAX, 1, NULL};
    bool ok = j->count > 0 && begin(&s);
    stix_time *front = ok ? ARENA_ARRAY(j->arena, stix_time, s.nfirsts + 1) : NULL;
    ok = front && stix_front_of(&s, &whole, front) && front[s.nfirsts - 1] != NEVER &&
         solve(&s, &whole, NULL);
    *bound = s.bound;
    *nbound = ok ? s.nbound : 0;
    return ok ? STIX_YES : j->work->gave_up ? STIX_UNDECIDED : STIX_NO;
}
