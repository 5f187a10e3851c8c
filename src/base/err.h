/* What the outside world refused, for a person: what was attempted, on what, why, what to do.
 *
 * Belongs to the caller, comes last, is written only on failure:
 *
 *     return err_set(err, ERR_IO, "%s: %s", path, reason);
 *     return err_in(err, "case %s", path);        puts context in front
 *
 * Both return false. Evidence that is wrong is a note (model/note.h), not an err; a program
 * that is wrong is an assert. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/compiler.h"

#include <stdbool.h>

enum err_kind { ERR_NONE, ERR_USAGE, ERR_NOT_FOUND, ERR_DENIED, ERR_IO, ERR_FULL, ERR_INPUT };

struct err {
    enum err_kind kind;
    char text[512];
};

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);
bool err_in(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
