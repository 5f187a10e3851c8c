#include "detect/sigma/program.h"

#include "detect/sigma/witness.h"

#include <stdlib.h>

/* What a step costs beside a look at a bit: a value has to be looked up, expressions to be tried,
 * the whole event to be asked. */
enum { COST_KNOWN = 1, COST_FIELD = 20, COST_REGEX = 60, COST_ASKED = 100 };

#define SCRATCH (UINT64_C(256) << 20)

struct ranked { /* a part of an AND or an OR */
    const struct node *node;
    double cost, chance; /* that it holds */
};

struct making {
    struct arena *scratch;
    const struct witness *witness;
    struct step *steps; /* filled from the end */
    uint32_t at;
    bool failed;
};

static bool is_known(const struct making *m, const struct predicate *p)
{
    for (size_t i = 0; i < m->witness->count; i++) {
        const struct predicate *seen = m->witness->predicates[i];
        if (seen->field == p->field && seen->kind != PREDICATE_REGEX) {
            return true;
        }
    }
    return witness_is_of_origin(p->field);
}

static struct ranked rank_predicate(const struct making *m, const struct predicate *p)
{
    struct ranked r = {.cost = COST_ASKED, .chance = 0.5};
    if (predicate_is_matched(p)) {
        double price = witness_price(p);
        r.chance = price < 0.9 ? price : 0.9;
        r.cost = p->kind == PREDICATE_REGEX ? COST_REGEX : is_known(m, p) ? COST_KNOWN : COST_FIELD;
    }
    return r;
}

/* As if the parts had nothing to do with each other. */
static struct ranked rank(const struct making *m, const struct node *n)
{
    struct ranked all = {.node = n, .chance = 1};
    if (n->kind == NODE_PREDICATE) {
        all = rank_predicate(m, n->predicate);
        all.node = n;
        return all;
    }
    for (size_t i = 0; i < n->nkids; i++) {
        struct ranked kid = rank(m, n->kids[i]);
        all.cost += kid.cost;
        all.chance *= n->kind == NODE_AND ? kid.chance : 1 - kid.chance;
    }
    all.chance = n->kind == NODE_OR ? 1 - all.chance : all.chance;
    return all;
}

/* What ends an AND for the least cost goes first. */
static int by_price_of_no(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    double left = x->cost * (1 - y->chance), right = y->cost * (1 - x->chance);
    return (left > right) - (left < right);
}

/* Cheap ones first, predicates of one field in the order of their numbers: those become one step.
 */
static int by_cost_and_number(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    bool plain = x->node->kind == NODE_PREDICATE && y->node->kind == NODE_PREDICATE;
    if (!plain || x->cost < y->cost || x->cost > y->cost) {
        return (x->cost > y->cost) - (x->cost < y->cost);
    }
    uint32_t m = x->node->predicate->number, n = y->node->predicate->number;
    return (m > n) - (m < n);
}

static uint8_t stage_of(const struct predicate *p)
{
    return !predicate_is_matched(p) ? 0 : p->kind == PREDICATE_REGEX ? MATCH_REGEXES : MATCH_TEXTS;
}

/* Can one step ask for `p` and for the predicate of the number before it? */
static bool continues(const struct node *before, const struct node *n)
{
    if (before->kind != NODE_PREDICATE || n->kind != NODE_PREDICATE) {
        return false;
    }
    const struct predicate *o = before->predicate, *p = n->predicate;
    return p->number == o->number + 1 && p->field == o->field && stage_of(p) == stage_of(o) &&
           stage_of(p);
}

static uint32_t add_step(struct making *m, const struct predicate *p, uint32_t count, uint32_t yes,
                         uint32_t no)
{
    m->steps[--m->at] = (struct step){p->number, count, yes, no, p->field, stage_of(p)};
    return m->at;
}

static uint32_t add(struct making *m, const struct node *n, uint32_t yes, uint32_t no);

static struct ranked *rank_kids(struct making *m, const struct node *n)
{
    struct ranked *kids = ARENA_ARRAY(m->scratch, struct ranked, n->nkids + 1);
    for (size_t i = 0; kids && i < n->nkids; i++) {
        kids[i] = rank(m, n->kids[i]);
    }
    if (kids) {
        qsort(kids, n->nkids, sizeof *kids,
              n->kind == NODE_AND ? by_price_of_no : by_cost_and_number);
    }
    m->failed |= !kids;
    return kids;
}

/* From the last to the first, because a step names the one behind it. */
static uint32_t add_and(struct making *m, const struct ranked *kids, size_t n, uint32_t yes,
                        uint32_t no)
{
    while (n > 0) {
        yes = add(m, kids[--n].node, yes, no);
    }
    return yes;
}

static uint32_t add_or(struct making *m, const struct ranked *kids, size_t n, uint32_t yes,
                       uint32_t no)
{
    while (n > 0) {
        uint32_t count = 1;
        while (n > count && continues(kids[n - count - 1].node, kids[n - count].node)) {
            count++;
        }
        const struct node *first = kids[n - count].node;
        no = count > 1 ? add_step(m, first->predicate, count, yes, no) : add(m, first, yes, no);
        n -= count;
    }
    return no;
}

static uint32_t add(struct making *m, const struct node *n, uint32_t yes, uint32_t no)
{
    if (n->kind == NODE_PREDICATE) {
        return add_step(m, n->predicate, 1, yes, no);
    }
    if (n->kind == NODE_NOT) {
        return add(m, n->kids[0], no, yes);
    }
    struct arena_mark mark = arena_mark(m->scratch);
    const struct ranked *kids = rank_kids(m, n);
    size_t nkids = kids ? n->nkids : 0;
    uint32_t first =
        n->kind == NODE_AND ? add_and(m, kids, nkids, yes, no) : add_or(m, kids, nkids, yes, no);
    arena_rewind(m->scratch, mark);
    return first;
}

static size_t count_predicates(const struct node *n)
{
    size_t count = n->kind == NODE_PREDICATE;
    for (size_t i = 0; i < n->nkids; i++) {
        count += count_predicates(n->kids[i]);
    }
    return count;
}

/* What was not needed of the room at the front goes. */
static bool keep(const struct making *m, uint32_t begin, uint32_t most, struct arena *a,
                 struct program *out)
{
    uint32_t count = most - m->at;
    struct step *steps = ARENA_ARRAY(a, struct step, count);
    for (uint32_t i = 0; steps && i < count; i++) {
        steps[i] = m->steps[m->at + i];
        steps[i].yes -= m->at;
        steps[i].no -= m->at;
    }
    *out = (struct program){steps, begin - m->at, count};
    return steps && !m->failed;
}

bool program_make(struct arena *a, const struct node *n, const struct witness *w,
                  struct program *out)
{
    struct arena scratch;
    arena_init(&scratch, SCRATCH);
    uint32_t most = (uint32_t)count_predicates(n);
    struct making m = {
        .scratch = &scratch,
        .witness = w,
        .steps = ARENA_ARRAY(&scratch, struct step, most),
        .at = most,
    };
    bool ok = m.steps && keep(&m, add(&m, n, most, most + 1), most, a, out);
    arena_done(&scratch);
    return ok;
}
