#include "formats/page/walker.h"

enum { PROBES_MAX = 64 };

static uint64_t variable_key(uint32_t scope, uint32_t name)
{
    return ((uint64_t)scope << 32 | name) * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

static struct variable *variable_slot(struct walker *w, uint64_t key)
{
    size_t at = (size_t)(key >> 40) & (w->cap - 1);
    struct variable *v = &w->variables[at];
    for (size_t i = 0; i < PROBES_MAX && v->key && v->key != key; i++) {
        at = (at + 1) & (w->cap - 1);
        v = &w->variables[at];
    }
    return v; /* the names of an attacker who makes them collide share a value */
}

static void variable_grow(struct walker *w)
{
    struct variable *old = w->variables;
    size_t cap = w->cap, wider = cap ? cap * 4 : 64;
    struct variable *room =
        wider > VARIABLES_MAX ? NULL : ARENA_ARRAY(w->arena, struct variable, wider);
    if (!room) {
        w->facts->over_budget = true;
        return;
    }
    w->variables = room;
    w->cap = wider;
    for (size_t i = 0; i < cap; i++) {
        if (old[i].key) {
            *variable_slot(w, old[i].key) = old[i];
        }
    }
}

static struct variable *variable_at(struct walker *w, uint32_t scope, uint32_t name)
{
    if (w->nvariables * 2 >= w->cap) {
        variable_grow(w);
        if (!w->cap) {
            return NULL;
        }
    }
    uint64_t key = variable_key(scope, name);
    struct variable *v = variable_slot(w, key);
    if (!v->key) {
        v->key = key;
        w->nvariables++;
    }
    return v->global && scope ? variable_at(w, 0, name) : v;
}

/* NULL when nothing was ever put there. */
static struct variable *variable_there(struct walker *w, uint32_t scope, uint32_t name)
{
    struct variable *v = w->cap ? variable_slot(w, variable_key(scope, name)) : NULL;
    return v && v->key ? v : NULL;
}

void variable_global(struct walker *w, uint32_t name)
{
    struct variable *v = w->function ? variable_there(w, w->function, name) : NULL;
    v = v || !w->function ? v : variable_at(w, w->function, name);
    if (v) {
        v->global = true;
    }
}

struct variable *variable_local(struct walker *w, uint32_t function, uint32_t name)
{
    return variable_at(w, function, name);
}

/* That a value was set matters to who has looked at it before. */
static void variable_note(struct walker *w, uint32_t name)
{
    w->read[name % READ_BITS / 64] |= UINT64_C(1) << (name % 64);
}

static bool variable_noted(const struct walker *w, uint32_t name)
{
    return w->read[name % READ_BITS / 64] & UINT64_C(1) << (name % 64);
}

struct variable *variable_known(struct walker *w, uint32_t name)
{
    variable_note(w, name);
    struct variable *own = variable_there(w, w->function, name);
    own = own && own->global ? NULL : own;
    if ((own && own->set) || !w->function) {
        return own && own->set ? own : NULL;
    }
    struct variable *global = variable_there(w, 0, name);
    return global && global->set ? global : NULL;
}

struct variable *variable_of(struct walker *w, uint32_t name)
{
    struct variable *known = variable_known(w, name);
    return known ? known : variable_at(w, w->function, name);
}

struct worth variable_get(struct walker *w, uint32_t name)
{
    const struct variable *v = variable_known(w, name);
    if (v) {
        return v->value;
    }
    struct worth out = {0};
    if (w->all_from_request && w->language == LANGUAGE_PHP) {
        out.sources = SOURCE_PARAMETER;
    }
    return out;
}

/* The function that sees the variable; 0: others too. */
static uint32_t variable_scope(struct walker *w, uint32_t name)
{
    bool php = w->language == LANGUAGE_PHP && w->function < w->nfunctions;
    const struct variable *v = php ? variable_there(w, w->function, name) : NULL;
    return v && v->set && !v->global ? w->function : 0;
}

/* Whether a value that the variable has may outlive this assignment: it was given in a block
 * that need not be the one we come from. Languages whose blocks are not followed keep it. */
static bool variable_may_keep(const struct walker *w, const struct variable *v)
{
    bool blocks = !walk_basic(w) && w->language != LANGUAGE_PYTHON && w->language != LANGUAGE_CFML;
    return v->set && (!blocks || v->block < w->block);
}

static void variable_put(struct walker *w, uint32_t name, struct variable *v,
                         const struct worth *value)
{
    bool tainted = v->set && worth_tainted(&v->value);
    if (variable_may_keep(w, v) && v->value.sources) {
        v->value = worth_either(&v->value, value);
    } else {
        v->value = *value;
        v->block = w->block;
    }
    v->set = true;
    if (!tainted && worth_tainted(value) && variable_noted(w, name)) {
        walk_changed(w, variable_scope(w, name));
    }
}

void variable_set(struct walker *w, uint32_t name, const struct worth *value)
{
    bool own = w->language == LANGUAGE_PHP || w->language == LANGUAGE_PYTHON;
    struct variable *v = own ? variable_at(w, w->function, name) : variable_of(w, name);
    if (v) {
        variable_put(w, name, v, value);
    }
}

struct worth variable_add(struct walker *w, const struct worth *array, str key,
                          const struct worth *v)
{
    struct worth out = *array;
    struct element *e = ARENA_NEW(w->arena, struct element);
    out.sources |= v->sources;
    out.through |= v->through;
    out.parameter = out.parameter.len ? out.parameter : v->parameter;
    out.known = false;
    if (!e) {
        w->facts->over_budget = true;
        return out;
    }
    *e = (struct element){key, *v, array->elements};
    out.elements = e;
    return out;
}

void variable_set_element(struct walker *w, uint32_t name, const struct worth *key,
                          const struct worth *value)
{
    struct variable *v = variable_of(w, name);
    if (!v) {
        return;
    }
    bool tainted = v->set && worth_tainted(&v->value);
    v->value = variable_add(w, &v->value, key->known ? key->text : STR_NONE, value);
    v->set = true;
    if (!tainted && worth_tainted(value)) {
        walk_changed(w, variable_scope(w, name));
    }
}
