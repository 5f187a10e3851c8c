#include "cli/actors_known.h"

#include "attribute/attack_bundle.h"
#include "cli/embedded.h"
#include "os/file.h"

bool read_whole(const char *path, struct arena *a, str *out, struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    if (!os_view_open(&view, path, err)) {
        return false;
    }
    *out = arena_str(a, str_of_bytes(view.data));
    return out->len == view.data.len || err_set(err, ERR_FULL, "%s: too large for memory", path);
}

/* A bundle is read from the file's own pages: only what is taken from it is kept. */
bool read_knowledge(const char *path, struct arena *a, str *out, struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    if (!os_view_open(&view, path, err)) {
        return false;
    }
    if (!str_starts(str_trim(str_of_bytes(view.data)), STR("{"))) {
        *out = arena_str(a, str_of_bytes(view.data));
        return out->len == view.data.len ||
               err_set(err, ERR_FULL, "%s: too large for memory", path);
    }
    struct bundle_file file = {view.data, path};
    return attack_bundles_read(&file, 1, a, out, err);
}

static bool add_file(const char *path, struct actors *out, struct err *err)
{
    str text;
    return read_knowledge(path, out->arena, &text, err) && actors_add(out, text, path, err);
}

static bool add_ours(struct actors *out, struct err *err)
{
    for (const struct embedded *e = embedded_actors; e->name.p; e++) {
        str file = arena_printf(out->arena, "builtin:actors/%.*s", STR_ARG(e->name));
        if (!actors_add(out, str_of_bytes(e->data), file.p, err)) {
            return false;
        }
    }
    return true;
}

bool learn_actors(const struct actors_choice *choice, struct arena *a, struct actors *out,
                  struct err *err)
{
    const char *base = choice ? choice->knowledge : NULL;
    actors_init(out, a);
    bool ok = base ? add_file(base, out, err) : add_ours(out, err);
    for (size_t i = 0; ok && choice && i < choice->more.count; i++) {
        ok = add_file(choice->more.items[i], out, err);
    }
    return ok && (out->live > 0 || err_set(err, ERR_INPUT, "%s: it knows no actor", base));
}
