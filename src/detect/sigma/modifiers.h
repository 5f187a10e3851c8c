/* `Field|contains|all`: the name in front, the modifiers behind, checked for what can be combined;
 * and what they make of one value. */
#ifndef DETECT_SIGMA_MODIFIERS_H
#define DETECT_SIGMA_MODIFIERS_H

#include "detect/sigma/set.h"

enum { MODIFIERS_MAX = 12 };

enum value_kind {
    VALUES_TEXT,
    VALUES_REGEX,
    VALUES_NETWORK,
    VALUES_COMPARE,
    VALUES_EXISTS,
    VALUES_FIELD
};

struct item_key {
    const struct yaml_node *at;
    field_id field; /* FIELD_NONE: keywords */
    enum value_kind kind;
    bool all, negated;
    unsigned flags; /* enum pattern_flags */
    enum comparison comparison;
    enum time_part part;
    enum affix affix;             /* of VALUES_FIELD */
    uint8_t steps[MODIFIERS_MAX]; /* those that change a text, in order */
    size_t nsteps;
};

bool item_key_parse(struct loading *l, const struct yaml_node *key, struct item_key *out);

/* One value under the key: a predicate, or an OR of the forms it expands to. NULL: a problem was
 * said. */
const struct node *item_value(struct loading *l, const struct item_key *key,
                              const struct yaml_node *value);

#endif
