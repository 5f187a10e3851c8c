#include "os/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct walk {
    bool (*on_entry)(void *ctx, const struct os_entry *e);
    void *ctx;
    char path[PATH_MAX]; /* of the entry at hand, below the folder */
    size_t len;
    struct os_stat above[OS_WALK_DEPTH]; /* the folders that we stand in */
    unsigned depth;
};

struct names_in {
    char **items;
    size_t count, cap;
};

static void names_done(struct names_in *n)
{
    for (size_t i = 0; i < n->count; i++) {
        free(n->items[i]);
    }
    free(n->items);
}

static void names_push(struct names_in *n, const char *name)
{
    if (n->count == n->cap) {
        n->cap = n->cap ? n->cap * 2 : 64;
        n->items = realloc(n->items, n->cap * sizeof *n->items);
    }
    char *copy = strdup(name);
    if (!n->items || !copy) {
        abort();
    }
    n->items[n->count++] = copy;
}

static int by_bytes(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* False when the system stopped in the middle. */
static bool names_read(struct names_in *n, DIR *dir)
{
    errno = 0;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone */
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            names_push(n, e->d_name);
        }
        errno = 0;
    }
    bool whole = errno == 0;
    if (n->count > 0) {
        qsort(n->items, n->count, sizeof *n->items, by_bytes);
    }
    return whole;
}

static bool tell(struct walk *w, const struct os_stat *st, enum os_trouble trouble)
{
    return w->on_entry(w->ctx, &(struct os_entry){w->path, *st, trouble});
}

static bool is_above(const struct walk *w, const struct os_stat *st)
{
    for (unsigned i = 0; i < w->depth; i++) {
        if (w->above[i].inode == st->inode && w->above[i].device == st->device) {
            return true;
        }
    }
    return false;
}

static bool walk_folder(struct walk *w, DIR *dir);

static bool enter(struct walk *w, int folder, const char *name, const struct os_stat *st)
{
    if (is_above(w, st)) {
        return tell(w, st, OS_LOOP);
    }
    if (w->depth == OS_WALK_DEPTH) {
        return tell(w, st, OS_TOO_DEEP);
    }
    int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        os_close(&fd);
        return tell(w, st, OS_UNREADABLE);
    }
    w->above[w->depth++] = *st;
    bool go_on = walk_folder(w, dir);
    w->depth--;
    return go_on;
}

static bool visit(struct walk *w, int folder, const char *name)
{
    struct os_stat st = {.kind = OS_SPECIAL};
    if (!os_stat_below(folder, name, &st)) {
        return tell(w, &st, OS_UNREADABLE);
    }
    return st.kind == OS_FOLDER ? enter(w, folder, name, &st) : tell(w, &st, OS_FINE);
}

/* Closes `dir`. */
static bool walk_folder(struct walk *w, DIR *dir)
{
    struct names_in names = {0};
    bool whole = names_read(&names, dir);
    size_t mark = w->len;
    bool go_on = true;
    if (!whole) {
        go_on = tell(w, &(struct os_stat){.kind = OS_FOLDER}, OS_UNREADABLE);
    }
    for (size_t i = 0; i < names.count && go_on; i++) {
        size_t len = strlen(names.items[i]);
        w->len = mark;
        if (mark + len + 2 > sizeof w->path) {
            w->path[mark] = 0;
            go_on = tell(w, &(struct os_stat){.kind = OS_SPECIAL}, OS_TOO_DEEP);
            continue;
        }
        if (mark > 0) {
            w->path[w->len++] = '/';
        }
        memcpy(w->path + w->len, names.items[i], len + 1);
        w->len += len;
        go_on = visit(w, dirfd(dir), names.items[i]);
    }
    w->len = mark;
    w->path[mark] = 0;
    names_done(&names);
    (void)closedir(dir);
    return go_on;
}

bool os_walk(int folder, bool (*on_entry)(void *ctx, const struct os_entry *e), void *ctx)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct walk *w = calloc(1, sizeof *w);
    bool ok = w && dir && os_stat_fd(fd, &w->above[0]);
    if (ok) {
        w->on_entry = on_entry;
        w->ctx = ctx;
        w->depth = 1;
        (void)walk_folder(w, dir);
    } else if (dir) {
        (void)closedir(dir);
    } else {
        os_close(&fd);
    }
    free(w);
    return ok;
}
