#include "base/yaml.h"

#include "base/table.h"

#include <stdio.h>
#include <yaml.h>

enum { MAX_DEPTH = 64, MAX_NODES = 2000000, MAX_INPUT = 64 << 20 };

struct builder {
    struct arena *arena;
    yaml_parser_t *parser;
    struct yaml_error *error;
    struct table anchors; /* name to index in anchored */
    const struct yaml_node **anchored;
    size_t nanchored, cap_anchored;
    uint64_t nodes;
};

static uint32_t one_based(size_t n)
{
    return n >= UINT32_MAX ? UINT32_MAX : (uint32_t)n + 1;
}

static bool fail(struct builder *b, yaml_mark_t mark, const char *text)
{
    b->error->line = one_based(mark.line);
    b->error->column = one_based(mark.column);
    (void)snprintf(b->error->text, sizeof b->error->text, "%s", text);
    return false;
}

static bool next_event(struct builder *b, yaml_event_t *e)
{
    if (yaml_parser_parse(b->parser, e)) {
        return true;
    }
    const char *problem = b->parser->problem ? b->parser->problem : "not enough memory";
    if (b->parser->error == YAML_READER_ERROR) {
        /* The reader knows the byte, not the line; the parser's mark is the last good place. */
        return fail(b, b->parser->mark, problem);
    }
    return fail(b, b->parser->problem_mark, problem);
}

static struct yaml_node *new_node(struct builder *b, const yaml_event_t *e, enum yaml_kind kind)
{
    struct yaml_node *n = b->nodes++ < MAX_NODES ? ARENA_NEW(b->arena, struct yaml_node) : NULL;
    if (!n) {
        (void)fail(b, e->start_mark, "too large: the limit is 2,000,000 values");
        return NULL;
    }
    n->kind = kind;
    n->line = one_based(e->start_mark.line);
    n->column = one_based(e->start_mark.column);
    return n;
}

static bool remember(struct builder *b, const yaml_char_t *anchor, const struct yaml_node *n)
{
    if (!anchor) {
        return true;
    }
    b->anchored =
        arena_grow(b->arena, b->anchored, &b->cap_anchored, b->nanchored + 1, sizeof *b->anchored);
    uint32_t index = 0;
    str name = str_of((const char *)anchor);
    if (!b->anchored || !table_put(&b->anchors, name, (uint32_t)b->nanchored, &index)) {
        return false;
    }
    if (index == b->nanchored) {
        b->nanchored++;
    }
    b->anchored[index] = n; /* the same name again means the newest */
    return true;
}

static const struct yaml_node *alias(struct builder *b, const yaml_event_t *e)
{
    uint32_t index = table_get(&b->anchors, str_of((const char *)e->data.alias.anchor));
    const struct yaml_node *n = index == TABLE_NONE ? NULL : b->anchored[index];
    if (!n) {
        (void)fail(b, e->start_mark, "an alias that names no finished anchor");
    }
    return n;
}

struct list {
    const struct yaml_node **items;
    size_t count, cap;
};

static bool append(struct builder *b, struct list *l, const struct yaml_node *n)
{
    l->items = arena_grow(b->arena, l->items, &l->cap, l->count + 1, sizeof *l->items);
    if (!l->items) {
        return false;
    }
    l->items[l->count++] = n;
    return true;
}

static const struct yaml_node *build(struct builder *b, yaml_event_t *e, unsigned depth);

/* Children up to the end event; for maps keys and values in turn. */
static bool children(struct builder *b, yaml_event_type_t end, struct list *l, unsigned depth)
{
    for (;;) {
        yaml_event_t e;
        if (!next_event(b, &e)) {
            return false;
        }
        if (e.type == end) {
            yaml_event_delete(&e);
            return true;
        }
        const struct yaml_node *child = build(b, &e, depth + 1);
        yaml_event_delete(&e);
        if (!child || !append(b, l, child)) {
            return false;
        }
    }
}

static bool build_list(struct builder *b, struct yaml_node *n, unsigned depth)
{
    struct list l = {0};
    if (!children(b, YAML_SEQUENCE_END_EVENT, &l, depth)) {
        return false;
    }
    n->items = l.items;
    n->count = l.count;
    return true;
}

static bool build_map(struct builder *b, struct yaml_node *n, unsigned depth)
{
    struct list l = {0};
    if (!children(b, YAML_MAPPING_END_EVENT, &l, depth)) {
        return false;
    }
    struct list keys = {0}, items = {0};
    for (size_t i = 0; i + 1 < l.count; i += 2) {
        if (!append(b, &keys, l.items[i]) || !append(b, &items, l.items[i + 1])) {
            return false;
        }
    }
    n->keys = keys.items;
    n->items = items.items;
    n->count = items.count;
    return true;
}

