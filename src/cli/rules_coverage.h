/* `limier rules coverage`: what the rules need to see, and whether evidence holds it. */
#ifndef CLI_RULES_COVERAGE_H
#define CLI_RULES_COVERAGE_H

#include "base/buf.h"
#include "cli/command.h"
#include "detect/sigma/sigma.h"

struct coverage_asked {
    const struct invocation *in;
    const struct sigma *sigma;   /* compiled */
    struct option_list evidence; /* none: over the mapping alone */
    unsigned workers;
    bool json;
};

/* The exit status; FAILED with `*err`. */
int rules_coverage_show(const struct coverage_asked *asked, struct buf *out, struct err *err);

#endif
