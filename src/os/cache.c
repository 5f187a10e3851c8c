#include "os/cache.h"

#include "os/clock.h"
#include "os/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static str setting(const char *name)
{
    return str_of(getenv(name)); /* NOLINT(concurrency-mt-unsafe): there is one thread */
}

str os_cache_folder(struct arena *a)
{
    str ours = setting("LIMIER_CACHE"), xdg = setting("XDG_CACHE_HOME"), home = setting("HOME");
    if (ours.len) {
        return str_eq(ours, STR("off")) ? STR_NONE : arena_str(a, ours);
    }
    if (xdg.len && xdg.p[0] == '/') { /* the standard: a relative one is to be ignored */
        return arena_printf(a, "%.*s/limier", STR_ARG(xdg));
    }
    return home.len && home.p[0] == '/' ? arena_printf(a, "%.*s/.cache/limier", STR_ARG(home))
                                        : STR_NONE;
}

static bool is_ours(const struct stat *st)
{
    return st->st_uid == geteuid() && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int open_folder(str folder)
{
    struct stat st;
    char path[4096];
    int fd = -1;
    if (folder.len && folder.len < sizeof path) {
        (void)snprintf(path, sizeof path, "%.*s", STR_ARG(folder));
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (fd >= 0 && (fstat(fd, &st) != 0 || !is_ours(&st))) {
        os_close(&fd);
    }
    return fd;
}

static bool read_all(int fd, uint8_t *room, size_t size)
{
    for (size_t have = 0; have < size;) {
        ssize_t n = read(fd, room + have, size - have);
        if (n <= 0) {
            return false;
        }
        have += (size_t)n;
    }
    return true;
}

bytes os_cache_get(str folder, str name, uint64_t most, struct arena *a)
{
    SCOPED(os_close) int dir = open_folder(folder);
    SCOPED(os_close)
    int fd =
        dir < 0 ? -1
                : openat(dir, arena_str(a, name).p, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || !is_ours(&st) || st.st_size <= 0 ||
        (uint64_t)st.st_size > most) {
        return (bytes){0};
    }
    size_t size = (size_t)st.st_size;
    uint8_t *room = arena_alloc(a, size);
    return room && read_all(fd, room, size) ? (bytes){room, size} : (bytes){0};
}

/* The folder and what is above it; what exists is left as it is. */
static void make_folders(str folder)
{
    char path[4096];
    if (folder.len >= sizeof path) {
        return;
    }
    for (size_t i = 1; i <= folder.len; i++) {
        if (i == folder.len || folder.p[i] == '/') {
            (void)snprintf(path, sizeof path, "%.*s", (int)i, folder.p);
            (void)mkdir(path, 0700);
        }
    }
}

bool os_cache_put(str folder, str name, bytes content)
{
    char temporary[64], final[256];
    uint64_t chance = 0;
    make_folders(folder);
    SCOPED(os_close) int dir = open_folder(folder);
    if (dir < 0 || name.len >= sizeof final) {
        return false;
    }
    os_random(&chance, sizeof chance);
    (void)snprintf(temporary, sizeof temporary, ".new-%016llx", (unsigned long long)chance);
    (void)snprintf(final, sizeof final, "%.*s", STR_ARG(name));
    SCOPED(os_close)
    int fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    /* Not synchronised: a file that lost its end in a crash is refused by whoever reads it. */
    bool ok = os_write_all(fd, content) && renameat(dir, temporary, dir, final) == 0;
    if (!ok) {
        (void)unlinkat(dir, temporary, 0);
    }
    return ok;
}
