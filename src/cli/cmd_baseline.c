/* Making a baseline of a folder that is known to be good, and holding another against one. */
#include "cli/baselines.h"
#include "cli/terminal.h"
#include "os/digest.h"
#include "os/walk.h"

#include <stdio.h>
#include <unistd.h>

enum { LIST_MAX = 1 << 30 };

struct baseline_options {
    const char *output;
    struct option_list baselines;
};

static const struct option options[] = {
    {"output",     'o', OPTION_TEXT, offsetof(struct baseline_options, output), "FILE",
     N_("make: write the baseline here and not to standard output")},
    {"baseline", 'b', OPTION_LIST, offsetof(struct baseline_options, baselines), "FILE",
     N_("check: hold the folder against this baseline; without it, against what limier knows "
        "itself")},
    {0    },
};

struct going { /* through a folder */
    const struct invocation *in;
    int folder;
    str name; /* of the folder, which is a place of the baseline */
    struct buf *out;
    const struct baseline *known; /* check */
    uint64_t other, unread;
    struct err *err;
};

/* Evidence is mapped in confined processes only, so it is read. */
static bool hash_file(int fd, uint8_t out[DIGEST_LEN])
{
    static uint8_t room[1 << 16];
    struct digest *d = digest_new();
    ssize_t n = 0;
    while ((n = read(fd, room, sizeof room)) > 0) {
        digest_add(d, (bytes){room, (size_t)n});
    }
    digest_end(d, out);
    return n == 0;
}

static void tell_standing(struct going *g, str path, const uint8_t *sha256)
{
    struct arena *a = g->in->arena;
    enum standing s = baseline_standing(g->known, path, sha256, a);
    str like = s == STANDING_FOREIGN ? baseline_likeness(g->known, path, a) : STR_NONE;
    if (s == STANDING_CHANGED || s == STANDING_FOREIGN) {
        g->other++;
        buf_printf(g->out, "%-8s%.*s%s%.*s\n", standing_name(s), STR_ARG(path),
                   like.len > 0 ? "  ~ " : "", STR_ARG(like));
    }
}

static void tell_file(struct going *g, str path, const uint8_t *sha256)
{
    char hex[DIGEST_HEX];
    if (g->known) {
        tell_standing(g, path, sha256);
    } else {
        str digits = digest_hex(sha256, hex);
        buf_printf(g->out, "%.*s  %.*s\n", STR_ARG(digits), STR_ARG(path));
    }
}

static bool on_entry(void *ctx, const struct os_entry *e)
{
    struct going *g = ctx;
    uint8_t sha256[DIGEST_LEN];
    struct os_stat st;
    struct err ignored;
    struct arena_mark mark = arena_mark(g->in->arena);
    str path = arena_printf(g->in->arena, "%.*s/%s", STR_ARG(g->name), e->path);
    int fd = e->st.kind == OS_FILE ? os_open_below(g->folder, e->path, &st, &ignored) : -1;
    if (fd >= 0 && hash_file(fd, sha256)) {
        tell_file(g, path, sha256);
    } else if (e->st.kind == OS_FILE || e->trouble != OS_FINE) {
        g->unread++;
    }
    os_close(&fd);
    arena_rewind(g->in->arena, mark);
    return buf_ok(g->out);
}

/* The last folder of the path names the place: wwwroot, of /var/www/wwwroot/. */
static str place_of(struct arena *a, const char *path)
{
    char room[4096];
    str whole = str_of(path);
    if (str_eq(whole, STR(".")) || str_ends(whole, STR("..")) || str_ends(whole, STR("/."))) {
        whole = getcwd(room, sizeof room) && whole.len == 1 ? str_of(room) : whole;
    }
    while (whole.len > 1 && whole.p[whole.len - 1] == '/') {
        whole.len--;
    }
    return arena_str(a, str_base(whole));
}

static bool go_through(struct going *g, const char *path)
{
    g->folder = os_open_folder(path, g->err);
    if (g->folder < 0) {
        return false;
    }
    bool ok = os_walk(g->folder, on_entry, g);
    os_close(&g->folder);
    return ok || err_set(g->err, ERR_IO, "%s: the folder cannot be read, or is too large", path);
}

static bool learn_known(const struct invocation *in, struct baseline *b, struct err *err)
{
    const struct baseline_options *o = in->options;
    baseline_init(b, in->arena);
    return o->baselines.count > 0 ? learn_baselines(&o->baselines, b, NULL, err)
                                  : learn_our_baseline(b, err);
}

static int baseline_run(const struct invocation *in)
{
    const struct baseline_options *o = in->options;
    bool make = str_eq(str_of(in->args[0]), STR("make"));
    struct err err = {0};
    struct baseline known;
    SCOPED(buf_done) struct buf out;
    if (!make && !str_eq(str_of(in->args[0]), STR("check"))) {
        return misuse(in, tr(in->catalog, "%s is not make or check"), in->args[0]);
    }
    buf_init(&out, LIST_MAX);
    struct going g = {.in = in, .name = place_of(in->arena, in->args[1]), .out = &out, .err = &err};
    if (make) {
        buf_printf(&out, "# place: %.*s\n", STR_ARG(g.name));
    } else if (learn_known(in, &known, &err)) {
        g.known = &known;
    } else {
        return fail(&err);
    }
    if (!go_through(&g, in->args[1]) ||
        (out.len > 0 && !output_write(make ? o->output : NULL, buf_str(&out), &err))) {
        return fail(&err);
    }
    return g.unread > 0 ? STATUS_PARTLY : g.other > 0 ? STATUS_VERDICT : STATUS_DONE;
}

const struct command command_baseline = {
    .name = "baseline",
    .usage = "make|check DIR [-o FILE] [-b FILE]...",
    .summary = N_("which files belong in a folder, and which do not"),
    .details = N_("make lists the files below DIR with their SHA-256; check tells those that are\n"
                  "not in a baseline, or changed. `scan -b FILE` uses it.\n"
                  "Exit status of check: 0 all belong; 3 some could not be read; 10 some do not."),
    .options = options,
    .options_size = sizeof(struct baseline_options),
    .min_args = 2,
    .max_args = 2,
    .run = baseline_run,
};
