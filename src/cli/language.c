#include "cli/language.h"

#include "cli/embedded.h"

#include <stdlib.h>

enum lang language_chosen(void)
{
    static const char *const names[] = {"LIMIER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]); /* NOLINT(concurrency-mt-unsafe): before any thread */
        if (value && *value) {
            return str_starts_nocase(str_of(value), STR("fr")) ? LANG_FR : LANG_EN;
        }
    }
    return LANG_EN;
}

const struct catalog *language_catalog(enum lang lang)
{
    static struct catalog french;
    static bool open;
    if (lang != LANG_FR) {
        return NULL;
    }
    open = open || catalog_open(&french, embedded_translations[0].data);
    return open ? &french : NULL;
}
