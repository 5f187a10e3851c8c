#include "detect/sigma/witness.h"

#include "detect/sigma/values.h"

#include <string.h>

#define NEVER      1e9 /* a price: there is no witness here */
#define ONE_OF_FEW 0.5

bool witness_is_of_origin(field_id field)
{
    return field == FIELD_CHANNEL || field == FIELD_PROVIDER_NAME || field == FIELD_EVENT_ID ||
           field == FIELD_COMPUTER;
}

/* A whole value that is no name of a file: a method, a type of logon, a maker. Such values are few
 * to a field, so each is seen often, however long it is. */
static bool is_one_of_few(str glob)
{
    for (size_t i = 0; i < glob.len; i++) {
        if (strchr("\\/.", glob.p[i]) || (uint8_t)glob.p[i] >= (uint8_t)GLOB_DASH) {
            return false;
        }
    }
    return true;
}

/* How often a text is seen, roughly: short pieces anywhere are common, long ones and whole values
 * rare, and what many rules ask for is what logs are full of. */
static double text_price(const struct predicate *p)
{
    size_t letters = 0;
    for (size_t i = 0; i < p->text.len; i++) {
        letters += (uint8_t)p->text.p[i] < (uint8_t)GLOB_DASH;
    }
    bool anywhere = p->text.len > 1 && p->text.p[0] == GLOB_ANY;
    double rare = letters >= 12  ? 0.001
                  : letters >= 8 ? 0.004
                  : letters >= 5 ? 0.02
                  : letters >= 3 ? 0.1
                                 : 0.5;
    rare = is_one_of_few(p->text) ? ONE_OF_FEW : anywhere ? rare : rare / 2;
    double price = rare * (1 + p->users / 8.0);
    return p->field == FIELD_NONE ? price * 4 : price;
}

double witness_price(const struct predicate *p)
{
    return p->kind == PREDICATE_REGEX ? 0.6 : p->kind == PREDICATE_NUMBER ? 0.9 : text_price(p);
}

static double predicate_price(const struct predicate *p)
{
    return predicate_is_matched(p) && !witness_is_of_origin(p->field) ? witness_price(p) : NEVER;
}

static double node_price(const struct node *n)
{
    double price = n->kind == NODE_OR ? 0 : NEVER;
    switch (n->kind) {
    case NODE_PREDICATE:
        return predicate_price(n->predicate);
    case NODE_AND:
        for (size_t i = 0; i < n->nkids; i++) {
            double kid = node_price(n->kids[i]);
            price = kid < price ? kid : price;
        }
        return price;
    case NODE_OR:
        for (size_t i = 0; i < n->nkids && price < NEVER; i++) {
            price += node_price(n->kids[i]);
        }
        return price;
    case NODE_NOT:
    case NODE_RULE:
        break;
    }
    return NEVER;
}

static const struct node *cheapest_kid(const struct node *n)
{
    const struct node *best = n->kids[0];
    for (size_t i = 1; i < n->nkids; i++) {
        best = node_price(n->kids[i]) < node_price(best) ? n->kids[i] : best;
    }
    return best;
}

static bool gather(struct arena *a, const struct node *n, struct witness *w, size_t *cap)
{
    while (n->kind == NODE_AND) {
        n = cheapest_kid(n);
    }
    if (n->kind == NODE_OR) {
        for (size_t i = 0; i < n->nkids; i++) {
            if (!gather(a, n->kids[i], w, cap)) {
                return false;
            }
        }
        return true;
    }
    w->predicates = arena_grow(a, w->predicates, cap, w->count + 1, sizeof(struct predicate *));
    if (w->predicates) {
        w->predicates[w->count++] = n->predicate;
    }
    return w->predicates != NULL;
}

bool witness_choose(struct arena *a, const struct node *n, struct witness *out)
{
    size_t cap = 0;
    *out = (struct witness){0};
    bool impossible = n->kind == NODE_OR && n->nkids == 0;
    return node_price(n) >= NEVER || impossible || gather(a, n, out, &cap);
}
