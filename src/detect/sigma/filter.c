#include "detect/sigma/filter.h"

#include "base/text.h"
#include "detect/sigma/detection.h"

struct filter {
    str file, title;
    struct yaml_node at; /* its place alone */
    const str *rules;    /* ids or names; none: any rule */
    size_t nrules;
    struct log_source source;
    const struct node *node;
};

static bool read_rules(struct loading *l, const struct yaml_node *n, struct filter *f)
{
    if (!n || str_eq(n->text, STR("any")) || (n->kind == YAML_LIST && n->count == 0)) {
        return true;
    }
    size_t count = n->kind == YAML_LIST ? n->count : 1;
    str *names = ARENA_ARRAY(l->s->arena, str, count);
    for (size_t i = 0; names && i < count; i++) {
        names[i] = n->kind == YAML_LIST ? n->items[i]->text : n->text;
    }
    f->rules = names;
    f->nrules = count;
    return names || out_of_room(l);
}

bool filter_read(struct loading *l, const struct yaml_node *document)
{
    static const str skip[] = {STR_INIT("rules")};
    const struct yaml_node *map = yaml_get(document, STR("filter"));
    const struct yaml_node *source = yaml_get(document, STR("logsource"));
    struct sigma *s = l->s;
    struct filter *f = ARENA_NEW(s->arena, struct filter);
    s->filters =
        arena_grow(s->arena, s->filters, &s->cap_filters, s->nfilters + 1, sizeof(struct filter *));
    if (!f || !s->filters) {
        return out_of_room(l);
    }
    struct detection d;
    if (map->kind != YAML_MAP || !detection_read(l, map, skip, ARRAY_LEN(skip), &d) ||
        !read_rules(l, yaml_get(map, STR("rules")), f)) {
        return l->failed ? false : problem(l, map, "a map was expected under `filter`");
    }
    f->file = l->file;
    f->title = l->rule;
    f->at = (struct yaml_node){.line = map->line, .column = map->column};
    f->node = d.node;
    f->source = (struct log_source){text_lower(s->arena, yaml_text(source, STR("category"))),
                                    text_lower(s->arena, yaml_text(source, STR("product"))),
                                    text_lower(s->arena, yaml_text(source, STR("service")))};
    s->filters[s->nfilters++] = f;
    return true;
}

static bool covers(str part, str of_rule)
{
    return part.len == 0 || str_eq(part, of_rule);
}

static bool names_rule(const struct filter *f, const struct sigma_rule *r)
{
    bool named = f->nrules == 0;
    for (size_t i = 0; i < f->nrules && !named; i++) {
        named =
            str_eq_nocase(f->rules[i], r->info.id) || (r->name.len && str_eq(f->rules[i], r->name));
    }
    return named && r->kind == RULE_DETECTION && covers(f->source.category, r->source.category) &&
           covers(f->source.product, r->source.product) &&
           covers(f->source.service, r->source.service);
}

static bool apply(struct sigma *s, const struct filter *f)
{
    struct loading l = {.s = s, .file = f->file, .rule = f->title};
    bool used = false;
    for (size_t i = 0; i < s->nrules; i++) {
        struct sigma_rule *r = s->rules[i];
        if (!names_rule(f, r)) {
            continue;
        }
        struct node_list both = {0};
        if (!node_list_add(&l, &both, r->node) || !node_list_add(&l, &both, f->node)) {
            return false;
        }
        r->node = node_join(&l, NODE_AND, r->line, &both);
        used = true;
    }
    if (!used) {
        warning(&l, &f->at, "the filter fits no rule that is loaded");
    }
    return true;
}

bool filters_apply(struct sigma *s)
{
    for (size_t i = 0; i < s->nfilters; i++) {
        if (!apply(s, s->filters[i])) {
            return false;
        }
    }
    return true;
}
