/* The text of a value, as Sigma compares it and people read it. */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include "model/event.h"

/* UTF-8; borrowed from the event when it can be, else made in `a`. Over budget: empty. NULL
 * values give the empty str. */
str value_text(const struct field *f, struct arena *a);

/* The first field with this id, or NULL. */
const struct field *event_field(const struct event *e, field_id id);
str event_text(const struct event *e, field_id id, struct arena *a);

#endif
