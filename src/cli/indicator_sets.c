#include "cli/indicator_sets.h"

#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool indicator_set_check(const char *path, bytes data, bytes *set, struct err *err)
{
    uint8_t sum[DIGEST_LEN];
    size_t len = data.len < DIGEST_LEN ? 0 : data.len - DIGEST_LEN;
    digest_of((bytes){data.p, len}, sum);
    *set = (bytes){data.p, len};
    return (len > 0 && memcmp(sum, data.p + len, DIGEST_LEN) == 0) ||
           err_set(err, ERR_INPUT, "%s: this set is not what was written: make it again", path);
}

static bool write_new(const char *path, const char *beside, bytes set)
{
    uint8_t sum[DIGEST_LEN];
    digest_of(set, sum);
    SCOPED(os_close) int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return fd >= 0 && os_write_all(fd, set) && os_write_all(fd, (bytes){sum, sizeof sum}) &&
           rename(beside, path) == 0;
}

bool indicator_set_write(const char *path, bytes set, struct err *err)
{
    char beside[PATH_MAX];
    int len = snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
    errno = ENAMETOOLONG;
    bool ok = len > 0 && (size_t)len < sizeof beside && write_new(path, beside, set);
    if (!ok) {
        int why = errno;
        (void)unlink(beside);
        return err_set(err, ERR_IO, "%s: it cannot be written: %s", path, strerrordesc_np(why));
    }
    return true;
}
