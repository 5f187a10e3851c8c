#include "cli/indicator_lists.h"

#include "os/clock.h"
#include "os/digest.h"
#include "os/walk.h"

struct list_lesson {
    struct indicators *set;
    struct digest *digest;
    struct arena *arena;
    const char *folder; /* being walked */
    struct err *err;
    bool ok;
};

static bool add_file(struct list_lesson *l, const char *path)
{
    SCOPED(os_view_close) struct os_view view = {0};
    if (!os_view_open(&view, path, l->err)) {
        return false;
    }
    str head = arena_printf(l->arena, "%s %zu\n", path, view.data.len);
    digest_add(l->digest, bytes_of_str(head));
    digest_add(l->digest, view.data);
    indicators_read(l->set, str_of(path), view.data);
    return true;
}

static bool on_entry(void *ctx, const struct os_entry *e)
{
    struct list_lesson *l = ctx;
    if (e->st.kind == OS_FILE) {
        l->ok = add_file(l, arena_printf(l->arena, "%s/%s", l->folder, e->path).p);
    }
    return l->ok;
}

static bool add_folder(struct list_lesson *l, const char *path)
{
    SCOPED(os_close) int fd = os_open_folder(path, l->err);
    l->folder = path;
    if (fd < 0) {
        return false;
    }
    bool walked = os_walk(fd, on_entry, l);
    return l->ok && (walked || err_set(l->err, ERR_IO, "%s: the folder cannot be read", path));
}

static bool add_path(struct list_lesson *l, const char *path)
{
    struct os_stat st;
    return (os_stat(path, &st, l->err) &&
            (st.kind == OS_FOLDER ? add_folder(l, path) : add_file(l, path))) ||
           err_in(l->err, "indicators");
}

bool learn_indicators(const struct option_list *paths, struct arena *a, struct learned *out,
                      struct err *err)
{
    struct hash_key key;
    uint8_t raw[DIGEST_LEN];
    if (paths->count == 0) {
        return true;
    }
    os_random(&key, sizeof key);
    struct list_lesson l = {.set = indicators_new(a, &out->names, key),
                            .digest = digest_new(),
                            .arena = a,
                            .err = err,
                            .ok = true};
    out->knowledge.indicators = l.set;
    digest_add(l.digest, bytes_of_str(str_of(out->digest)));
    bool ok = l.set || err_set(err, ERR_FULL, "no memory for indicators");
    for (size_t i = 0; ok && i < paths->count; i++) {
        ok = add_path(&l, paths->items[i]);
    }
    digest_end(l.digest, raw);
    (void)digest_hex(raw, out->digest);
    if (ok) {
        indicators_build(l.set);
    }
    return ok;
}
