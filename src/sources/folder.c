#include "sources/folder.h"

#include "os/clock.h"
#include "sources/provenance.h"

#include <stdlib.h>

enum { NAMES_BUDGET = 1 << 30 };

struct source_private {
    struct arena arena; /* names */
    struct table seen;  /* units */
    struct table given; /* paths as bytes: what is given twice is read once */
    int *folders;
    size_t nfolders;
    size_t cap;
    int input; /* what the standard input gave; -1: it was not asked for */
};

static enum source_state state_of(const struct os_entry *e)
{
    switch (e->trouble) {
    case OS_FINE:
        return e->st.kind == OS_FILE ? SOURCE_FILE : SOURCE_OTHER;
    case OS_UNREADABLE:
        return SOURCE_TROUBLE;
    default:
        return SOURCE_TOO_DEEP;
    }
}

static bool add(struct source *s, struct source_file f)
{
    struct source_private *own = s->own;
    uint32_t first = 0;
    str key = f.folder == SOURCE_INPUT ? STR("\0") : f.unit; /* there may be a file of its name */
    if (!table_put(&own->given, key, (uint32_t)s->count, &first)) {
        return false;
    }
    if (first != s->count) {
        return true;
    }
    if (s->count == own->cap) {
        own->cap = own->cap ? own->cap * 2 : 64;
        s->files = realloc(s->files, own->cap * sizeof *s->files);
        if (!s->files) {
            abort();
        }
    }
    str text = utf8_made_valid(&own->arena, f.unit);
    f.unit = provenance_unique(&own->seen, &own->arena, text, s->count + 1);
    f.path = arena_str(&own->arena, str_of(f.path)).p;
    if (f.unit.len == 0 || !f.path) {
        return false;
    }
    s->bytes += f.size;
    s->files[s->count++] = f;
    return true;
}

bool source_is_input(const char *evidence)
{
    return str_eq(str_of(evidence), STR("-"));
}

struct walked { /* a folder that is being listed */
    struct source *s;
    str name;
    int folder;
    bool full;
};

static bool add_entry(void *ctx, const struct os_entry *e)
{
    struct walked *w = ctx;
    enum source_state state = state_of(e);
    w->full = !add(w->s, (struct source_file){
                             .unit = provenance_below(&w->s->own->arena, w->name, str_of(e->path)),
                             .path = e->path,
                             .folder = w->folder,
                             .state = state,
                             .size = state == SOURCE_FILE ? e->st.size : 0,
                             .modified = e->st.modified,
                         });
    return !w->full;
}

static bool add_folder(struct source *s, const char *path, str name, struct err *err)
{
    int fd = os_open_folder(path, err);
    if (fd < 0) {
        return false;
    }
    struct walked w = {.s = s, .name = name, .folder = (int)s->own->nfolders};
    s->own->folders[s->own->nfolders++] = fd;
    if (!os_walk(fd, add_entry, &w)) {
        return err_set(err, ERR_IO, "%s: cannot be read", path);
    }
    return !w.full || err_set(err, ERR_FULL, "%s: too many files", path);
}

static bool add_file(struct source *s, const char *path, str name, struct err *err)
{
    struct os_stat st;
    int fd = os_open_file(path, &st, err);
    if (fd < 0) {
        return false;
    }
    os_close(&fd);
    struct source_file f = {.unit = name,
                            .path = path,
                            .folder = SOURCE_BY_ITSELF,
                            .size = st.size,
                            .modified = st.modified};
    return add(s, f) || err_set(err, ERR_FULL, "too many files");
}

static bool add_input(struct source *s, struct err *err)
{
    struct os_stat st;
    if (s->own->input >= 0) {
        return true;
    }
    s->own->input = os_input_file(NULL, err);
    if (s->own->input < 0) {
        return false;
    }
    struct source_file f = {.unit = STR("stdin"), .path = "-", .folder = SOURCE_INPUT};
    if (os_stat_fd(s->own->input, &st)) {
        f.size = st.size;
        f.modified = st.modified;
    }
    return add(s, f) || err_set(err, ERR_FULL, "too many files");
}

static bool add_evidence(struct source *s, const char *path, struct err *err)
{
    struct os_stat st;
    if (source_is_input(path)) {
        return add_input(s, err);
    }
    str name = provenance_clean(&s->own->arena, str_of(path));
    if (!os_stat(path, &st, err)) {
        return false;
    }
    return st.kind == OS_FOLDER ? add_folder(s, path, name, err) : add_file(s, path, name, err);
}

bool source_open(struct source *s, const char *const *evidence, size_t count, struct err *err)
{
    *s = (struct source){.own = calloc(1, sizeof *s->own)};
    int *folders = calloc(count + 1, sizeof *folders);
    if (!s->own || !folders) {
        abort();
    }
    s->own->folders = folders;
    s->own->input = -1;
    arena_init(&s->own->arena, NAMES_BUDGET);
    table_init(&s->own->seen, &s->own->arena, false);
    table_init(&s->own->given, &s->own->arena, false);
    /* An attacker names the files. */
    os_random(&s->own->seen.key, sizeof s->own->seen.key);
    os_random(&s->own->given.key, sizeof s->own->given.key);
    for (size_t i = 0; i < count; i++) {
        if (!add_evidence(s, evidence[i], err)) {
            source_close(s);
            return false;
        }
    }
    return true;
}

void source_close(struct source *s)
{
    if (s->own) {
        for (size_t i = 0; i < s->own->nfolders; i++) {
            os_close(&s->own->folders[i]);
        }
        os_close(&s->own->input);
        arena_done(&s->own->arena);
        free(s->own->folders);
        free(s->own);
    }
    free(s->files);
    *s = (struct source){0};
}

int source_file_open(const struct source *s, size_t file, struct os_stat *st, struct err *err)
{
    const struct source_file *f = &s->files[file];
    if (f->folder == SOURCE_INPUT) {
        int fd = os_reopen_read_only(s->own->input);
        if (fd < 0 || !os_stat_fd(fd, st)) {
            os_close(&fd);
            (void)err_set(err, ERR_IO, "standard input: it cannot be read again");
        }
        return fd;
    }
    return f->folder < 0 ? os_open_file(f->path, st, err)
                         : os_open_below(s->own->folders[f->folder], f->path, st, err);
}
