/* Compiled sets of indicators as files: the set, and behind it its SHA-256. */
#ifndef CLI_INDICATOR_SETS_H
#define CLI_INDICATOR_SETS_H

#include "base/err.h"
#include "os/digest.h"

/* The set in the bytes of a file, once its sum was found to be true; `data` is still borrowed. */
bool indicator_set_check(const char *path, bytes data, bytes *set, struct err *err) MUST_USE;

/* There is either all of it at `path` in the end, or what was there before. */
bool indicator_set_write(const char *path, bytes set, struct err *err) MUST_USE;

#endif
