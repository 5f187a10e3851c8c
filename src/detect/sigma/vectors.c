#include "detect/sigma/vectors.h"

#include "detect/sigma/compile.h"
#include "detect/sigma/look.h"

#include <stdio.h>

struct vector_case {
    struct vectors *v;
    const struct yaml_node *node;
    struct arena *arena;
    struct names names;
    struct sigma *s;
    struct event *events;
    size_t nevents;
    bool fast;
    bool *reported; /* by event and rule */
    struct sigma_observation *seen;
    size_t nseen, cap_seen;
    size_t at; /* the event in hand */
    bool failed;
};

static void failed(struct vector_case *c, str why)
{
    c->failed = true;
    if (c->v->on_failed) {
        c->v->on_failed(c->v->ctx, yaml_text(c->node, STR("id")), why);
    }
}

/* ---- what a case holds */

static bool add_placeholders(struct vector_case *c)
{
    const struct yaml_node *map = yaml_get(c->node, STR("placeholders"));
    for (size_t i = 0; map && i < map->count; i++) {
        const struct yaml_node *list = map->items[i];
        str *values = ARENA_ARRAY(c->arena, str, list->count);
        for (size_t v = 0; values && v < list->count; v++) {
            values[v] = list->items[v]->text;
        }
        if (!values || !sigma_add_placeholder(c->s, map->keys[i]->text, values, list->count)) {
            return false;
        }
    }
    return true;
}

static void add_field(struct vector_case *c, struct field *fields, size_t *n, str name,
                      const struct yaml_node *value)
{
    if (value->kind == YAML_LIST) {
        for (size_t i = 0; i < value->count; i++) {
            add_field(c, fields, n, name, value->items[i]);
        }
        return;
    }
    bytes text = bytes_of_str(value->text);
    fields[(*n)++] = (struct field){
        .name = name,
        .data = text.p,
        .len = (uint32_t)text.len,
        .id = names_find(&c->names, name),
        .type = yaml_is_null(value) ? VALUE_NULL : VALUE_TEXT,
    };
}

static size_t count_values(const struct yaml_node *map)
{
    size_t n = 0;
    for (size_t i = 0; i < map->count; i++) {
        n += map->items[i]->kind == YAML_LIST ? map->items[i]->count : 1;
    }
    return n;
}

static bool read_event(struct vector_case *c, const struct yaml_node *map, struct event *out)
{
    static const struct origin origin = {.channel = STR_INIT("")};
    struct field *fields = ARENA_ARRAY(c->arena, struct field, count_values(map));
    if (!fields) {
        return false;
    }
    *out = (struct event){.time = TIME_NONE, .origin = &origin, .fields = fields};
    for (size_t i = 0; i < map->count; i++) {
        str name = map->keys[i]->text;
        if (str_eq(name, STR("_time"))) {
            out->time = time_parse(map->items[i]->text);
        } else if (!str_starts(name, STR("_"))) {
            add_field(c, fields, &out->nfields, name, map->items[i]);
        }
    }
    return true;
}

static bool read_events(struct vector_case *c)
{
    const struct yaml_node *list = yaml_get(c->node, STR("events"));
    size_t count = list && list->kind == YAML_LIST ? list->count : 0;
    c->events = ARENA_ARRAY(c->arena, struct event, count);
    c->reported = ARENA_ARRAY(c->arena, bool, count * c->s->nrules + 1);
    c->nevents = count;
    bool ok = c->events && c->reported;
    for (size_t i = 0; ok && i < count; i++) {
        ok = read_event(c, list->items[i], &c->events[i]);
    }
    return ok;
}

/* ---- running it */

static bool on_hit(void *ctx, const struct sigma_hit *hit)
{
    struct vector_case *c = ctx;
    c->reported[c->at * c->s->nrules + hit->rule] = true;
    return true;
}

static void on_observation(void *ctx, const struct sigma_observation *o)
{
    struct vector_case *c = ctx;
    struct named_value *fields = ARENA_ARRAY(c->arena, struct named_value, o->nfields);
    c->seen = arena_grow(c->arena, c->seen, &c->cap_seen, c->nseen + 1, sizeof *c->seen);
    if (!c->seen || !fields) {
        failed(c, STR("not enough memory"));
        c->nseen = c->cap_seen = 0;
        return;
    }
    for (size_t i = 0; i < o->nfields; i++) {
        fields[i] =
            (struct named_value){o->fields[i].name, arena_str(c->arena, o->fields[i].value)};
    }
    c->seen[c->nseen] = *o;
    c->seen[c->nseen++].fields = fields;
}

