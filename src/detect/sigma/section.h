/* The `limier:` section of our own rules: what a match proves, and how to tell it to people. */
#ifndef DETECT_SIGMA_SECTION_H
#define DETECT_SIGMA_SECTION_H

#include "detect/sigma/set.h"

bool section_read(struct loading *l, const struct yaml_node *section, struct rule_info *info);

#endif
