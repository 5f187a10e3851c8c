#include "base/json_tree.h"

struct growing { /* a tree, and the containers that are open */
    struct json json;
    struct arena *arena;
    size_t left; /* values that may still come */
    struct json_value *open[JSON_MAX_DEPTH + 1];
    struct json_value *last[JSON_MAX_DEPTH + 1]; /* child of each */
    size_t depth;
    str name;
    struct json_value *root;
};

static void hang(struct growing *g, struct json_value *v)
{
    if (g->depth == 0) {
        g->root = v;
        return;
    }
    size_t top = g->depth - 1;
    if (g->last[top]) {
        g->last[top]->next = v;
    } else {
        g->open[top]->first = v;
    }
    g->last[top] = v;
    g->open[top]->count++;
}

static bool add(struct growing *g, enum json_token t)
{
    struct json_value *v = g->left ? ARENA_NEW(g->arena, struct json_value) : NULL;
    if (!v) {
        return false;
    }
    g->left--;
    *v = (struct json_value){.kind = t, .name = g->name};
    g->name = STR_NONE;
    if (t == JSON_STRING || t == JSON_NUMBER) {
        v->text = json_text(&g->json, g->arena);
    }
    hang(g, v);
    if (t == JSON_OBJECT || t == JSON_ARRAY) {
        g->open[g->depth] = v;
        g->last[g->depth++] = NULL;
    }
    return true;
}

static bool take(struct growing *g, enum json_token t)
{
    if (t == JSON_OBJECT_END || t == JSON_ARRAY_END) {
        g->depth--;
        return true;
    }
    if (t == JSON_KEY) {
        g->name = json_text(&g->json, g->arena);
        return true;
    }
    return add(g, t);
}

static bool is_blank_behind(const struct json *j)
{
    for (uint64_t i = j->at; i < j->in.len; i++) {
        if (!ascii_is_space((char)j->in.p[i])) {
            return false;
        }
    }
    return true;
}

const struct json_value *json_tree(bytes in, struct arena *a, size_t values_max,
                                   enum json_fault *fault, uint64_t *at)
{
    struct growing g = {.json = json_of(in), .arena = a, .left = values_max};
    bool room = true;
    for (enum json_token t = json_next(&g.json); room && t != JSON_END; t = json_next(&g.json)) {
        room = take(&g, t);
    }
    bool whole = g.root && !json_bad(&g.json) && is_blank_behind(&g.json);
    *fault = !room ? JSON_TOO_LARGE : whole ? JSON_FINE : JSON_MALFORMED;
    *at = g.json.at;
    return *fault == JSON_FINE ? g.root : NULL;
}

const struct json_value *json_member(const struct json_value *object, str name)
{
    const struct json_value *found = NULL;
    for (const struct json_value *v = json_is(object, JSON_OBJECT) ? object->first : NULL; v;
         v = v->next) {
        found = str_eq(v->name, name) ? v : found;
    }
    return found;
}

str json_member_text(const struct json_value *object, str name)
{
    const struct json_value *v = json_member(object, name);
    return json_is(v, JSON_STRING) ? v->text : STR_NONE;
}
