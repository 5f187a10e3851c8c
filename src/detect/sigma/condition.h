/* Conditions: `selection and not 1 of filter_*`.
 *
 *     or      := and ("or" and)*
 *     and     := not ("and" not)*
 *     not     := "not"* operand
 *     operand := "(" or ")" | quantity "of" target | name
 *     quantity:= "1" | "any" | "all"
 *     target  := "them" | pattern                        */
#ifndef DETECT_SIGMA_CONDITION_H
#define DETECT_SIGMA_CONDITION_H

#include "detect/sigma/set.h"

/* One condition, or a list of which any will do. NULL: a problem was said. */
const struct node *condition_read(struct loading *l, const struct yaml_node *n,
                                  const struct selection *selections, size_t count);

#endif
