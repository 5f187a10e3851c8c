#include "detect/sigma/compile.h"
#include "detect/sigma/predicate.h"

#include <string.h>

struct explaining {
    struct arena *arena;
    struct look look;
    struct answer { /* by number of the predicate */
        str value;
        bool known, yes, told, decisive;
    } * answers;
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
        .arena = a, .look = {.s = s, .event = e}
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

/* ---- what was missing */

static const struct answer *ask(struct explaining *x, const struct predicate *p)
{
    struct answer *a = &x->answers[p->number];
    if (!a->known) {
        a->yes = predicate_holds(p, &x->look, x->arena, &a->value);
        a->known = true;
    }
    return a;
}

static bool joins(enum node_kind kind, bool wanted)
{
    return (kind == NODE_AND) == wanted;
}

/* How many answers must be others for `n` to be what is wanted. */
static size_t distance(struct explaining *x, const struct node *n, bool wanted)
{
    if (n->kind == NODE_PREDICATE) {
        return ask(x, n->predicate)->yes != wanted;
    }
    if (n->kind == NODE_NOT) {
        return distance(x, n->kids[0], !wanted);
    }
    bool all = joins(n->kind, wanted);
    size_t sum = 0, least = SIZE_MAX / 2;
    for (size_t i = 0; i < n->nkids; i++) {
        size_t d = distance(x, n->kids[i], wanted);
        sum = sum + d < SIZE_MAX / 2 ? sum + d : SIZE_MAX / 2;
        least = d < least ? d : least;
    }
    return all ? sum : least;
}

static void mark_decisive(struct explaining *x, const struct node *n, bool wanted)
{
    if (n->kind == NODE_PREDICATE) {
        x->answers[n->predicate->number].decisive |= ask(x, n->predicate)->yes != wanted;
    } else if (n->kind == NODE_NOT) {
        mark_decisive(x, n->kids[0], !wanted);
    } else if (joins(n->kind, wanted)) {
        for (size_t i = 0; i < n->nkids; i++) {
            mark_decisive(x, n->kids[i], wanted);
        }
    } else if (n->nkids > 0) {
        const struct node *nearest = n->kids[0];
        size_t least = distance(x, nearest, wanted);
        for (size_t i = 1; i < n->nkids && least > 0; i++) {
            size_t d = distance(x, n->kids[i], wanted);
            nearest = d < least ? n->kids[i] : nearest;
            least = d < least ? d : least;
        }
        mark_decisive(x, nearest, wanted);
    }
}

/* ---- the view */

static void look_through(struct explaining *x, const struct lens *lens)
{
    x->look.lens = lens;
    memset(x->answers, 0, x->look.s->npredicates * sizeof *x->answers);
}

static size_t distance_through(struct explaining *x, const struct sigma_rule *r,
                               const struct lens *lens)
{
    look_through(x, lens);
    return distance(x, r->node, true) + (lens && lens->when ? distance(x, lens->when, true) : 0);
}

/* Leaves x looking through the view that comes nearest to a match; as it is when none shows it. */
static bool choose_view(struct explaining *x, const struct sigma_rule *r)
{
    const struct view *nearest = NULL;
    size_t least = 0;
    for (size_t i = 0; i < r->nviews; i++) {
        if (view_shows(r->views[i], x->look.event->origin)) {
            size_t d = distance_through(x, r, r->views[i]->lens);
            nearest = !nearest || d < least ? r->views[i] : nearest;
            least = nearest == r->views[i] ? d : least;
        }
    }
    look_through(x, nearest ? nearest->lens : NULL);
    return nearest != NULL;
}

/* ---- telling */

static str name_of(const struct explaining *x, field_id field)
{
    return field == FIELD_NONE ? STR_NONE : names_text(x->look.s->names, field);
}

/* What the log calls the field; the first part of one that is put together. */
static str taken_from(const struct explaining *x, field_id field)
{
    const struct field_source *f = field == FIELD_NONE ? NULL : look_source(x->look.lens, field);
    return f && f->parts[0] != field ? name_of(x, f->parts[0]) : STR_NONE;
}

static bool is_there(const struct explaining *x, field_id field)
{
    struct seen *seen = NULL;
    return field == FIELD_NONE || look_at(&x->look, field, x->arena, &seen) > 0;
}

static bool tell(struct explaining *x, str selection, const struct node *n)
{
    const struct predicate *p = n->predicate;
    struct sigma_reason *grown =
        arena_grow(x->arena, x->reasons, &x->cap, x->count + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    struct answer *answer = &x->answers[p->number];
    answer->told = true;
    x->reasons = grown;
    x->reasons[x->count++] = (struct sigma_reason){
        .selection = selection,
        .field = name_of(x, p->field),
        .taken_from = taken_from(x, p->field),
        .predicate = predicate_describe(p, x->arena),
        .matched = ask(x, p)->yes,
        .value = answer->value,
        .there = is_there(x, p->field),
        .decisive = answer->decisive,
        .line = n->line,
    };
    return true;
}

static bool tell_all(struct explaining *x, str selection, const struct node *n)
{
    bool ok = n->kind != NODE_PREDICATE || tell(x, selection, n);
    for (size_t i = 0; i < n->nkids && ok; i++) {
        ok = tell_all(x, selection, n->kids[i]);
    }
    return ok;
}

/* Filters are in the condition, but in no selection of the rule; so is what the view asks. */
static bool tell_rest(struct explaining *x, const struct node *n)
{
    bool untold = n->kind == NODE_PREDICATE && !x->answers[n->predicate->number].told;
    bool ok = !untold || tell(x, STR_NONE, n);
    for (size_t i = 0; i < n->nkids && ok; i++) {
        ok = tell_rest(x, n->kids[i]);
    }
    return ok;
}

static size_t count_decisive(const struct explaining *x)
{
    size_t count = 0;
    for (size_t i = 0; i < x->look.s->npredicates; i++) {
        count += x->answers[i].decisive;
    }
    return count;
}

str sigma_rule_condition(const struct sigma *s, uint32_t rule)
{
    return rule < s->nrules ? s->rules[rule]->condition : STR_NONE;
}

bool sigma_explain(const struct sigma *s, uint32_t rule, const struct event *e, struct arena *a,
                   struct sigma_explanation *out)
{
    const struct sigma_rule *r = rule < s->nrules ? s->rules[rule] : NULL;
    *out = (struct sigma_explanation){0};
    if (!r || r->kind != RULE_DETECTION) {
        return false;
    }
    struct explaining x = {
        .arena = a,
        .look = {.s = s, .event = e},
        .answers = ARENA_ARRAY(a, struct answer, s->npredicates + 1),
    };
    if (!x.answers) {
        return false;
    }
    out->source_fits = choose_view(&x, r);
    const struct node *when = x.look.lens ? x.look.lens->when : NULL;
    mark_decisive(&x, r->node, true);
    if (when) {
        mark_decisive(&x, when, true);
    }
    out->decisive = count_decisive(&x);
    out->matched = out->source_fits && distance(&x, r->node, true) == 0 &&
                   (!when || distance(&x, when, true) == 0);
    bool ok = true;
    for (size_t i = 0; i < r->nselections && ok; i++) {
        ok = tell_all(&x, r->selections[i].name, r->selections[i].node);
    }
    ok = ok && tell_rest(&x, r->node) && (!when || tell_rest(&x, when));
    out->reasons = x.reasons;
    out->count = x.count;
    return ok;
}
