/* A folder for what can be made again at any time: $XDG_CACHE_HOME/limier, else ~/.cache/limier.
 * LIMIER_CACHE names another folder, or is "off". Nothing here may matter but for speed: whoever
 * reads a file from it checks what it holds. */
#ifndef OS_CACHE_H
#define OS_CACHE_H

#include "base/arena.h"

/* In `a`; empty when there is none to be had, or it is not wanted. */
str os_cache_folder(struct arena *a);

/* All of a file, in `a`; empty when it is not there, or over `most` bytes, or not ours alone: owned
 * by another, writable for others, a link. */
bytes os_cache_get(str folder, str name, uint64_t most, struct arena *a);

/* Writes it whole or not at all; makes the folder. False when that cannot be done. */
bool os_cache_put(str folder, str name, bytes content);

#endif
