/* The detection section of a rule or filter: named selections and the condition over them. */
#ifndef DETECT_SIGMA_DETECTION_H
#define DETECT_SIGMA_DETECTION_H

#include "detect/sigma/set.h"

struct detection {
    struct selection *selections;
    size_t count;
    const struct node *node; /* the condition */
};

/* One selection: a map, a list of maps or words, a word. NULL: a problem was said. */
const struct node *selection_read(struct loading *l, const struct yaml_node *n);

/* `skip` names keys that are no selections besides `condition`, or NULL. */
bool detection_read(struct loading *l, const struct yaml_node *map, const str *skip, size_t nskip,
                    struct detection *out);

#endif
