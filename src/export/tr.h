/* A message in the reader's language. xgettext collects what is given to tr() and N_().
 *
 * The attribute lets the compiler check the arguments of a translated format against the
 * English one; `tests/cli/translations.py` lets msgfmt check the French one. */
#ifndef EXPORT_TR_H
#define EXPORT_TR_H

#include "base/catalog.h"

__attribute__((format_arg(2))) static inline const char *tr(const struct catalog *catalog,
                                                            const char *id)
{
    return catalog_get(catalog, id);
}

#endif
