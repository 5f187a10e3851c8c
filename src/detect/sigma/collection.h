/* Rule collections: documents with `action: global`, `repeat` or `reset`, which lend their keys
 * to those behind them. */
#ifndef DETECT_SIGMA_COLLECTION_H
#define DETECT_SIGMA_COLLECTION_H

#include "detect/sigma/set.h"

struct collection {
    const struct yaml_node *global, *previous;
};

/* The document with what it borrows; NULL for one that only lends, or with a problem said. */
const struct yaml_node *collection_next(struct loading *l, struct collection *c,
                                        const struct yaml_node *document);

#endif
