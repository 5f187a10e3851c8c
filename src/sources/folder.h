/* The evidence given on the command line, as a list of files with their provenance.
 *
 * A file's provenance is the path it was given with, cleaned of `.` and `//`; a file's in a
 * folder is the folder's followed by the way down: `triage/C/Windows/x.evtx`. UTF-8, and
 * unique: what would be the same text twice gets `#` and a number. `-` is the standard input, read
 * to its end when it is opened, and called `stdin`. */
#ifndef SOURCES_FOLDER_H
#define SOURCES_FOLDER_H

#include "os/walk.h"

enum source_state {
    SOURCE_FILE,     /* can be opened */
    SOURCE_OTHER,    /* a link, a pipe, a device: it holds no bytes of its own */
    SOURCE_TROUBLE,  /* cannot be read */
    SOURCE_TOO_DEEP, /* folders nested beyond the limit, or a loop */
};

enum { SOURCE_BY_ITSELF = -1, SOURCE_INPUT = -2 };

struct source_file {
    str unit;         /* provenance */
    const char *path; /* to open it with, below `folder` */
    int folder;       /* index of the evidence folder it lies in, or */
    enum source_state state;
    uint64_t size;
    int64_t modified; /* microseconds since 1970 */
};

struct source {
    struct source_file *files; /* in order of what was given, then of path */
    size_t count;
    uint64_t bytes;
    struct source_private *own;
};

bool source_is_input(const char *evidence); /* `-` */

/* A path that is missing, unreadable, or neither file nor folder is an err. */
bool source_open(struct source *s, const char *const *evidence, size_t count,
                 struct err *err) MUST_USE;
void source_close(struct source *s);

int source_file_open(const struct source *s, size_t file, struct os_stat *st, struct err *err);

#endif
