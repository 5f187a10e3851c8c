/* Everything below a folder, in the order of bytes, whatever traps it holds. */
#ifndef OS_WALK_H
#define OS_WALK_H

#include "os/file.h"

enum { OS_WALK_DEPTH = 128 };

enum os_trouble {
    OS_FINE,
    OS_UNREADABLE, /* no right to, or an error of the disk */
    OS_TOO_DEEP,   /* more than OS_WALK_DEPTH folders */
    OS_LOOP,       /* a folder that holds itself */
};

struct os_entry {
    const char *path;  /* below the folder, `/` between components */
    struct os_stat st; /* of the entry itself: links are not followed */
    enum os_trouble trouble;
};

/* Calls `on_entry` for all but readable folders, which are entered instead. It returns false to
 * stop. Links are never followed: what they lead to either lies below too, or is not part of
 * what was given. False when `folder` itself cannot be read. */
bool os_walk(int folder, bool (*on_entry)(void *ctx, const struct os_entry *e), void *ctx) MUST_USE;

#endif