static bool build_scalar(struct builder *b, struct yaml_node *n, const yaml_event_t *e)
{
    n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    n->text = arena_str(b->arena, (str){(const char *)e->data.scalar.value, e->data.scalar.length});
    return n->text.p != NULL;
}

static const struct yaml_node *build(struct builder *b, yaml_event_t *e, unsigned depth)
{
    if (depth > MAX_DEPTH) {
        (void)fail(b, e->start_mark, "nested too deep: the limit is 64 levels");
        return NULL;
    }
    struct yaml_node *n = NULL;
    bool ok = false;
    const yaml_char_t *anchor = NULL;
    switch (e->type) {
    case YAML_ALIAS_EVENT:
        return alias(b, e);
    case YAML_SCALAR_EVENT:
        n = new_node(b, e, YAML_SCALAR);
        anchor = e->data.scalar.anchor;
        ok = n && build_scalar(b, n, e);
        break;
    case YAML_SEQUENCE_START_EVENT:
        n = new_node(b, e, YAML_LIST);
        anchor = e->data.sequence_start.anchor;
        ok = n && build_list(b, n, depth);
        break;
    case YAML_MAPPING_START_EVENT:
        n = new_node(b, e, YAML_MAP);
        anchor = e->data.mapping_start.anchor;
        ok = n && build_map(b, n, depth);
        break;
    default:
        (void)fail(b, e->start_mark, "a value was expected here");
        break;
    }
    if (ok && !remember(b, anchor, n)) {
        ok = false;
    }
    if (!ok && !b->error->text[0]) {
        (void)fail(b, e->start_mark, "too large for the memory set aside");
    }
    return ok ? n : NULL;
}

/* Sharing makes a tree of aliases small in memory but exponential to walk; what it would unfold
 * to is counted, and limited like plain input. */
static uint64_t unfolded(const struct yaml_node *n, uint64_t limit)
{
    uint64_t total = 1;
    for (size_t i = 0; i < n->count && total <= limit; i++) {
        total += unfolded(n->items[i], limit - total);
        if (n->kind == YAML_MAP && total <= limit) {
            total += unfolded(n->keys[i], limit - total);
        }
    }
    return total;
}

static const struct yaml_node *documents(struct builder *b)
{
    struct yaml_node *first = NULL, *last = NULL;
    for (;;) {
        yaml_event_t e;
        if (!next_event(b, &e)) {
            return NULL;
        }
        yaml_event_type_t type = e.type;
        bool value = type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
                     type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT;
        const struct yaml_node *built = value ? build(b, &e, 1) : NULL;
        yaml_mark_t mark = e.start_mark;
        yaml_event_delete(&e);
        if (type == YAML_STREAM_END_EVENT) {
            return first;
        }
        if (!value) {
            continue;
        }
        if (!built) {
            return NULL;
        }
        if (unfolded(built, MAX_NODES) > MAX_NODES) {
            (void)fail(b, mark, "aliases unfold to more than 2,000,000 values");
            return NULL;
        }
        /* A document that is one alias would share its root: give each its own. */
        struct yaml_node *root = ARENA_NEW(b->arena, struct yaml_node);
        if (!root) {
            return NULL;
        }
        *root = *built;
        root->next = NULL;
        if (last) {
            last->next = root;
        } else {
            first = root;
        }
        last = root;
    }
}

const struct yaml_node *yaml_read(struct arena *a, bytes in, struct yaml_error *error)
{
    *error = (struct yaml_error){0};
    yaml_parser_t parser;
    if (in.len > MAX_INPUT || !yaml_parser_initialize(&parser)) {
        (void)snprintf(error->text, sizeof error->text, "larger than the limit of 64 MiB");
        return NULL;
    }
    yaml_parser_set_input_string(&parser, in.p, in.len);
    struct builder b = {.arena = a, .parser = &parser, .error = error};
    table_init(&b.anchors, a, false);
    const struct yaml_node *root = documents(&b);
    if (!root && !error->text[0]) {
        (void)snprintf(error->text, sizeof error->text, "it holds no document");
    }
    yaml_parser_delete(&parser);
    return error->text[0] ? NULL : root;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, str key)
{
    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->count; i++) {
        if (map->keys[i]->kind == YAML_SCALAR && str_eq(map->keys[i]->text, key)) {
            return map->items[i];
        }
    }
    return NULL;
}

str yaml_text(const struct yaml_node *map, str key)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n && n->kind == YAML_SCALAR ? n->text : STR_NONE;
}

bool yaml_is_null(const struct yaml_node *n)
{
    static const str words[] = {STR_INIT(""), STR_INIT("~"), STR_INIT("null"), STR_INIT("Null"),
                                STR_INIT("NULL")};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (n->kind == YAML_SCALAR && n->plain && str_eq(n->text, words[i])) {
            return true;
        }
    }
    return false;
}
