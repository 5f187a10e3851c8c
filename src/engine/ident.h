/* The name of a finding: 12 hex digits that are the same in every scan of the same evidence. */
#ifndef ENGINE_IDENT_H
#define ENGINE_IDENT_H

#include "engine/message.h"

/* From the unit's path, offset, record and the rule's id. */
str finding_id(str unit, const struct hit *h, str rule, struct arena *a);

#endif
