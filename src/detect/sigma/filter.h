/* Filters: conditions that are added to rules from outside, for what is normal somewhere. */
#ifndef DETECT_SIGMA_FILTER_H
#define DETECT_SIGMA_FILTER_H

#include "detect/sigma/set.h"

bool filter_read(struct loading *l, const struct yaml_node *document);

/* rule condition and filter condition, for each rule that a filter names. */
bool filters_apply(struct sigma *s);

#endif
