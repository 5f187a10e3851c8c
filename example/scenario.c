#include "scenario.h"

#include <string.h>

#define SCENARIO(name) &scenario_##name,
static const struct scenario *const scenarios[] = {
#include "scenarios.def"
};
#undef SCENARIO

const struct scenario *scenario_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(scenarios); i++) {
        if (strcmp(scenarios[i]->name, name) == 0) {
            return scenarios[i];
        }
    }
    return NULL;
}

const char *scenario_names(struct arena *a)
{
    str names = STR("");
    for (size_t i = 0; i < ARRAY_LEN(scenarios); i++) {
        names = arena_printf(a, "%.*s%s%s", STR_ARG(names), i ? ", " : "", scenarios[i]->name);
    }
    return names.p;
}

usec scenario_begins(const struct scene *s, const struct scenario *what)
{
    return s->end - what->before_end * 1000;
}
