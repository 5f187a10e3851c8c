/* Functions of the page that are walked anew for one call, because what they are given is fixed:
 * what one call decodes says nothing of what another does. */
#include "formats/page/walker.h"

enum { BODY_MAX = 4096, TOKENS_ANEW_MAX = 1 << 15, CALLS_WITHIN = 5 };

static bool anew_may(const struct walker *w, const struct function *own,
                     const struct arguments *args)
{
    size_t size = own->to - own->from;
    bool fixed = false;
    for (size_t i = 0; i < args->count; i++) {
        fixed = fixed || args->list[i].known || args->list[i].function;
    }
    return own->t && own->each && fixed && size <= BODY_MAX &&
           w->anew + size <= TOKENS_ANEW_MAX + w->count && w->anew_depth < CALLS_WITHIN;
}

/* Variables that the function changes for who calls it. */
static void anew_give_back(struct walker *w, uint32_t f, const struct arguments *args)
{
    for (size_t i = 0; i < args->count && i < w->functions[f].nparameters; i++) {
        struct variable *v = variable_local(w, f, w->functions[f].parameters[i]);
        if (v && v->set && args->names[i] && (w->functions[f].by_reference & 1U << i)) {
            struct worth value = v->value;
            variable_set(w, args->names[i], &value);
        }
    }
}

/* The function under a name of its own, with what it is given. */
static uint32_t anew_function(struct walker *w, uint32_t f, const struct arguments *args)
{
    uint32_t copy = walk_new_function(w, ANEW_NAME + (uint32_t)w->nfunctions);
    if (!copy) {
        return 0;
    }
    struct function own = w->functions[f];
    w->functions[copy] =
        (struct function){.by_reference = own.by_reference, .nparameters = own.nparameters};
    for (uint32_t i = 0; i < own.nparameters; i++) {
        struct variable *v = variable_local(w, copy, own.parameters[i]);
        w->functions[copy].parameters[i] = own.parameters[i];
        if (v && i < args->count) {
            v->value = args->list[i];
            v->set = true;
        }
    }
    return copy;
}

bool walk_anew(struct walker *w, uint32_t f, const struct arguments *args, struct worth *result)
{
    struct function own = w->functions[f];
    bool changed = w->changed, wide = w->wide;
    uint32_t copy = anew_may(w, &own, args) ? anew_function(w, f, args) : 0;
    if (!copy) {
        return false;
    }
    const struct token *t = w->t;
    size_t count = w->count, at = w->at;
    w->anew += own.to - own.from;
    w->anew_depth++;
    w->t = own.t;
    w->count = own.count;
    walk_body(w, copy, own.from, own.to);
    w->t = t;
    w->count = count;
    w->at = at;
    w->anew_depth--;
    w->changed = changed;
    w->wide = wide;
    w->functions[copy].dirty = false;
    anew_give_back(w, copy, args);
    *result = w->functions[copy].result;
    return result->known || result->function || worth_tainted(result) ||
           w->functions[copy].by_reference;
}
