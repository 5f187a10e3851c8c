/* How serious a rule says its match is, as Sigma names it. */
#ifndef MODEL_LEVEL_H
#define MODEL_LEVEL_H

#include "base/str.h"

enum level {
    LEVEL_INFORMATIONAL,
    LEVEL_LOW,
    LEVEL_MEDIUM,
    LEVEL_HIGH,
    LEVEL_CRITICAL,
    LEVEL_COUNT
};

const char *level_name(enum level l);
bool level_parse(str s, enum level *out);

#endif
