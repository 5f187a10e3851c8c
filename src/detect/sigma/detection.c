#include "detect/sigma/detection.h"

#include "detect/sigma/condition.h"
#include "detect/sigma/modifiers.h"

static const struct node *read_item(struct loading *l, const struct yaml_node *key,
                                    const struct yaml_node *value)
{
    struct item_key k;
    if (!item_key_parse(l, key, &k)) {
        return NULL;
    }
    struct node_list values = {0};
    if (value->kind == YAML_LIST && value->count == 0) {
        (void)problem(l, value, "an empty list matches nothing: write values, or null");
        return NULL;
    }
    size_t count = value->kind == YAML_LIST ? value->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *v = value->kind == YAML_LIST ? value->items[i] : value;
        if (!node_list_add(l, &values, item_value(l, &k, v))) {
            return NULL;
        }
    }
    const struct node *joined = node_join(l, k.all ? NODE_AND : NODE_OR, value->line, &values);
    if (!k.negated) {
        return joined;
    }
    struct node *not = node_new(l, NODE_NOT, key->line);
    struct node_list one = {0};
    if (!not || !node_list_add(l, &one, joined)) {
        return NULL;
    }
    not ->kids = one.items;
    not ->nkids = 1;
    return not ;
}

static const struct node *read_keyword(struct loading *l, const struct yaml_node *word)
{
    struct item_key k = {.at = word};
    return item_value(l, &k, word);
}

static const struct node *read_map(struct loading *l, const struct yaml_node *map)
{
    struct node_list items = {0};
    for (size_t i = 0; i < map->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (map->keys[i]->kind == YAML_SCALAR && map->keys[j]->kind == YAML_SCALAR &&
                str_eq(map->keys[i]->text, map->keys[j]->text)) {
                (void)problem(l, map->keys[i], "`%.*s` stands twice in one map",
                              STR_ARG(map->keys[i]->text));
                return NULL;
            }
        }
        if (!node_list_add(l, &items, read_item(l, map->keys[i], map->items[i]))) {
            return NULL;
        }
    }
    return node_join(l, NODE_AND, map->line, &items);
}

const struct node *selection_read(struct loading *l, const struct yaml_node *n)
{
    if (n->kind != YAML_SCALAR && n->count == 0) {
        (void)problem(l, n, "an empty selection");
        return NULL;
    }
    if (n->kind == YAML_SCALAR) {
        return read_keyword(l, n);
    }
    if (n->kind == YAML_MAP) {
        return read_map(l, n);
    }
    struct node_list any = {0};
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *part = n->items[i];
        if (part->kind == YAML_LIST) {
            (void)problem(l, part, "a list within a list");
            return NULL;
        }
        if (!node_list_add(l, &any, selection_read(l, part))) {
            return NULL;
        }
    }
    return node_join(l, NODE_OR, n->line, &any);
}

static bool is_skipped(str name, const str *skip, size_t nskip)
{
    for (size_t i = 0; i < nskip; i++) {
        if (str_eq(name, skip[i])) {
            return true;
        }
    }
    return str_eq(name, STR("condition"));
}

static bool read_selections(struct loading *l, const struct yaml_node *map, const str *skip,
                            size_t nskip, struct detection *d)
{
    d->selections = ARENA_ARRAY(l->s->arena, struct selection, map->count);
    if (!d->selections) {
        return out_of_room(l);
    }
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->keys[i];
        if (key->kind != YAML_SCALAR) {
            return problem(l, key, "the name of a selection was expected here");
        }
        if (is_skipped(key->text, skip, nskip)) {
            continue;
        }
        if (str_eq(key->text, STR("timeframe"))) {
            warning(l, key, "`timeframe` belonged to the first version of Sigma and is ignored");
            continue;
        }
        const struct node *n = selection_read(l, map->items[i]);
        if (!n) {
            return false;
        }
        d->selections[d->count++] = (struct selection){key->text, n};
    }
    return true;
}

bool detection_read(struct loading *l, const struct yaml_node *map, const str *skip, size_t nskip,
                    struct detection *out)
{
    const struct yaml_node *condition = yaml_get(map, STR("condition"));
    if (map->kind != YAML_MAP || !condition) {
        return problem(l, map, "a map of selections with a `condition` was expected here");
    }
    struct detection d = {0};
    if (!read_selections(l, map, skip, nskip, &d)) {
        return false;
    }
    d.node = condition_read(l, condition, d.selections, d.count);
    *out = d;
    return d.node != NULL;
}
