/* What an event shows where a rule names a field: its own fields, what its origin says, and
 * through a lens the fields of another kind of event. */
#ifndef DETECT_SIGMA_LOOK_H
#define DETECT_SIGMA_LOOK_H

#include "detect/sigma/set.h"

struct seen {
    str text;
    bool null; /* there, without a value */
};

struct look {
    const struct sigma *s;
    const struct lens *lens; /* NULL: as it is */
    const struct event *event;
    const uint32_t *first; /* by field_id: the place of its first value, and 1; NULL: not known */
    const uint32_t *next;  /* by place: the same of the value after it */
};

/* All values, in the event's order, in `a`. Over budget: fewer. */
size_t look_at(const struct look *look, field_id field, struct arena *a, struct seen **out);

/* Every value of every field: what keywords are searched in. */
size_t look_everywhere(const struct look *look, struct arena *a, struct seen **out);

/* Where the field comes from when the lens renames it, else NULL. */
const struct field_source *look_source(const struct lens *lens, field_id field);

/* What the origin says for Channel, Provider_Name, EventID and Computer; empty when it is
 * another field or the origin does not say. It outranks fields of that name. */
str origin_text(const struct origin *o, field_id field, struct arena *a);

/* The field that stands in where an event lacks this one, or FIELD_NONE. */
field_id look_alias(const struct sigma *s, field_id field);

#endif
