/* What belongs where: our own knowledge, which is embedded, and the baselines that the user gives.
 */
#ifndef CLI_BASELINES_H
#define CLI_BASELINES_H

#include "cli/command.h"
#include "model/baseline.h"
#include "os/digest.h"

/* Ours. */
bool learn_our_baseline(struct baseline *out, struct err *err) MUST_USE;

/* More of it, from files; their content goes into `digest`, which may be NULL. */
bool learn_baselines(const struct option_list *files, struct baseline *out, struct digest *digest,
                     struct err *err) MUST_USE;

#endif
