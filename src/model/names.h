/* Field names by number. Rules and parsers compare numbers, never names.
 *
 * The names of fields.def have fixed numbers (enum known_field). Names met in rules and mappings
 * get the next ones while rules are compiled; then the table is frozen and only read. A name that
 * nobody asked for has number FIELD_NONE and travels as text. Letter case (ASCII) and blanks do
 * not count: Defender writes `Threat Name` where rules say `ThreatName`. */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include "base/table.h"

typedef uint16_t field_id;

enum known_field {
    FIELD_NONE,
#define FIELD(symbol, name, meaning) FIELD_##symbol,
#include "model/fields.def"
#undef FIELD
    FIELD_BUILTIN_COUNT,
};

enum { FIELD_MAX = 8192 };

struct names {
    struct table table;
    struct arena *arena;
    str *text; /* by number */
    size_t cap;
    field_id count;
};

bool names_init(struct names *n, struct arena *arena);
field_id names_add(struct names *n, str name); /* FIELD_NONE when there are FIELD_MAX already */
field_id names_find(const struct names *n, str name);
str names_text(const struct names *n, field_id id);

#endif