static void run_fast(struct vector_case *c)
{
    struct sigma_run *r = sigma_run_new(c->s, (struct hash_key){1, 2});
    sigma_run_any_source(r);
    sigma_run_observe(r, on_observation, c);
    for (c->at = 0; c->at < c->nevents; c->at++) {
        (void)sigma_run_event(r, &c->events[c->at], on_hit, c);
    }
    sigma_run_free(r);
}

static void observe_slowly(struct vector_case *c, uint32_t rule)
{
    const struct compiled *compiled = c->s->compiled;
    const struct event *e = &c->events[c->at];
    struct look look = {.s = c->s, .event = e};
    struct named_value values[32];
    struct sigma_observation o = {.rule = rule, .time = e->time, .fields = values};
    for (size_t i = 0; i < compiled->nneeds[rule] && i < ARRAY_LEN(values); i++) {
        struct seen *seen = NULL;
        str name = compiled->needs[rule][i];
        if (look_at(&look, names_find(&c->names, name), c->arena, &seen)) {
            values[o.nfields++] = (struct named_value){name, seen[0].text};
        }
    }
    on_observation(c, &o);
}

static void run_slow(struct vector_case *c)
{
    for (c->at = 0; c->at < c->nevents; c->at++) {
        for (uint32_t rule = 0; rule < c->s->nrules; rule++) {
            const struct sigma_rule *r = c->s->rules[rule];
            if (!sigma_holds(c->s, rule, &c->events[c->at], true, c->arena)) {
                continue;
            }
            c->reported[c->at * c->s->nrules + rule] = !r->silent;
            if (r->feeds) {
                observe_slowly(c, rule);
            }
        }
    }
}

/* ---- comparing */

static bool is_listed(const struct yaml_node *list, size_t number)
{
    for (size_t i = 0; list && i < list->count; i++) {
        uint64_t n = 0;
        if (str_u64(list->items[i]->text, &n) && n == number) {
            return true;
        }
    }
    return false;
}

static void compare_rule(struct vector_case *c, uint32_t rule, const struct yaml_node *want)
{
    for (size_t e = 0; e < c->nevents; e++) {
        bool got = c->reported[e * c->s->nrules + rule];
        if (got != is_listed(want, e)) {
            failed(c, arena_printf(c->arena, "event %zu: `%.*s` %s, by the %s path", e,
                                   STR_ARG(c->s->rules[rule]->info.title),
                                   got ? "matched" : "did not match", c->fast ? "fast" : "slow"));
        }
    }
}

static void compare_matches(struct vector_case *c)
{
    const struct yaml_node *expect = yaml_get(c->node, STR("expect"));
    const struct yaml_node *by_rule = yaml_get(c->node, STR("expect_rules"));
    for (uint32_t i = 0; i < c->s->nrules; i++) {
        str title = c->s->rules[i]->info.title;
        if (by_rule) {
            compare_rule(c, i, yaml_get(by_rule, title));
        } else if (expect) {
            compare_rule(c, i, expect);
        }
    }
}

