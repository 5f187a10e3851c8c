#include "detect/sigma/compile.h"
#include "detect/sigma/predicate.h"

struct explaining {
    struct arena *arena;
    struct look look;
    str selection;
    struct sigma_reason *reasons;
    size_t count, cap;
};

static bool holds(const struct explaining *x, const struct node *n)
{
    str value = STR_NONE;
    switch (n->kind) {
    case NODE_PREDICATE:
        return predicate_holds(n->predicate, &x->look, x->arena, &value);
    case NODE_NOT:
        return !holds(x, n->kids[0]);
    case NODE_AND:
        for (size_t i = 0; i < n->nkids; i++) {
            if (!holds(x, n->kids[i])) {
                return false;
            }
        }
        return true;
    case NODE_OR:
        for (size_t i = 0; i < n->nkids; i++) {
            if (holds(x, n->kids[i])) {
                return true;
            }
        }
        return false;
    case NODE_RULE:
        break;
    }
    return false;
}

static void tell(struct explaining *x, const struct node *n)
{
    const struct predicate *p = n->predicate;
    if (n->kind != NODE_PREDICATE) {
        for (size_t i = 0; i < n->nkids; i++) {
            tell(x, n->kids[i]);
        }
        return;
    }
    x->reasons = arena_grow(x->arena, x->reasons, &x->cap, x->count + 1, sizeof *x->reasons);
    if (!x->reasons) {
        x->count = x->cap = 0;
        return;
    }
    struct sigma_reason *r = &x->reasons[x->count++];
    *r = (struct sigma_reason){.selection = x->selection, .line = n->line};
    r->field = p->field == FIELD_NONE ? STR_NONE : names_text(x->look.s->names, p->field);
    r->predicate = predicate_describe(p, x->arena);
    r->matched = predicate_holds(p, &x->look, x->arena, &r->value);
}

/* The lens through which the rule looks at this event; as it is when its log source is another. */
static const struct lens *lens_of(const struct sigma_rule *rule, const struct event *e, size_t from,
                                  size_t *view)
{
    for (*view = from; *view < rule->nviews; (*view)++) {
        if (view_shows(rule->views[*view], e->origin)) {
            return rule->views[*view]->lens;
        }
    }
    return NULL;
}

static bool holds_through(struct explaining *x, const struct sigma_rule *rule,
                          const struct lens *lens)
{
    x->look.lens = lens;
    return (!lens || !lens->when || holds(x, lens->when)) && holds(x, rule->node);
}

bool sigma_holds(const struct sigma *s, uint32_t rule, const struct event *e, bool any_source,
                 struct arena *a)
{
    const struct sigma_rule *r = s->rules[rule];
    struct explaining x = {
        .arena = a, .look = {s, NULL, e}
    };
    if (r->kind != RULE_DETECTION) {
        return false;
    }
    if (any_source) {
        return holds_through(&x, r, NULL);
    }
    for (size_t i = 0; i < r->nviews; i++) {
        if (view_shows(r->views[i], e->origin) && holds_through(&x, r, r->views[i]->lens)) {
            return true;
        }
    }
    return false;
}

bool sigma_explain(const struct sigma *s, uint32_t rule, const struct event *e, struct arena *a,
                   struct sigma_reason **out, size_t *count)
{
    const struct sigma_rule *r = rule < s->nrules ? s->rules[rule] : NULL;
    struct explaining x = {
        .arena = a, .look = {s, NULL, e}
    };
    *out = NULL;
    *count = 0;
    if (!r || r->kind != RULE_DETECTION) {
        return false;
    }
    size_t view = 0;
    const struct lens *lens = lens_of(r, e, 0, &view);
    bool matched = holds_through(&x, r, lens);
    while (!matched && view + 1 < r->nviews && (lens = lens_of(r, e, view + 1, &view))) {
        matched = holds_through(&x, r, lens);
    }
    for (size_t i = 0; i < r->nselections; i++) {
        x.selection = r->selections[i].name;
        tell(&x, r->selections[i].node);
    }
    *out = x.reasons;
    *count = x.count;
    return matched;
}
