#include "detect/sigma/compile.h"

#include "detect/sigma/correlation.h"
#include "detect/sigma/filter.h"
#include "detect/sigma/lint.h"
#include "detect/sigma/program.h"
#include "detect/sigma/witness.h"

static bool full(struct err *err)
{
    return err_set(err, ERR_FULL, "the rules need more memory than is set aside");
}

/* ---- log sources */

static struct view_rules *rules_of_view(struct sigma *s, const struct view *view)
{
    struct compiled *c = s->compiled;
    for (size_t i = 0; i < c->nviews; i++) {
        if (c->views[i].view == view) {
            return &c->views[i];
        }
    }
    c->views = arena_grow(s->arena, c->views, &c->cap_views, c->nviews + 1, sizeof *c->views);
    if (!c->views) {
        return NULL;
    }
    c->views[c->nviews] = (struct view_rules){.view = view};
    return &c->views[c->nviews++];
}

static bool file_rule(struct sigma *s, uint32_t rule, const struct view *view)
{
    struct view_rules *v = rules_of_view(s, view);
    if (!v) {
        return false;
    }
    v->rules = arena_grow(s->arena, v->rules, &v->cap, v->count + 1, sizeof *v->rules);
    if (v->rules) {
        v->rules[v->count++] = rule;
    }
    return v->rules != NULL;
}

static void warn_unseen(struct sigma *s, const struct sigma_rule *r)
{
    struct loading l = {.s = s, .file = r->info.source, .rule = r->info.title};
    struct yaml_node at = {.line = r->line, .column = 1};
    const struct log_source *o = &r->source;
    warning(&l, &at, "no source of this version shows%s%.*s%s%.*s%s%.*s",
            o->category.len ? " category " : "", STR_ARG(o->category),
            o->product.len ? " product " : "", STR_ARG(o->product),
            o->service.len ? " service " : "", STR_ARG(o->service));
}

/* Rules share few log sources: what shows one is looked up once. */
struct routes {
    struct table index;
    const struct sigma_rule **first; /* by number: a rule of that source, routed already */
    size_t count;
};

static bool find_views(struct sigma *s, struct routes *routes, struct sigma_rule *r)
{
    const struct log_source *o = &r->source;
    str key = arena_printf(s->arena, "%.*s|%.*s|%.*s", STR_ARG(o->category), STR_ARG(o->product),
                           STR_ARG(o->service));
    uint32_t number = 0;
    if (!table_put(&routes->index, key, (uint32_t)routes->count, &number)) {
        return false;
    }
    if (number < routes->count) {
        r->views = routes->first[number]->views;
        r->nviews = routes->first[number]->nviews;
        return true;
    }
    routes->first[routes->count++] = r;
    return log_source_views(&s->sources, s->arena, &r->source, &r->views, &r->nviews);
}

static bool route_rule(struct sigma *s, struct routes *routes, uint32_t rule)
{
    struct sigma_rule *r = s->rules[rule];
    if (!find_views(s, routes, r)) {
        return false;
    }
    if (r->nviews == 0) {
        warn_unseen(s, r);
    }
    for (size_t v = 0; v < r->nviews; v++) {
        if (!file_rule(s, rule, r->views[v])) {
            return false;
        }
    }
    return true;
}

static bool route_rules(struct sigma *s)
{
    struct routes routes = {.first = ARENA_ARRAY(s->arena, const struct sigma_rule *, s->nrules)};
    bool ok = routes.first || s->nrules == 0;
    table_init(&routes.index, s->arena, false);
    for (uint32_t i = 0; i < s->nrules && ok; i++) {
        const struct sigma_rule *r = s->rules[i];
        bool runs = r->kind == RULE_DETECTION && (!r->left_out || r->feeds);
        ok = !runs || route_rule(s, &routes, i);
    }
    return ok;
}

/* ---- matchers */

static bool match_number(struct sigma *s, struct field_matcher *m, const struct predicate *p)
{
    uint32_t number = 0;
    if (!m->numbers.arena) {
        table_init(&m->numbers, s->arena, false);
    }
    return table_put(&m->numbers, p->text, p->number, &number);
}

static bool match_predicate(struct sigma *s, const struct predicate *p, struct err *err)
{
    struct field_matcher *m = &s->compiled->matchers[p->field];
    if (p->kind == PREDICATE_NUMBER) {
        return match_number(s, m, p) || full(err);
    }
    if (!m->matcher) {
        m->matcher = matcher_new(s->arena);
    }
    struct pattern pattern = {p->text, p->flags};
    return m->matcher ? matcher_add(m->matcher, &pattern, p->number, err) : full(err);
}

