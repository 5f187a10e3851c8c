/* Messages in another language: a reader of gettext's .mo files, over bytes in memory.
 *
 * The language is passed explicitly, as a catalogue; NULL is English, the language of the
 * message ids. glibc's own switch needs the system to have the locale, which servers lack. */
#ifndef BASE_CATALOG_H
#define BASE_CATALOG_H

#include "base/str.h"

struct catalog {
    bytes mo;
    uint32_t count, originals, translations; /* of strings; offsets of the two tables */
};

enum lang { LANG_EN, LANG_FR, LANG_COUNT };

bool catalog_open(struct catalog *c, bytes mo); /* checks every offset, once */

/* The translation of `id`, or `id` itself. */
const char *catalog_get(const struct catalog *c, const char *id);

/* Marks a message for xgettext where it is not looked up at once. */
#define N_(id) id

#endif
