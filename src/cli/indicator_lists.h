/* The lists of indicators that the user gives: files, and folders in which every file is one; among
 * them sets that were compiled. */
#ifndef CLI_INDICATOR_LISTS_H
#define CLI_INDICATOR_LISTS_H

#include "cli/knowledge.h"

/* Reads and builds them, and puts them into the digest of what was learned; nothing when there are
 * none. What is in them and not understood is a problem of the set. */
bool learn_indicators(const struct option_list *paths, struct arena *a, struct learned *out,
                      struct err *err) MUST_USE;

struct lists_read { /* files of each kind */
    size_t lists, sets;
};

/* The same, and says what they were. */
bool learn_lists(const struct option_list *paths, struct arena *a, struct learned *out,
                 struct lists_read *read, struct err *err) MUST_USE;

#endif
