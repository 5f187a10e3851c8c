#include "detect/sigma/collection.h"

/* The keys of `over`, and those of `under` that it lacks; maps under one key are merged. Depth is
 * bounded by that of the documents. */
static const struct yaml_node *merged(struct loading *l, const struct yaml_node *under,
                                      const struct yaml_node *over)
{
    if (!under || under->kind != YAML_MAP || over->kind != YAML_MAP) {
        return over;
    }
    struct arena *a = l->s->arena;
    struct yaml_node *n = ARENA_NEW(a, struct yaml_node);
    const struct yaml_node **keys =
        ARENA_ARRAY(a, const struct yaml_node *, under->count + over->count);
    const struct yaml_node **items =
        ARENA_ARRAY(a, const struct yaml_node *, under->count + over->count);
    if (!n || !keys || !items) {
        (void)out_of_room(l);
        return NULL;
    }
    *n = *over;
    n->count = 0;
    for (size_t i = 0; i < under->count; i++) {
        if (!yaml_get(over, under->keys[i]->text)) {
            keys[n->count] = under->keys[i];
            items[n->count++] = under->items[i];
        }
    }
    for (size_t i = 0; i < over->count; i++) {
        const struct yaml_node *item =
            merged(l, yaml_get(under, over->keys[i]->text), over->items[i]);
        if (!item) {
            return NULL;
        }
        keys[n->count] = over->keys[i];
        items[n->count++] = item;
    }
    n->keys = keys;
    n->items = items;
    return n;
}

const struct yaml_node *collection_next(struct loading *l, struct collection *c,
                                        const struct yaml_node *document)
{
    str action = yaml_text(document, STR("action"));
    if (str_eq(action, STR("global"))) {
        c->global = merged(l, c->global, document);
        return NULL;
    }
    if (str_eq(action, STR("reset"))) {
        *c = (struct collection){0};
        return NULL;
    }
    if (action.len && !str_eq(action, STR("repeat"))) {
        (void)problem(l, document, "unknown action `%.*s`", STR_ARG(action));
        return NULL;
    }
    const struct yaml_node *under = action.len ? c->previous : c->global;
    c->previous = merged(l, under, document);
    return c->previous;
}
