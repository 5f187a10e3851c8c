#include "cli/command.h"
#include "cli/version.h"

#include <stdio.h>

static int version_run(const struct invocation *in)
{
    (void)in;
    (void)printf("%s\nSTIX patterning: conformance level 3\n", LIMIER_VERSION);
    return STATUS_DONE;
}

const struct command command_version = {
    .name = "version",
    .usage = "",
    .summary = N_("the version of this program"),
    .run = version_run,
};
