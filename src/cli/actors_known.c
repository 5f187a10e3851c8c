#include "cli/actors_known.h"

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

bool learn_actors(const char *path, struct arena *a, struct actors *out, struct err *err)
{
    str text;
    if (path) {
        return read_whole(path, a, &text, err) && actors_read(text, path, a, out, err);
    }
    actors_init(out, a);
    for (const struct embedded *e = embedded_actors; e->name.p; e++) {
        str file = arena_printf(a, "builtin:actors/%.*s", STR_ARG(e->name));
        if (!str_eq(e->name, STR("revoked.tsv")) &&
            !actors_add(out, str_of_bytes(e->data), file.p, err)) {
            return false;
        }
    }
    return true;
}
