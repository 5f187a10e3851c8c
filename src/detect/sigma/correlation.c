#include "detect/sigma/correlation.h"

#include "detect/sigma/compile.h"
#include "detect/sigma/condition.h"
#include "detect/sigma/values.h"

#include <stdlib.h>

static const str type_names[CORRELATION_TYPES] = {
    [CORRELATION_EVENT_COUNT] = STR_INIT("event_count"),
    [CORRELATION_VALUE_COUNT] = STR_INIT("value_count"),
    [CORRELATION_TEMPORAL] = STR_INIT("temporal"),
    [CORRELATION_TEMPORAL_ORDERED] = STR_INIT("temporal_ordered"),
    [CORRELATION_VALUE_SUM] = STR_INIT("value_sum"),
    [CORRELATION_VALUE_AVG] = STR_INIT("value_avg"),
    [CORRELATION_VALUE_PERCENTILE] = STR_INIT("value_percentile"),
    [CORRELATION_VALUE_MEDIAN] = STR_INIT("value_median"),
};

static bool is_temporal(const struct correlation *c)
{
    return c->type == CORRELATION_TEMPORAL || c->type == CORRELATION_TEMPORAL_ORDERED;
}

static bool read_type(struct loading *l, const struct yaml_node *map, struct correlation *c)
{
    const struct yaml_node *n = yaml_get(map, STR("type"));
    for (size_t i = 0; n && i < CORRELATION_TYPES; i++) {
        if (str_eq(n->text, type_names[i])) {
            c->type = (enum correlation_type)i;
            return true;
        }
    }
    return n ? problem(l, n, "unknown type of correlation `%.*s`", STR_ARG(n->text))
             : problem(l, map, "a correlation needs a `type`");
}

static bool read_names(struct loading *l, const struct yaml_node *n, const str **out, size_t *count)
{
    size_t items = n->kind == YAML_LIST ? n->count : 1;
    str *list = ARENA_ARRAY(l->s->arena, str, items);
    for (size_t i = 0; list && i < items; i++) {
        const struct yaml_node *item = n->kind == YAML_LIST ? n->items[i] : n;
        if (item->kind != YAML_SCALAR || item->text.len == 0) {
            return problem(l, item, "a name was expected here");
        }
        list[i] = item->text;
    }
    *out = list;
    *count = items;
    return list || out_of_room(l);
}

static bool read_rules(struct loading *l, const struct yaml_node *map, struct correlation *c)
{
    const struct yaml_node *n = yaml_get(map, STR("rules"));
    if (!n || (n->kind == YAML_LIST && n->count == 0)) {
        return problem(l, n ? n : map, "a correlation needs a list of `rules`");
    }
    if (!read_names(l, n, &c->rule_names, &c->nrules)) {
        return false;
    }
    c->rules = ARENA_ARRAY(l->s->arena, uint32_t, c->nrules);
    return c->rules || out_of_room(l);
}

static bool read_timespan(struct loading *l, const struct yaml_node *map, struct correlation *c)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {
        {'s', 1       },
        {'m', 60      },
        {'h', 3600    },
        {'d', 86400   },
        {'w', 604800  },
        {'M', 2629746 },
        {'y', 31556952}
    };
    const struct yaml_node *n = yaml_get(map, STR("timespan"));
    if (!n || n->kind != YAML_SCALAR || n->text.len < 2) {
        return problem(l, n ? n : map, "a correlation needs a `timespan` such as 5m");
    }
    uint64_t number = 0;
    bool ok = n->text.len < 10 && str_u64(str_sub(n->text, 0, n->text.len - 1), &number);
    for (size_t i = 0; ok && i < ARRAY_LEN(units); i++) {
        if (n->text.p[n->text.len - 1] == units[i].unit && number > 0 && number < 1000000) {
            c->timespan = (usec)number * units[i].seconds * USEC_PER_SEC;
            return true;
        }
    }
    return problem(l, n, "`%.*s` is not a number and one of s m h d w M y", STR_ARG(n->text));
}

