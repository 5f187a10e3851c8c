#include "cli/actors_update.h"

#include "attribute/attack_bundle.h"
#include "cli/embedded.h"
#include "os/file.h"

static bool read_bundles(const char *const paths[], size_t count, struct arena *a, str *out,
                         struct err *err)
{
    struct os_view views[BUNDLES_MAX] = {0};
    struct bundle_file files[BUNDLES_MAX];
    bool ok = true;
    size_t n = 0;
    for (; n < count && ok; n++) {
        ok = os_view_open(&views[n], paths[n], err);
        files[n] = (struct bundle_file){views[n].data, paths[n]};
    }
    ok = ok && attack_bundles_read(files, count, a, out, err);
    for (size_t i = 0; i < n; i++) {
        os_view_close(&views[i]);
    }
    return ok;
}

static void add_line(struct buf *out, str line)
{
    buf_add(out, line);
    buf_char(out, '\n');
}

static str first_column(str line)
{
    return str_sub(line, 0, str_find_char(line, '\t'));
}

/* Countries are in no bundle: those that are known stay. */
static void add_actor(struct buf *out, const struct actors *old, str line)
{
    str rest = line, id = STR_NONE, name = STR_NONE;
    (void)str_cut(&rest, '\t', &id);
    (void)str_cut(&rest, '\t', &name);
    const struct actor *known = actors_named(old, id);
    size_t column = id.len + name.len + 2;
    buf_add(out, str_sub(line, 0, column));
    buf_add(out, known ? known->country : STR_NONE);
    add_line(out, str_from(line, column));
}

static str embedded_text(const char *name)
{
    const struct embedded *e = embedded_actors;
    while (e->name.p && !str_eq(e->name, str_of(name))) {
        e++;
    }
    return e->name.p ? str_of_bytes(e->data) : STR_NONE;
}

/* Our lines on actors that are known there, and on those that only we know. */
static bool add_public(struct buf *out, const struct actors *fresh, struct arena *a)
{
    str public = embedded_text("public.tsv"), traits = embedded_text("traits.tsv");
    str text = arena_printf(a, "%.*s%.*s", STR_ARG(public), STR_ARG(traits)), line;
    struct actors ours;
    struct err none = {0};
    actors_init(&ours, a);
    while (str_cut(&text, '\n', &line)) {
        str kind = first_column(line), about = first_column(str_from(line, kind.len + 1));
        bool theirs = actors_named(fresh, kind) || actors_named(fresh, about);
        bool known = actors_named(fresh, about) || actors_named(&ours, about);
        bool actor = !theirs && !known && actors_add(&ours, line, "", &none);
        if (line.len && line.p[0] != '#' && (known || actor)) {
            add_line(out, line);
        }
    }
    return buf_ok(out);
}

bool actors_update(const char *const paths[], size_t count, const struct actors *old,
                   struct arena *a, struct buf *out, struct err *err)
{
    str text, line, notice = embedded_text("attack.tsv");
    struct actors fresh;
    if (!read_bundles(paths, count, a, &text, err) ||
        !actors_read(text, paths[0], a, &fresh, err)) {
        return false;
    }
    add_line(out, str_sub(notice, 0, str_find_char(notice, '\n')));
    while (str_cut(&text, '\n', &line)) {
        if (actors_named(&fresh, first_column(line))) {
            add_actor(out, old, line);
        } else if (line.len) {
            add_line(out, line);
        }
    }
    return add_public(out, &fresh, a) ||
           err_set(err, ERR_FULL, "%s: more knowledge than fits into memory", paths[0]);
}
