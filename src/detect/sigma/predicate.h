/* One predicate against one event, the obvious way: no index, no memory of what was seen. */
#ifndef DETECT_SIGMA_PREDICATE_H
#define DETECT_SIGMA_PREDICATE_H

#include "detect/sigma/look.h"

/* Against one value. Not for EXISTS, NULL and OTHER_FIELD, which ask more than one value. */
bool predicate_fits(const struct predicate *p, str value, struct arena *scratch);

/* Against all values of its field; any will do. `*value` is the one that decided, or the first. */
bool predicate_holds(const struct predicate *p, const struct look *look, struct arena *scratch,
                     str *value);

/* For people: "endswith \cmd.exe". */
str predicate_describe(const struct predicate *p, struct arena *a);

#endif
