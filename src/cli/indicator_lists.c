#include "cli/indicator_lists.h"

#include "cli/indicator_sets.h"
#include "os/clock.h"
#include "os/digest.h"
#include "os/walk.h"

struct list_lesson {
    struct indicators *set;
    struct stix_set *patterns;
    struct digest *digest;
    struct arena *arena;
    const char *folder; /* being walked */
    struct err *err;
    size_t lists, sets; /* files of each kind */
    bool ok;
};

/* It stays mapped for as long as the process lives: its pages are its memory. Its sum stands for
 * it in what was learned. */
static bool add_set(struct list_lesson *l, const char *path, struct os_view *view)
{
    bytes set, data = view->data;
    const char *why = NULL;
    if (!indicator_set_check(path, data, &set, l->err)) {
        return false;
    }
    if (!indicators_open(l->set, set, &why)) {
        return err_set(l->err, ERR_INPUT, "%s: %s", path, why);
    }
    digest_add(l->digest, (bytes){data.p + set.len, DIGEST_LEN});
    l->sets++;
    *view = (struct os_view){0};
    return true;
}

static bool add_view(struct list_lesson *l, const char *path, struct os_view *view)
{
    str head = arena_printf(l->arena, "%s %zu\n", path, view->data.len);
    digest_add(l->digest, bytes_of_str(head));
    if (indicators_is_compiled(view->data)) {
        return add_set(l, path, view);
    }
    digest_add(l->digest, view->data);
    indicators_read(l->set, str_of(path), view->data);
    stix_set_read(l->patterns, l->set, str_of(path), str_of_bytes(view->data));
    l->lists++;
    return true;
}

static bool add_file(struct list_lesson *l, const char *path)
{
    SCOPED(os_view_close) struct os_view view = {0};
    return os_view_open(&view, path, l->err) && add_view(l, path, &view);
}

/* What lies beside lists is told, and not taken for one of them. */
static bool add_found(struct list_lesson *l, const char *path)
{
    SCOPED(os_view_close) struct os_view view = {0};
    if (!os_view_open(&view, path, l->err)) {
        return false;
    }
    if (indicators_is_list(view.data)) {
        return add_view(l, path, &view);
    }
    indicators_leave(l->set, str_of(path));
    return true;
}

static bool on_entry(void *ctx, const struct os_entry *e)
{
    struct list_lesson *l = ctx;
    if (e->st.kind == OS_FILE) {
        l->ok = add_found(l, arena_printf(l->arena, "%s/%s", l->folder, e->path).p);
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
    struct lists_read ignored;
    return learn_lists(paths, a, out, &ignored, err);
}

bool learn_lists(const struct option_list *paths, struct arena *a, struct learned *out,
                 struct lists_read *read, struct err *err)
{
    struct hash_key key;
    uint8_t raw[DIGEST_LEN];
    if (paths->count == 0) {
        return true;
    }
    os_random(&key, sizeof key);
    struct list_lesson l = {.set = indicators_new(a, &out->names, key),
                            .patterns = stix_set_new(a, &out->names),
                            .digest = digest_new(),
                            .arena = a,
                            .err = err,
                            .ok = true};
    out->knowledge.indicators = l.set;
    out->knowledge.patterns = l.patterns;
    digest_add(l.digest, bytes_of_str(str_of(out->digest)));
    bool ok = (l.set && l.patterns) || err_set(err, ERR_FULL, "no memory for indicators");
    for (size_t i = 0; ok && i < paths->count; i++) {
        ok = add_path(&l, paths->items[i]);
    }
    *read = (struct lists_read){l.lists, l.sets};
    digest_end(l.digest, raw);
    (void)digest_hex(raw, out->digest);
    if (ok) {
        stix_set_open(l.patterns, l.set);
        indicators_build(l.set);
    }
    return ok && (stix_set_build(l.patterns) ||
                  err_set(err, ERR_FULL, "no memory for patterns of indicators"));
}