static bool read_bound(struct loading *l, const struct yaml_node *key, const struct yaml_node *n,
                       struct correlation *c)
{
    static const struct {
        str name;
        enum comparison comparison;
    } names[] = {
        {STR_INIT("eq"),  COMPARE_EQ },
        {STR_INIT("neq"), COMPARE_NEQ},
        {STR_INIT("lt"),  COMPARE_LT },
        {STR_INIT("lte"), COMPARE_LTE},
        {STR_INIT("gt"),  COMPARE_GT },
        {STR_INIT("gte"), COMPARE_GTE}
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct number number;
        if (!str_eq(key->text, names[i].name)) {
            continue;
        }
        if (n->kind != YAML_SCALAR || !number_parse(n->text, &number) || c->nbounds == 2) {
            return problem(l, n, "one number, or two that bound a range, was expected here");
        }
        c->bounds[c->nbounds++] =
            (struct bound){names[i].comparison, strtod(number_text(&number, l->s->arena).p, NULL)};
        return true;
    }
    return problem(l, key, "`%.*s` is none of gt gte lt lte eq neq field percentile",
                   STR_ARG(key->text));
}

/* `rule_a and not rule_b`: the condition parser, over the rules as if they were selections. */
static bool read_expression(struct loading *l, const struct yaml_node *n, struct correlation *c)
{
    if (!is_temporal(c)) {
        return problem(l, n, "a condition over rules belongs to the temporal types");
    }
    struct selection *rules = ARENA_ARRAY(l->s->arena, struct selection, c->nrules);
    for (size_t i = 0; rules && i < c->nrules; i++) {
        struct node *leaf = node_new(l, NODE_RULE, n->line);
        if (!leaf) {
            return false;
        }
        leaf->rule = (uint32_t)i;
        rules[i] = (struct selection){c->rule_names[i], leaf};
    }
    c->condition = rules ? condition_read(l, n, rules, c->nrules) : NULL;
    return c->condition != NULL;
}

static bool read_condition_map(struct loading *l, const struct yaml_node *n, struct correlation *c)
{
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *key = n->keys[i], *item = n->items[i];
        bool ok = true;
        if (str_eq(key->text, STR("field"))) {
            ok = read_names(l, item, &c->fields, &c->nfields);
        } else if (str_eq(key->text, STR("percentile"))) {
            struct number number;
            ok = number_parse(item->text, &number) ||
                 problem(l, item, "a number from 0 to 100 was expected here");
            c->percentile = ok ? strtod(number_text(&number, l->s->arena).p, NULL) : 0;
        } else {
            ok = read_bound(l, key, item, c);
        }
        if (!ok) {
            return false;
        }
    }
    return c->nbounds > 0 || problem(l, n, "the condition needs one of gt gte lt lte eq neq");
}

static bool read_condition(struct loading *l, const struct yaml_node *map, struct correlation *c)
{
    const struct yaml_node *n = yaml_get(map, STR("condition"));
    if (!n && is_temporal(c)) {
        return true;
    }
    if (!n || (n->kind != YAML_MAP && !is_temporal(c))) {
        return problem(l, n ? n : map, "this type of correlation needs a map `condition`");
    }
    bool read = n->kind == YAML_MAP ? read_condition_map(l, n, c) : read_expression(l, n, c);
    bool values = c->type != CORRELATION_EVENT_COUNT && !is_temporal(c);
    if (read && values && c->nfields == 0) {
        return problem(l, n, "%.*s needs a `field` in its condition", STR_ARG(type_names[c->type]));
    }
    return read;
}

static bool read_alias(struct loading *l, str name, const struct yaml_node *n,
                       struct correlation *c, size_t *cap)
{
    if (n->kind != YAML_MAP) {
        return problem(l, n, "a map of rules and their fields was expected here");
    }
    for (size_t i = 0; i < n->count; i++) {
        c->aliases = arena_grow(l->s->arena, c->aliases, cap, c->naliases + 1, sizeof *c->aliases);
        if (!c->aliases) {
            return out_of_room(l);
        }
        c->aliases[c->naliases++] = (struct alias){name, n->keys[i]->text, n->items[i]->text, 0};
    }
    return true;
}

