/* The language of the person at the keyboard. */
#ifndef CLI_LANGUAGE_H
#define CLI_LANGUAGE_H

#include "base/catalog.h"

/* From LIMIER_LANG, LC_ALL, LC_MESSAGES, LANG: the first that is set and not empty. */
enum lang language_chosen(void);

/* The catalogue of a language, or NULL for English. */
const struct catalog *language_catalog(enum lang lang);

#endif
