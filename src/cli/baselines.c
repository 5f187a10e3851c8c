#include "cli/baselines.h"

#include "cli/embedded.h"
#include "os/file.h"

static bool add(struct baseline *out, const char *name, str text, struct err *err)
{
    uint32_t line = 0;
    if (baseline_read(out, text, &line)) {
        return true;
    }
    return line > 0 ? err_set(err, ERR_INPUT,
                              "%s:%u: this is not a line of a baseline: SHA-256, two blanks, path",
                              name, line)
                    : err_set(err, ERR_FULL, "%s: no memory for the baseline", name);
}

bool learn_our_baseline(struct baseline *out, struct err *err)
{
    for (const struct embedded *e = embedded_known_good; e->name.p; e++) {
        if (!add(out, e->name.p, str_of_bytes(e->data), err)) {
            return false;
        }
    }
    return true;
}

bool learn_baselines(const struct option_list *files, struct baseline *out, struct digest *digest,
                     struct err *err)
{
    for (size_t i = 0; i < files->count; i++) {
        SCOPED(os_view_close) struct os_view view = {0};
        if (!os_view_open(&view, files->items[i], err) ||
            !add(out, files->items[i], str_of_bytes(view.data), err)) {
            return err_in(err, "baseline");
        }
        if (digest) {
            digest_add(digest, view.data);
        }
    }
    return true;
}
