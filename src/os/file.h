/* Files as evidence: opened for reading only, never waited on, looked at through a map. */
#ifndef OS_FILE_H
#define OS_FILE_H

#include "base/err.h"
#include "base/str.h"

enum os_kind { OS_FILE, OS_FOLDER, OS_LINK, OS_SPECIAL };

struct os_stat {
    enum os_kind kind;
    uint64_t size;
    int64_t modified; /* microseconds since 1970 UTC */
    int64_t changed;  /* the same; set by the system, so that no program can set it back */
    uint64_t device, inode;
};

bool os_stat(const char *path, struct os_stat *out, struct err *err) MUST_USE; /* follows links */
bool os_stat_fd(int fd, struct os_stat *out) MUST_USE;
bool os_stat_below(int folder, const char *name, struct os_stat *out) MUST_USE; /* of the link */

/* A folder to open things below; -1 with err set. */
int os_open_folder(const char *path, struct err *err);

/* A regular file for reading; -1 with err set. Its time of access stays as it was where the
 * system allows that; a pipe or a device is refused without waiting for it. */
int os_open_file(const char *path, struct os_stat *st, struct err *err);

/* The same below an open folder, without following any link on the way nor leaving it. */
int os_open_below(int folder, const char *path, struct os_stat *st, struct err *err);

void os_close(int *fd); /* -1 is fine; sets it to -1 */

/* The first `size` bytes of a descriptor, mapped. The kernel kills the process (SIGBUS) when the
 * file shrinks meanwhile, so evidence is mapped in confined workers only. */
struct os_view {
    bytes data;
};

bool os_view_of(struct os_view *v, int fd, uint64_t size) MUST_USE;
bool os_view_open(struct os_view *v, const char *path, struct err *err) MUST_USE;
void os_view_close(struct os_view *v);

/* Files without a name: gone when closed, whatever happens. A memory file never grows past
 * `capacity`, whoever holds it. -1 with err set. A file goes to TMPDIR, else to `folder` (may be
 * NULL), else to /tmp. */
int os_temporary_file(const char *folder, struct err *err);
int os_memory_file(uint64_t capacity, struct err *err);
/* What standard input still gives, up to its end, in a temporary file; or the file that it is,
 * from its beginning. -1 with err set. */
int os_input_file(const char *folder, struct err *err);
int os_reopen_read_only(int fd); /* another descriptor of the same file, for reading; or -1 */
/* Up to `size` bytes from `offset`; how many there were. */
size_t os_read_at(int fd, uint64_t offset, void *room, size_t size);
bool os_truncate(int fd, uint64_t size) MUST_USE;

bool os_write_all(int fd, bytes b) MUST_USE; /* from the current position; retries */

#endif
