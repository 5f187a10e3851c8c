/* What is pulled, on its way into a file: a pull that is killed at any instant loses nothing it had
 * kept, and the file is replaced only by a whole and readable one.
 *
 *     BESIDE.part     objects since the file was last written
 *     BESIDE.resume   where to go on, and how much of the others counts
 *     BESIDE.bad      objects that were set aside, with the reason, one a line */
#ifndef CLI_SHARE_STORE_H
#define CLI_SHARE_STORE_H

#include "base/arena.h"
#include "base/err.h"

struct share_store;

/* `what` names the collection: what is there of another one is refused. */
bool share_store_open(const char *path, const char *beside, str what, struct arena *a,
                      struct share_store **out, struct err *err) MUST_USE;
void share_store_close(struct share_store *s); /* NULL is fine */

str share_store_after(const struct share_store *s); /* added_after to go on with, or empty */

/* Of a page; counts only once it is kept. */
void share_store_add(struct share_store *s, bytes object);
void share_store_set_aside(struct share_store *s, bytes object, const char *kind, str property,
                           const char *why);

/* A page is complete; `after` empty: the point stays where it was. */
bool share_store_keep(struct share_store *s, str after, struct err *err) MUST_USE;

struct share_counts {
    size_t objects, fresh, aside; /* in the file; new in this run; set aside in this run */
};

/* Writes the file: of each object the newest version. */
bool share_store_finish(struct share_store *s, struct share_counts *out, struct err *err) MUST_USE;

#endif
