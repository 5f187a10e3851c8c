/* The weight of evidence: how much more probable each observed item is if an actor did it than if
 * an average intruder did, and what follows.
 *
 *     r(g,f) = min(1, ln(1 + n_gf) / (N_g^power + shift))   n of the N reports on g credit f to it
 *     q(f)   = (actors with f + 0.5) / (live actors + 1)
 *     W(g,f) = ln(1 - L + L r(g,f) / q(f))                  in nats; L by kind of item
 *
 * A mixture: what an actor is not known for costs it at most ln(1 - L), so that what was not seen,
 * and new tools, sink nobody; and one frequent technique lifts nobody. Weights add up, so the
 * ledger is the explanation. */
#ifndef ATTRIBUTE_WEIGH_H
#define ATTRIBUTE_WEIGH_H

#include "attribute/actors.h"
#include "attribute/observed.h"

struct model {                  /* the constants, fitted once (docs/attribution.md) */
    double mixture[ITEM_KINDS]; /* L */
    double worth[ITEM_KINDS];   /* what a kind's weights are multiplied by */
    double power, shift;
    double temperature; /* of the share among known actors */
    double claim[5];    /* of the probability that the first name is right */
};

extern const struct model model_reference;

struct contender {
    const struct actor *actor;
    double nats;     /* the sum of the weights */
    double software; /* what software adds to it, nats */
    double p;        /* that it was this actor, unknown actors counted */
};

struct answer {
    struct contender *list; /* the first is first; ties by id */
    size_t count;
    double unknown; /* the probability of an actor that is not known, or not to be told */
    double right;   /* that the first name is the right one */
};

/* False when the arena is used up. */
bool weigh(const struct actors *k, const struct observed *o, const struct model *m, struct arena *a,
           struct answer *out) MUST_USE;

/* What one item says for one actor, in nats, before `worth`. */
double weigh_item(const struct actors *k, const struct model *m, enum item_kind kind, str id,
                  const struct actor *actor);

#define DECIBANS_PER_NAT 4.342944819032518

#endif
