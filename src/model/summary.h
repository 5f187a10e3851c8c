/* The sentence of a finding: its rule's summary with the event's values in place of {Field}; {A|B}
 * is for logs that call one thing by two names. */
#ifndef MODEL_SUMMARY_H
#define MODEL_SUMMARY_H

#include "model/finding.h"

/* Values longer than 160 bytes are cut with an ellipsis. A rule without a summary gives its
 * title in every language. */
struct text summary_of(const struct rule_info *rule, const struct named_value *fields,
                       size_t nfields, struct arena *a);

/* Of `a|b`, what one log calls `a` and another `b`, the first that these fields have; or NULL. */
const struct named_value *value_named(const struct named_value *fields, size_t nfields, str names);

#endif
