#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static enum err_kind kind_of_errno(int code)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case ELOOP:
        return ERR_DENIED;
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    default:
        return ERR_IO;
    }
}

static bool failed(struct err *err, const char *path)
{
    int code = errno;
    return err_set(err, kind_of_errno(code), "%s: %s", path, strerrordesc_np(code));
}

static void convert(const struct stat *from, struct os_stat *to)
{
    *to = (struct os_stat){
        .kind = S_ISREG(from->st_mode)   ? OS_FILE
                : S_ISDIR(from->st_mode) ? OS_FOLDER
                : S_ISLNK(from->st_mode) ? OS_LINK
                                         : OS_SPECIAL,
        .size = from->st_size > 0 ? (uint64_t)from->st_size : 0,
        .modified = (int64_t)from->st_mtim.tv_sec * 1000000 + from->st_mtim.tv_nsec / 1000,
        .changed = (int64_t)from->st_ctim.tv_sec * 1000000 + from->st_ctim.tv_nsec / 1000,
        .device = from->st_dev,
        .inode = from->st_ino,
    };
}

bool os_stat(const char *path, struct os_stat *out, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return failed(err, path);
    }
    convert(&st, out);
    return true;
}

bool os_stat_fd(int fd, struct os_stat *out)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return false;
    }
    convert(&st, out);
    return true;
}

bool os_stat_below(int folder, const char *name, struct os_stat *out)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return false;
    }
    convert(&st, out);
    return true;
}

int os_open_folder(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        (void)failed(err, path);
    }
    return fd;
}

/* O_NONBLOCK: opening a pipe for reading would wait for its writer. */
enum { READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

static int openat2_below(int folder, const char *path, uint64_t flags)
{
    struct open_how how = {
        .flags = flags,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    /* Before Linux 5.6, and under filters that do not know the call. */
    bool unknown = fd < 0 && (errno == ENOSYS || errno == EPERM);
    return unknown ? openat(folder, path, (int)flags | O_NOFOLLOW) : fd;
}

static int open_flags(int folder, const char *path, int flags)
{
    return folder == AT_FDCWD ? open(path, flags) : openat2_below(folder, path, (uint64_t)flags);
}

static int open_regular(int folder, const char *path, struct os_stat *st, struct err *err)
{
    /* O_NOATIME is for the file's owner and for root only. */
    int fd = open_flags(folder, path, READ_FLAGS | O_NOATIME);
    if (fd < 0 && errno == EPERM) {
        fd = open_flags(folder, path, READ_FLAGS);
    }
    if (fd < 0 || !os_stat_fd(fd, st)) {
        (void)failed(err, path);
        os_close(&fd);
        return -1;
    }
    if (st->kind != OS_FILE) {
        (void)err_set(err, ERR_INPUT, "%s: not a regular file", path);
        os_close(&fd);
    }
    return fd;
}

int os_open_file(const char *path, struct os_stat *st, struct err *err)
{
    return open_regular(AT_FDCWD, path, st, err);
}

int os_open_below(int folder, const char *path, struct os_stat *st, struct err *err)
{
    return open_regular(folder, path, st, err);
}

void os_close(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

bool os_view_of(struct os_view *v, int fd, uint64_t size)
{
    *v = (struct os_view){0};
    if (size == 0) {
        return true;
    }
    void *p = size > SIZE_MAX ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        return false;
    }
    (void)madvise(p, size, MADV_SEQUENTIAL);
    v->data = (bytes){p, size};
    return true;
}

bool os_view_open(struct os_view *v, const char *path, struct err *err)
{
    SCOPED(os_close) int fd = -1;
    struct os_stat st;
    *v = (struct os_view){0};
    fd = os_open_file(path, &st, err);
    if (fd < 0) {
        return false;
    }
    return os_view_of(v, fd, st.size) || failed(err, path);
}

void os_view_close(struct os_view *v)
{
    if (v->data.len > 0) {
        union {
            const uint8_t *in;
            void *out;
        } p = {v->data.p};
        (void)munmap(p.out, v->data.len);
    }
    *v = (struct os_view){0};
}

int os_temporary_file(const char *folder, struct err *err)
{
    const char *chosen = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe): one thread */
    folder = chosen && *chosen ? chosen : folder && *folder ? folder : "/tmp";
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (fd < 0) { /* a file system without O_TMPFILE */
        char path[4096];
        int len = snprintf(path, sizeof path, "%s/limier.XXXXXX", folder);
        fd = len > 0 && (size_t)len < sizeof path ? mkostemp(path, O_CLOEXEC) : -1;
        if (fd >= 0) {
            (void)unlink(path);
        }
    }
    if (fd < 0) {
        (void)failed(err, folder);
    }
    return fd;
}

int os_input_file(const char *folder, struct err *err)
{
    static uint8_t room[1 << 16];
    struct os_stat st;
    bool is_file = os_stat_fd(STDIN_FILENO, &st) && st.kind == OS_FILE &&
                   lseek(STDIN_FILENO, 0, SEEK_CUR) == 0;
    int fd = is_file ? os_reopen_read_only(STDIN_FILENO) : -1;
    if (fd >= 0) {
        return fd;
    }
    fd = os_temporary_file(folder, err);
    ssize_t len = 0;
    while (fd >= 0 && (len = read(STDIN_FILENO, room, sizeof room)) > 0) {
        if (!os_write_all(fd, (bytes){room, (size_t)len})) {
            (void)failed(err, "temporary file of the standard input");
            os_close(&fd);
        }
    }
    if (fd >= 0 && len < 0) { /* a signal stops it too: somebody wants to leave */
        (void)failed(err, "standard input");
        os_close(&fd);
    }
    return fd;
}

int os_memory_file(uint64_t capacity, struct err *err)
{
    int fd = memfd_create("limier", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || !os_truncate(fd, capacity) || fcntl(fd, F_ADD_SEALS, F_SEAL_GROW) != 0) {
        (void)failed(err, "memory file");
        os_close(&fd);
    }
    return fd;
}

int os_reopen_read_only(int fd)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY | O_CLOEXEC);
}

size_t os_read_at(int fd, uint64_t offset, void *room, size_t size)
{
    ssize_t got = fd < 0 || offset > INT64_MAX ? -1 : pread(fd, room, size, (off_t)offset);
    return got < 0 ? 0 : (size_t)got;
}

bool os_truncate(int fd, uint64_t size)
{
    return size <= INT64_MAX && ftruncate(fd, (off_t)size) == 0;
}

bool os_write_all(int fd, bytes b)
{
    while (b.len > 0) {
        ssize_t n = write(fd, b.p, b.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        b = (bytes){b.p + n, b.len - (size_t)n};
    }
    return true;
}