static bool read_aliases(struct loading *l, const struct yaml_node *map, struct correlation *c)
{
    const struct yaml_node *n = yaml_get(map, STR("aliases"));
    size_t cap = 0;
    for (size_t i = 0; n && n->kind == YAML_MAP && i < n->count; i++) {
        if (!read_alias(l, n->keys[i]->text, n->items[i], c, &cap)) {
            return false;
        }
    }
    return true;
}

static bool read_generate(struct loading *l, const struct yaml_node *map, struct correlation *c)
{
    const struct yaml_node *n = yaml_get(map, STR("generate"));
    str text = STR_NONE;
    if (n && scalar_kind(n, l->s->arena, &text) != SCALAR_BOOLEAN) {
        return problem(l, n, "`generate` is true or false");
    }
    c->generate = c->generate || str_eq(text, STR("true"));
    return true;
}

struct correlation *correlation_read(struct loading *l, const struct yaml_node *document)
{
    const struct yaml_node *map = yaml_get(document, STR("correlation"));
    struct correlation *c = ARENA_NEW(l->s->arena, struct correlation);
    if (!c || map->kind != YAML_MAP) {
        (void)problem(l, map, "a map was expected under `correlation`");
        return NULL;
    }
    c->at = (struct yaml_node){.line = map->line, .column = map->column};
    c->percentile = 50;
    const struct yaml_node *group_by = yaml_get(map, STR("group-by"));
    bool ok = read_type(l, map, c) && read_rules(l, map, c) && read_timespan(l, map, c) &&
              (!group_by || read_names(l, group_by, &c->group_by, &c->ngroup_by)) &&
              read_condition(l, map, c) && read_aliases(l, map, c) && read_generate(l, map, c) &&
              read_generate(l, document, c);
    return ok ? c : NULL;
}

/* ---- who names whom */

static uint32_t rule_called(const struct sigma *s, str name)
{
    for (uint32_t i = 0; i < s->nrules; i++) {
        const struct sigma_rule *r = s->rules[i];
        if (str_eq_nocase(r->info.id, name) || (r->name.len && str_eq(r->name, name))) {
            return i;
        }
    }
    return UINT32_MAX;
}

static bool is_resolved(struct sigma *s, struct sigma_rule *rule)
{
    struct correlation *c = rule->correlation;
    struct loading l = {.s = s, .file = rule->info.source, .rule = rule->info.title};
    for (size_t i = 0; i < c->nrules; i++) {
        if (rule_called(s, c->rule_names[i]) == UINT32_MAX) {
            return problem(&l, &c->at, "no rule is called `%.*s`", STR_ARG(c->rule_names[i]));
        }
    }
    for (size_t i = 0; i < c->naliases; i++) {
        if (rule_called(s, c->aliases[i].rule_name) == UINT32_MAX) {
            return problem(&l, &c->at, "no rule is called `%.*s`",
                           STR_ARG(c->aliases[i].rule_name));
        }
    }
    return true;
}

/* Dropping one can leave another without its rules: until nothing changes. */
static void drop_unresolved(struct sigma *s)
{
    for (bool changed = true; changed;) {
        changed = false;
        size_t kept = 0, count = s->nrules;
        for (size_t i = 0; i < count; i++) {
            struct sigma_rule *r = s->rules[i];
            bool keep = r->kind != RULE_CORRELATION || is_resolved(s, r);
            changed = changed || !keep;
            if (keep) {
                s->rules[kept++] = r;
            }
        }
        s->nrules = kept;
    }
}

static bool is_placed(const struct sigma *s, const struct sigma_rule *rule, size_t placed)
{
    for (size_t i = 0; i < rule->correlation->nrules; i++) {
        if (rule_called(s, rule->correlation->rule_names[i]) >= placed) {
            return false;
        }
    }
    return true;
}