static bool build_matchers(struct sigma *s, struct err *err)
{
    struct compiled *c = s->compiled;
    c->nmatchers = (size_t)s->names->count + 1;
    c->matchers = ARENA_ARRAY(s->arena, struct field_matcher, c->nmatchers);
    if (!c->matchers) {
        return full(err);
    }
    for (size_t i = 0; i < s->npredicates; i++) {
        if (predicate_is_matched(s->predicates[i]) && !match_predicate(s, s->predicates[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; i < c->nmatchers; i++) {
        if (c->matchers[i].matcher && !matcher_build(c->matchers[i].matcher, err)) {
            return err_in(err, "field %.*s", STR_ARG(names_text(s->names, (field_id)i)));
        }
    }
    return true;
}

/* ---- witnesses */

static bool choose_witnesses(struct sigma *s)
{
    struct compiled *c = s->compiled;
    c->witnesses = ARENA_ARRAY(s->arena, struct witness, s->nrules);
    c->trigger_start = ARENA_ARRAY(s->arena, uint32_t, s->npredicates + 2);
    size_t total = 0;
    for (size_t i = 0; c->witnesses && c->trigger_start && i < s->nrules; i++) {
        const struct sigma_rule *r = s->rules[i];
        if (r->kind == RULE_DETECTION && !witness_choose(s->arena, r->node, &c->witnesses[i])) {
            return false;
        }
        for (size_t p = 0; p < c->witnesses[i].count; p++) {
            c->trigger_start[c->witnesses[i].predicates[p]->number + 2]++;
        }
        total += c->witnesses[i].count;
    }
    c->triggers = ARENA_ARRAY(s->arena, uint32_t, total);
    return c->witnesses && c->trigger_start && c->triggers;
}

/* Counting sort: start of p is at [p + 1] while filling, at [p] afterwards. */
static void file_triggers(struct sigma *s)
{
    struct compiled *c = s->compiled;
    for (size_t p = 0; p < s->npredicates; p++) {
        c->trigger_start[p + 2] += c->trigger_start[p + 1];
    }
    for (uint32_t i = 0; i < s->nrules; i++) {
        for (size_t p = 0; p < c->witnesses[i].count; p++) {
            c->triggers[c->trigger_start[c->witnesses[i].predicates[p]->number + 1]++] = i;
        }
    }
}

static bool make_programs(struct sigma *s)
{
    struct compiled *c = s->compiled;
    c->programs = ARENA_ARRAY(s->arena, struct program, s->nrules);
    for (size_t i = 0; c->programs && i < s->nrules; i++) {
        const struct sigma_rule *r = s->rules[i];
        if (r->kind == RULE_DETECTION &&
            !program_make(s->arena, r->node, &c->witnesses[i], &c->programs[i])) {
            return false;
        }
    }
    return c->programs != NULL;
}

bool sigma_compile(struct sigma *s, struct err *err)
{
    s->compiled = ARENA_NEW(s->arena, struct compiled);
    if (!s->compiled || s->lost_problems || !correlations_resolve(s) || !filters_apply(s) ||
        !route_rules(s) || !correlations_needs(s)) {
        return full(err);
    }
    if (!log_sources_finish(&s->sources, s->arena, (size_t)s->names->count + 1)) {
        return full(err);
    }
    if (s->lint.on) {
        lint_all(s);
    }
    if (!build_matchers(s, err)) {
        return false;
    }
    if (!choose_witnesses(s) || !make_programs(s)) {
        return full(err);
    }
    file_triggers(s);
    return true;
}

void sigma_done(struct sigma *s)
{
    bool any = s && s->compiled && s->compiled->matchers;
    for (size_t i = 0; any && i < s->compiled->nmatchers; i++) {
        matcher_done(s->compiled->matchers[i].matcher);
    }
}

bool sigma_rule_sees(const struct sigma *s, uint32_t rule, const struct origin *origin)
{
    const struct sigma_rule *r = rule < s->nrules ? s->rules[rule] : NULL;
    for (size_t i = 0; r && i < r->nviews; i++) {
        if (view_shows(r->views[i], origin)) {
            return true;
        }
    }
    return false;
}
