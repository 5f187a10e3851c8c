/* The weight of evidence: how much more probable each observed item is if an actor did it than if
 * an average intruder did, and what follows.
 *
 *     r(g,f) = min(1, ln(1 + n_gf) / (N_g^power + shift))   n of the N reports on g credit f to it
 *     q(f)   = (actors with f + 0.5) / (live actors + 1), or more, where knowledge is thin
 *     W(g,f) = ln(1 - L + L r(g,f) / q(f))                  in nats; L by kind of item
 *
 * A mixture: what an actor is not known for costs it at most ln(1 - L), so that what was not seen,
 * and new tools, sink nobody; and one frequent technique lifts nobody. Weights add up, so the
 * ledger is the explanation. */
#ifndef ATTRIBUTE_WEIGH_H
#define ATTRIBUTE_WEIGH_H

#include "attribute/actors.h"
#include "attribute/observed.h"

/* What the probability that the first name is right depends on; the last counts for nothing in the
 * reference. */
enum claim_column {
    CLAIM_SHARE,      /* logit of its share among known actors */
    CLAIM_SOFTWARE,   /* what software adds to it, nats; not below 0 */
    CLAIM_TECHNIQUES, /* ln of how many were observed */
    CLAIM_RARE,       /* observed software of its that hardly anybody else has; at most 2 */
    CLAIM_FOREIGN,    /* observed software of others that is not known for it; at most 3 */
    CLAIM_COLUMNS,
};

struct model {                  /* the constants, fitted once (docs/attribution.md) */
    double mixture[ITEM_KINDS]; /* L */
    double worth[ITEM_KINDS];   /* what a kind's weights are multiplied by */
    double common[ITEM_KINDS];  /* the least q: of what reports rarely say, others have it too */
    double power, shift;
    double temperature;              /* of the share among known actors */
    double claim[1 + CLAIM_COLUMNS]; /* of the probability that the first name is right */
};

extern const struct model model_reference; /* the benchmark's own, to be held against */
extern const struct model model_limier;    /* what limier uses; its claim is fitted by a command */

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
    double columns[CLAIM_COLUMNS];
};

/* False when the arena is used up. */
bool weigh(const struct actors *k, const struct observed *o, const struct model *m, struct arena *a,
           struct answer *out) MUST_USE;

/* Every item that counts, once: techniques, their parents, software; of the other kinds only what
 * somebody is known for, since every intrusion has addresses that nobody has seen. An empty id
 * stands for the parents that nobody has, all of them together. False when `on_item` was. */
typedef bool item_sink(void *ctx, enum item_kind kind, str id, double trust);
bool observed_each(const struct observed *o, const struct actors *k, item_sink *on_item, void *ctx);

/* How far item number `at` is to be believed; a parent as its most believed technique. */
double observed_trust(const struct observed *o, enum item_kind kind, size_t at);

/* What one item says for one actor, in nats, before `worth`. `trust` is between 0 and 1: how far
 * the item itself is to be believed; it takes the place of L by `trust` L. */
double weigh_item(const struct actors *k, const struct model *m, enum item_kind kind, str id,
                  double trust, const struct actor *actor);

#define DECIBANS_PER_NAT 4.342944819032518

#endif
