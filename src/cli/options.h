/* The words of a command line into a command's own struct, by its table of options. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/command.h"

/* Fills in->options, in->args and in->nargs. Options and arguments may be mixed; `--` ends the
 * options; `--name=value` and `-oVALUE` are understood. `*help` is set when help was asked for.
 * False with a sentence in the user's language in `err`. */
bool options_parse(struct invocation *in, int nwords, const char *const words[], bool *help,
                   struct err *err);

#endif
