/* What is shared, as a cyber-observable of STIX and as a pattern that finds it elsewhere. */
#ifndef EXPORT_STIX_PARTS_H
#define EXPORT_STIX_PARTS_H

#include "base/buf.h"
#include "export/sharing.h"

/* "Address", for the name of an indicator. */
const char *stix_kind_title(enum shared_kind kind);

/* Writes the object, and those that it needs, a line each; its id. Empty: STIX has no object that
 * says this alone. */
str stix_observable(struct buf *out, const struct shared_item *item, struct arena *a);

/* Empty: no pattern says it. */
str stix_pattern_of(const struct shared_item *item, struct arena *a);

#endif
