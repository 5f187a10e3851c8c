/* A disk that is full from the n-th write on, for every n: each failure is one clear line, and
 * what had been accepted is still there when there is room again. */
#include "store/store.h"

#include "kit.h"
#include "sample.h"

#include <sqlite3.h>
#include <unistd.h>

static int writes_left = -1; /* -1: no limit */
static sqlite3_vfs vfs;
static const sqlite3_vfs *real_vfs;

/* SQLite locks the database file, and no other: their methods differ. */
enum { DATABASE, OTHER };
static sqlite3_io_methods methods[2];
static int (*real_write[2])(sqlite3_file *, const void *, int, sqlite3_int64);

static int write_unless_full(int kind, sqlite3_file *f, const void *p, int amount,
                             sqlite3_int64 offset)
{
    if (writes_left == 0) {
        return SQLITE_FULL;
    }
    writes_left -= writes_left > 0;
    return real_write[kind](f, p, amount, offset);
}

static int write_database(sqlite3_file *f, const void *p, int amount, sqlite3_int64 offset)
{
    return write_unless_full(DATABASE, f, p, amount, offset);
}

static int write_other(sqlite3_file *f, const void *p, int amount, sqlite3_int64 offset)
{
    return write_unless_full(OTHER, f, p, amount, offset);
}

static int full_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    (void)v;
    int rc = real_vfs->xOpen((sqlite3_vfs *)(uintptr_t)real_vfs, name, f, flags, out);
    if (rc == SQLITE_OK && f->pMethods) {
        int kind = flags & SQLITE_OPEN_MAIN_DB ? DATABASE : OTHER;
        real_write[kind] = f->pMethods->xWrite;
        methods[kind] = *f->pMethods;
        methods[kind].xWrite = kind == DATABASE ? write_database : write_other;
        f->pMethods = &methods[kind];
    }
    return rc;
}

static void install_shim(void)
{
    sqlite3_vfs *found = sqlite3_vfs_find(NULL);
    real_vfs = found;
    vfs = *found;
    vfs.zName = "full-disk";
    vfs.xOpen = full_open;
    (void)sqlite3_vfs_register(&vfs, 1);
}

static const struct case_identity identity = {STR_INIT("t"), STR_INIT("r"), STR_INIT("e"),
                                              STR_INIT("o"), STR_INIT("c")};

/* Writes parts until the disk is full; how many were accepted. */
static uint32_t write_until_full(const char *path, bool *created)
{
    struct case_file *c = NULL;
    struct err err = {0};
    uint32_t accepted = 0;
    *created = case_create(path, &identity, &c, &err);
    bool ok = *created;
    for (uint32_t i = 0; i < 20 && ok; i++) {
        struct case_part p = {.unit = STR("u"), .part = i, .findings = &finding_a, .nfindings = 1};
        ok = case_put_part(c, &p, &err);
        accepted += ok;
    }
    if (!ok) {
        if (err.kind != ERR_FULL) {
            (void)fprintf(stderr, "%s\n", err.text);
        }
        CHECK_INT(err.kind, ERR_FULL);
        CHECK(strstr(err.text, "disk is full") && strstr(err.text, path));
        CHECK(!strchr(err.text, '\n'));
    }
    case_close(c);
    return accepted;
}

static void a_full_disk_is_one_clear_line_and_loses_nothing(void)
{
    char folder[] = "/tmp/limier-full-XXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    char path[64];
    (void)snprintf(path, sizeof path, "%s/x.case", folder);
    for (int limit = 0; limit < 90; limit += limit < 40 ? 1 : 7) {
        (void)unlink(path);
        writes_left = limit;
        bool created = false;
        uint32_t accepted = write_until_full(path, &created);
        writes_left = -1;
        struct case_file *c = NULL;
        struct err err = {0};
        bool again = case_create(path, &identity, &c, &err);
        if (!again) {
            (void)fprintf(stderr, "limit %d: %s\n", limit, err.text);
        }
        CHECK(again);
        for (uint32_t i = 0; i < accepted && again; i++) {
            CHECK(case_has_part(c, STR("u"), 0, i));
        }
        case_close(c);
    }
    (void)unlink(path);
    (void)rmdir(folder);
}

int main(void)
{
    install_shim();
    RUN(a_full_disk_is_one_clear_line_and_loses_nothing);
    return kit_end();
}