static bool same_group(const struct yaml_node *want, const struct sigma_fired *fired)
{
    for (size_t i = 0; want && i < want->count; i++) {
        bool found = false;
        for (size_t j = 0; j < fired->ngroup; j++) {
            found = found || (str_eq(fired->group[j].name, want->keys[i]->text) &&
                              str_eq_nocase(fired->group[j].value, want->items[i]->text));
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool is_same(const struct vector_case *c, const struct yaml_node *want,
                    const struct sigma_fired *fired)
{
    return str_eq(yaml_text(want, STR("rule")), c->s->rules[fired->rule]->info.title) &&
           same_group(yaml_get(want, STR("group")), fired);
}

static void compare_fired(struct vector_case *c, const struct yaml_node *want,
                          const struct sigma_fired *fired, size_t count)
{
    for (size_t i = 0; i < want->count; i++) {
        bool found = false;
        for (size_t j = 0; j < count; j++) {
            found = found || is_same(c, want->items[i], &fired[j]);
        }
        if (!found) {
            failed(c, arena_printf(c->arena, "`%.*s` did not fire for each group expected",
                                   STR_ARG(yaml_text(want->items[i], STR("rule")))));
        }
    }
    for (size_t j = 0; j < count; j++) {
        bool wanted = false;
        for (size_t i = 0; i < want->count; i++) {
            wanted = wanted || is_same(c, want->items[i], &fired[j]);
        }
        if (!wanted) {
            failed(c, arena_printf(c->arena, "`%.*s` fired for a group that was not expected",
                                   STR_ARG(c->s->rules[fired[j].rule]->info.title)));
        }
    }
}

static void compare_correlations(struct vector_case *c)
{
    const struct yaml_node *want = yaml_get(c->node, STR("fires"));
    struct sigma_fired *fired = NULL;
    size_t count = 0;
    if (!sigma_correlate(c->s, c->seen, c->nseen, c->arena, &fired, &count)) {
        failed(c, STR("not enough memory"));
    } else if (want) {
        compare_fired(c, want, fired, count);
    }
}

static void compare_silent(struct vector_case *c)
{
    const struct yaml_node *titles = yaml_get(c->node, STR("silent"));
    for (size_t t = 0; titles && t < titles->count; t++) {
        for (uint32_t rule = 0; rule < c->s->nrules; rule++) {
            if (str_eq(titles->items[t]->text, c->s->rules[rule]->info.title)) {
                compare_rule(c, rule, NULL);
            }
        }
    }
}

static void run_path(struct vector_case *c, bool fast)
{
    c->fast = fast;
    c->nseen = 0;
    if (!read_events(c)) {
        failed(c, STR("not enough memory"));
        return;
    }
    if (fast) {
        run_fast(c);
    } else {
        run_slow(c);
    }
    compare_matches(c);
    compare_correlations(c);
    compare_silent(c);
}

static const struct rule_problem *fatal_problem(const struct sigma *s)
{
    for (size_t i = 0; i < s->nproblems; i++) {
        if (s->problems[i].fatal) {
            return &s->problems[i];
        }
    }
    return NULL;
}

static void run_loaded(struct vector_case *c)
{
    struct err err = {0};
    (void)sigma_add(c->s, STR("rule"), bytes_of_str(yaml_text(c->node, STR("rule"))));
    bool compiled = sigma_compile(c->s, &err);
    const struct rule_problem *p = fatal_problem(c->s);
    bool reject = str_eq(yaml_text(c->node, STR("expect")), STR("reject"));
    if (reject && compiled && !p) {
        failed(c, STR("the rule loaded, but had to be refused"));
    } else if (!reject && p) {
        failed(c, arena_printf(c->arena, "line %u: %.*s", p->line, STR_ARG(p->text)));
    } else if (!reject && !compiled) {
        failed(c, str_of(err.text));
    } else if (!reject) {
        run_path(c, true);
        run_path(c, false);
    }
    sigma_done(c->s);
}

static void run_case(struct vectors *v, const struct yaml_node *node)
{
    struct arena arena;
    arena_init(&arena, v->budget);
    struct vector_case c = {.v = v, .node = node, .arena = &arena};
    if (!names_init(&c.names, &arena) || !(c.s = sigma_new(&arena, &c.names)) ||
        !add_placeholders(&c)) {
        failed(&c, STR("not enough memory"));
    } else {
        run_loaded(&c);
    }
    v->passed += !c.failed;
    v->failed += c.failed;
    arena_done(&arena);
}

bool vectors_run(struct vectors *v, bytes yaml, struct yaml_error *error)
{
    struct arena arena;
    arena_init(&arena, v->budget);
    const struct yaml_node *root = yaml_read(&arena, yaml, error);
    bool ok = root && root->kind == YAML_LIST;
    if (root && !ok) {
        *error = (struct yaml_error){.line = root->line, .column = root->column};
        (void)snprintf(error->text, sizeof error->text, "a list of cases was expected here");
    }
    for (size_t i = 0; ok && i < root->count; i++) {
        run_case(v, root->items[i]);
    }
    arena_done(&arena);
    return ok;
}
