#include "cli/yara_rules.h"

#include "cli/embedded.h"
#include "os/digest.h"
#include "os/walk.h"

enum { RULE_FILE_MAX = 64 << 20 };

struct yara_lesson {
    struct learned *out;
    struct yara *yara;
    struct digest *digest;
    struct arena *arena;
    const char *folder; /* being walked */
    struct err *err;
    bool ok;
};

/* The whole of a file, kept; it goes into the digest with its name. */
static bool read_rules(struct yara_lesson *l, const char *path, str *out, struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    if (!os_view_open(&view, path, err)) {
        return false;
    }
    if (view.data.len > RULE_FILE_MAX) {
        return err_set(err, ERR_FULL, "%s: too large for a file of rules", path);
    }
    str head = arena_printf(l->arena, "%s %zu\n", path, view.data.len);
    digest_add(l->digest, bytes_of_str(head));
    digest_add(l->digest, view.data);
    *out = arena_str(l->arena, str_of_bytes(view.data));
    return true;
}

/* Beside the file that includes it; nowhere else by an absolute path. */
static bool include(void *ctx, str name, str file, str *path, str *text)
{
    struct yara_lesson *l = ctx;
    struct err ignored;
    str folder = str_dir(file);
    if (name.len == 0 || name.p[0] == '/' || str_find_char(name, 0) < name.len) {
        return false;
    }
    *path = arena_printf(l->arena, "%.*s%s%.*s", STR_ARG(folder), folder.len > 0 ? "/" : "",
                         STR_ARG(name));
    return path->len > 0 && read_rules(l, path->p, text, &ignored);
}

static bool add_file(struct yara_lesson *l, const char *path)
{
    str text = STR_NONE;
    if (!read_rules(l, path, &text, l->err)) {
        return false;
    }
    yara_add(l->yara, arena_str(l->arena, str_of(path)), text);
    return true;
}

static bool on_entry(void *ctx, const struct os_entry *e)
{
    struct yara_lesson *l = ctx;
    str ext = str_ext(str_of(e->path));
    bool rules = str_eq_nocase(ext, STR(".yar")) || str_eq_nocase(ext, STR(".yara"));
    if (e->st.kind == OS_FILE && rules) {
        l->ok = add_file(l, arena_printf(l->arena, "%s/%s", l->folder, e->path).p);
    }
    return l->ok;
}

static bool add_folder(struct yara_lesson *l, const char *path)
{
    int fd = os_open_folder(path, l->err);
    if (fd < 0) {
        return false;
    }
    str bare = str_of(path);
    while (bare.len > 1 && bare.p[bare.len - 1] == '/') {
        bare.len--;
    }
    l->folder = arena_str(l->arena, bare).p;
    bool walked = os_walk(fd, on_entry, l);
    os_close(&fd);
    return l->ok && (walked || err_set(l->err, ERR_IO, "%s: the folder cannot be read", path));
}

static bool add_path(struct yara_lesson *l, const char *path)
{
    struct os_stat st;
    return (os_stat(path, &st, l->err) &&
            (st.kind == OS_FOLDER ? add_folder(l, path) : add_file(l, path))) ||
           err_in(l->err, "YARA rules");
}

/* Behind what did not load of the other rules. */
static bool add_problems(struct yara_lesson *l)
{
    struct learned *out = l->out;
    size_t count = yara_problem_count(l->yara);
    str *problems = ARENA_ARRAY(l->arena, str, out->nproblems + count + 1);
    str *refusals = ARENA_ARRAY(l->arena, str, out->nrefused + count + 1);
    if (!problems || !refusals) {
        return err_set(l->err, ERR_FULL, "no memory for YARA rules");
    }
    for (size_t i = 0; i < out->nproblems; i++) {
        problems[i] = out->problems[i];
    }
    for (size_t i = 0; i < out->nrefused; i++) {
        refusals[i] = out->refusals[i];
    }
    for (size_t i = 0; i < count; i++) {
        const struct rule_problem *p = yara_problem(l->yara, i);
        str rule = p->rule.len > 0 ? arena_printf(l->arena, " (%.*s)", STR_ARG(p->rule)) : STR_NONE;
        str line = arena_printf(l->arena, "%.*s:%u: %.*s%.*s", STR_ARG(p->file), p->line,
                                STR_ARG(p->text), STR_ARG(rule));
        problems[out->nproblems++] = line;
        refusals[out->nrefused++] = line;
    }
    out->problems = problems;
    out->refusals = refusals;
    out->first_refused = out->nrefused > 0 ? refusals[0] : STR_NONE;
    return true;
}

static void add_ours(struct yara_lesson *l)
{
    for (const struct embedded *e = embedded_yara; e->name.p; e++) {
        digest_add(l->digest, e->data);
        str file = arena_printf(l->arena, "builtin:rules/yara/%.*s", STR_ARG(e->name));
        yara_add_ours(l->yara, file, str_of_bytes(e->data));
    }
}

static bool learn_all(struct yara_lesson *l, const struct option_list *paths)
{
    add_ours(l);
    for (size_t i = 0; i < paths->count; i++) {
        if (!add_path(l, paths->items[i])) {
            return false;
        }
    }
    return yara_compile(l->yara, l->err) && add_problems(l);
}

bool learn_yara(const struct option_list *paths, struct arena *a, struct learned *out,
                struct err *err)
{
    uint8_t raw[DIGEST_LEN];
    struct yara_lesson l = {.out = out, .digest = digest_new(), .arena = a, .err = err, .ok = true};
    digest_add(l.digest, bytes_of_str(str_of(out->digest)));
    l.yara = yara_new(a, include, &l);
    out->knowledge.yara = l.yara;
    bool ok = l.yara ? learn_all(&l, paths) : err_set(err, ERR_FULL, "no memory for YARA rules");
    digest_end(l.digest, raw);
    (void)digest_hex(raw, out->digest);
    out->loaded += yara_rule_count(out->knowledge.yara);
    return ok;
}
