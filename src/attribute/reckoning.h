/* A decision as model/ keeps it: contenders, ledger, linchpins, and what would tell them apart, so
 * that anybody can reckon the answer again. */
#ifndef ATTRIBUTE_RECKONING_H
#define ATTRIBUTE_RECKONING_H

#include "attribute/decide.h"
#include "attribute/evidence.h"
#include "model/assessment.h"

/* Lists that do not fit into `a` stay empty. */
void show_reckoning(const struct decision *d, const struct evidence *e, const struct actors *k,
                    struct arena *a, struct attribution *out);

#endif
