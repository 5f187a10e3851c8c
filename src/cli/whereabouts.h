/* How a person looks at the bytes of a record with tools that every analyst has. */
#ifndef CLI_WHEREABOUTS_H
#define CLI_WHEREABOUTS_H

#include "base/arena.h"

/* A shell command that prints `len` bytes at `offset` of a unit; members of archives
 * ("a.zip!/b/c.log") are taken out on the way, nothing is written. */
str whereabouts_command(struct arena *a, str unit, uint64_t offset, uint64_t len);

#endif
