/* Advice for who writes rules: what is no mistake, and could be better. Told only when asked for.
 */
#ifndef DETECT_SIGMA_LINT_H
#define DETECT_SIGMA_LINT_H

#include "detect/sigma/set.h"

/* A rule that was just read from `document`. False over budget. */
bool lint_rule(struct loading *l, const struct yaml_node *document, const struct sigma_rule *r);

/* All rules together: fields that hardly any other rule knows. */
void lint_all(struct sigma *s);

#endif
