#include "model/level.h"

#include "base/catalog.h"
#include "base/compiler.h"

#include <assert.h>

static const char *const names[] = {N_("informational"), N_("low"), N_("medium"), N_("high"),
                                    N_("critical")};

const char *level_name(enum level l)
{
    assert(l < LEVEL_COUNT);
    return names[l];
}

bool level_parse(str s, enum level *out)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq_nocase(s, str_of(names[i]))) {
            *out = (enum level)i;
            return true;
        }
    }
    return false;
}
