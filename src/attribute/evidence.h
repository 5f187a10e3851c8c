/* From findings to items, each with the findings behind it: the techniques and the software that
 * rules name in their tags (attack.t1505.003, attack.s0020), the flaws that they name, and the
 * addresses, domains and hashes that some actor is known for.
 *
 * A finding is believed as far as its rule proves something: what proves or strongly suggests
 * counts in full, a lead by half, context not at all. What the trail found by following an entity
 * is no item of its own. */
#ifndef ATTRIBUTE_EVIDENCE_H
#define ATTRIBUTE_EVIDENCE_H

#include "attribute/observed.h"
#include "model/finding.h"

struct evidence_item {
    enum item_kind kind;
    str id;
    double trust; /* of the most believed finding */
    str finding;  /* the first of these */
    size_t count; /* how many findings */
};

struct evidence {
    struct observed observed; /* borrows the items' ids */
    struct evidence_item *items;
    size_t nitems;
};

/* `k` maps revoked ids forward. False when the arena is used up. */
bool evidence_of(const struct finding *findings, size_t count, const struct actors *k,
                 struct arena *a, struct evidence *out) MUST_USE;

#endif
