/* `limier explain --rule RULE FILE RECORD`: a rule against a record of evidence, whether it matches
 * or not. */
#ifndef CLI_EXPLAIN_EVENT_H
#define CLI_EXPLAIN_EVENT_H

#include "cli/command.h"

/* `rule` is the file of a rule, or an id, its beginning or a title among `rules` (none: our own).
 * The exit status. */
int explain_event(const struct invocation *in, const char *rule, const struct option_list *rules);

#endif