/* Detections first; then each correlation once all it rests on is placed. What is left over
 * rests on itself. */
static void order_rules(struct sigma *s)
{
    size_t placed = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = placed; i < s->nrules; i++) {
            struct sigma_rule *r = s->rules[i];
            if (r->kind == RULE_DETECTION || is_placed(s, r, placed)) {
                for (size_t j = i; j > placed; j--) {
                    s->rules[j] = s->rules[j - 1];
                }
                s->rules[placed++] = r;
                moved = true;
            }
        }
    }
    for (size_t i = placed; i < s->nrules; i++) {
        struct sigma_rule *r = s->rules[i];
        struct loading l = {.s = s, .file = r->info.source, .rule = r->info.title};
        (void)problem(&l, &r->correlation->at, "the correlation rests on itself");
    }
    s->nrules = placed;
}

static void number_rules(struct sigma *s, struct correlation *c)
{
    for (size_t i = 0; i < c->nrules; i++) {
        c->rules[i] = rule_called(s, c->rule_names[i]);
        struct sigma_rule *r = s->rules[c->rules[i]];
        r->feeds = true;
        r->silent = r->silent || !c->generate;
    }
    for (size_t i = 0; i < c->naliases; i++) {
        c->aliases[i].rule = rule_called(s, c->aliases[i].rule_name);
    }
}

bool correlations_resolve(struct sigma *s)
{
    bool any = false;
    for (size_t i = 0; i < s->nrules; i++) {
        any = any || s->rules[i]->kind == RULE_CORRELATION;
    }
    if (!any) {
        return true;
    }
    drop_unresolved(s);
    order_rules(s);
    for (size_t i = 0; i < s->nrules; i++) {
        if (s->rules[i]->kind == RULE_CORRELATION) {
            number_rules(s, s->rules[i]->correlation);
        }
    }
    return true;
}

struct need_list {
    str *items;
    size_t count, cap;
};

static bool add_need(struct sigma *s, struct need_list *list, str field)
{
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq(list->items[i], field)) {
            return true;
        }
    }
    list->items = arena_grow(s->arena, list->items, &list->cap, list->count + 1, sizeof(str));
    if (list->items) {
        list->items[list->count++] = field;
        (void)names_add(s->names, field);
    }
    return list->items != NULL;
}

static bool add_needs_of(struct sigma *s, const struct correlation *c, struct need_list *list)
{
    bool ok = true;
    for (size_t i = 0; ok && i < c->ngroup_by; i++) {
        ok = add_need(s, list, c->group_by[i]);
    }
    for (size_t i = 0; ok && i < c->nfields; i++) {
        ok = add_need(s, list, c->fields[i]);
    }
    for (size_t i = 0; ok && i < c->naliases; i++) {
        ok = add_need(s, list, c->aliases[i].field);
    }
    return ok;
}

/* From the top down: a correlation passes on what those above it asked of it. */
bool correlations_needs(struct sigma *s)
{
    struct need_list *lists = ARENA_ARRAY(s->arena, struct need_list, s->nrules);
    s->compiled->needs = ARENA_ARRAY(s->arena, const str *, s->nrules);
    s->compiled->nneeds = ARENA_ARRAY(s->arena, size_t, s->nrules);
    if (!lists || !s->compiled->needs || !s->compiled->nneeds) {
        return false;
    }
    for (size_t i = s->nrules; i-- > 0;) {
        const struct correlation *c = s->rules[i]->correlation;
        for (size_t r = 0; c && r < c->nrules; r++) {
            struct need_list *below = &lists[c->rules[r]];
            bool ok = add_needs_of(s, c, below);
            for (size_t n = 0; ok && n < lists[i].count; n++) {
                ok = add_need(s, below, lists[i].items[n]);
            }
            if (!ok) {
                return false;
            }
        }
        s->compiled->needs[i] = lists[i].items;
        s->compiled->nneeds[i] = lists[i].count;
    }
    return true;
}
