/* libyara's compiler is useless after its first error. So when all files together do not compile,
 * each is tried by itself: pieces that are refused are blanked, with their lines kept, until the
 * rest compiles; then all together once more. */
#include "detect/yara/pieces.h"
#include "detect/yara/set.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 32,
    FILES_OF_A_GROUP = 1000,
    TEXT_MAX = 64 << 20,
    OURS_LARGEST = 4 << 20, /* what our own rules are for is never larger */
};

const char *const yara_variables[YARA_VARIABLES] = {
    [YARA_FILENAME] = "filename", [YARA_FILEPATH] = "filepath", [YARA_EXTENSION] = "extension",
    [YARA_FILETYPE] = "filetype", [YARA_OWNER] = "owner",
};

struct file { /* given, or included */
    str name;
    char *text; /* ends in NUL; pieces are blanked in it */
    size_t len;
};

struct group { /* a file and all that it includes: one name space */
    struct yara *y;
    char space[16];
    struct file *files; /* what is included stands before what includes it */
    size_t count, cap;
    struct table seen; /* names of files */
    uint32_t nseen;
    size_t bytes;
};

/* ---- problems */

static void problem(struct yara *y, struct rule_problem p)
{
    struct rule_problem *grown =
        arena_grow(y->arena, y->problems, &y->problems_cap, y->nproblems + 1, sizeof *grown);
    if (!grown) {
        y->broken = true;
        return;
    }
    p.text = arena_str(y->arena, p.text);
    y->problems = grown;
    y->problems[y->nproblems++] = p;
}

/* ---- a group of files */

static bool add_file(struct group *g, str name, str text, unsigned depth);

static void blank(struct file *f, str piece)
{
    char *p = f->text + (piece.p - f->text);
    for (size_t i = 0; i < piece.len; i++) {
        p[i] = p[i] == '\n' ? '\n' : ' ';
    }
}

static void add_included(struct group *g, struct file *f, const struct yara_piece *piece,
                         unsigned depth)
{
    enum { DEPTH = 16 };
    struct yara *y = g->y;
    struct rule_problem p = {.file = f->name, .line = piece->first, .column = 1, .fatal = true};
    str path = STR_NONE, text = STR_NONE;
    if (depth >= DEPTH) {
        p.text = STR("includes are nested too deep, or include each other");
    } else if (!y->include || !y->include(y->ctx, piece->name, f->name, &path, &text)) {
        p.text = arena_printf(y->arena, "cannot include \"%.*s\"", STR_ARG(piece->name));
    } else if (!add_file(g, path, text, depth + 1)) {
        p.text = STR("includes are too many or too large");
    }
    if (p.text.len > 0) {
        problem(y, p);
    }
    blank(f, piece->text);
}

/* libmagic wants its database from the system's files, where a confined process has none; and a
 * module that cannot begin ends the whole look at a unit. */
static void refuse_magic(struct group *g, struct file *f, const struct yara_piece *piece)
{
    if (str_eq(piece->name, STR("magic"))) {
        problem(g->y, (struct rule_problem){.file = f->name,
                                            .line = piece->first,
                                            .column = 1,
                                            .text = STR("the module \"magic\" is not supported"),
                                            .fatal = true});
        blank(f, piece->text);
    }
}

static bool add_file(struct group *g, str name, str text, unsigned depth)
{
    struct yara *y = g->y;
    uint32_t first = 0;
    if (!table_put(&g->seen, name, g->nseen, &first) || g->nseen >= FILES_OF_A_GROUP ||
        text.len > TEXT_MAX - g->bytes) {
        return false;
    }
    if (first != g->nseen++) {
        return true; /* it is there already */
    }
    if (str_starts(text, STR("\xef\xbb\xbf"))) {
        text = str_from(text, 3);
    }
    struct file f = {arena_str(y->arena, name), arena_alloc(y->arena, text.len + 1), text.len};
    if (!f.text) {
        return false;
    }
    memcpy(f.text, text.p, text.len);
    g->bytes += text.len;
    struct yara_cutter c = yara_cutter_of((str){f.text, f.len});
    struct yara_piece piece;
    while (yara_cutter_next(&c, &piece)) {
        if (piece.kind == YARA_INCLUDE) {
            add_included(g, &f, &piece, depth);
        } else if (piece.kind == YARA_IMPORT) {
            refuse_magic(g, &f, &piece);
        }
    }
    struct file *grown = arena_grow(y->arena, g->files, &g->cap, g->count + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    g->files = grown;
    g->files[g->count++] = f;
    return true;
}

/* ---- trying */

struct refusal {
    struct group *group;
    struct file *file;       /* at hand */
    struct yara_piece piece; /* the last one refused */
    bool refused;
};

/* The piece that a line lies in, or the last one before it. */
static bool piece_at(const struct file *f, uint32_t line, struct yara_piece *out)
{
    struct yara_cutter c = yara_cutter_of((str){f->text, f->len});
    struct yara_piece piece;
    bool found = false;
    while (yara_cutter_next(&c, &piece) && piece.first <= line) {
        *out = piece;
        found = true;
    }
    return found;
}

static void on_message(int level, const char *file_name, int line, const YR_RULE *rule,
                       const char *message, void *ctx)
{
    struct refusal *r = ctx;
    struct yara_piece piece = {0};
    uint32_t at = line > 0 ? (uint32_t)line : 1;
    (void)file_name, (void)rule;
    bool told = r->refused && at >= r->piece.first && at <= r->piece.last;
    if (level != YARA_ERROR_LEVEL_ERROR || told || !piece_at(r->file, at, &piece)) {
        return;
    }
    r->refused = true;
    r->piece = piece;
    problem(r->group->y,
            (struct rule_problem){.file = r->file->name,
                                  .line = at,
                                  .column = 1,
                                  .rule = piece.kind == YARA_RULE
                                              ? arena_str(r->group->y->arena, piece.name)
                                              : STR_NONE,
                                  .text = str_of(message),
                                  .fatal = true});
    blank(r->file, piece.text);
}

static YR_COMPILER *compiler_new(void)
{
    YR_COMPILER *c = NULL;
    if (yr_compiler_create(&c) != ERROR_SUCCESS) {
        return NULL;
    }
    yr_compiler_set_include_callback(c, NULL, NULL, NULL);
    for (size_t i = 0; i < YARA_VARIABLES; i++) {
        (void)yr_compiler_define_string_variable(c, yara_variables[i], "");
    }
    return c;
}

/* How many files went in before one was refused; all of them when none was. */
static size_t put_group(const struct group *g, YR_COMPILER *c, struct refusal *r)
{
    size_t i = 0;
    if (r) {
        yr_compiler_set_callback(c, on_message, r);
    }
    for (; i < g->count; i++) {
        if (r) {
            r->file = &g->files[i];
        }
        if (yr_compiler_add_string(c, g->files[i].text, g->space) != 0) {
            break;
        }
    }
    return i;
}

/* Afterwards what is left of the group compiles. */
static bool try_group(struct group *g)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct refusal r = {.group = g};
        YR_COMPILER *c = compiler_new();
        if (!c) {
            return false;
        }
        size_t done = put_group(g, c, &r);
        yr_compiler_destroy(c);
        if (done == g->count) {
            return true;
        }
        if (!r.refused) { /* it does not say where: the file goes as a whole */
            struct file *f = &g->files[done];
            problem(g->y, (struct rule_problem){.file = f->name,
                                                .text = STR("the file cannot be compiled"),
                                                .fatal = true});
            blank(f, (str){f->text, f->len});
        }
    }
    problem(g->y, (struct rule_problem){.file = g->files[g->count - 1].name,
                                        .text = STR("too much of the file cannot be compiled"),
                                        .fatal = true});
    return false;
}

/* ---- the set */

static str rule_key(struct arena *a, const char *space, str name)
{
    return arena_printf(a, "%s:%.*s", space, STR_ARG(name));
}

static void remember_rule(struct group *g, const struct file *f, const struct yara_piece *piece)
{
    struct yara *y = g->y;
    uint32_t ignored = 0;
    struct yara_source *grown =
        arena_grow(y->arena, y->sources, &y->sources_cap, y->nsources + 1, sizeof *grown);
    str key = rule_key(y->arena, g->space, piece->name);
    if (!grown || !table_put(&y->texts, key, (uint32_t)y->nsources, &ignored)) {
        y->broken = true;
        return;
    }
    y->sources = grown;
    y->sources[y->nsources++] = (struct yara_source){f->name, piece->text};
}

static void remember_group(struct group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        struct yara_cutter c = yara_cutter_of((str){g->files[i].text, g->files[i].len});
        struct yara_piece piece;
        while (yara_cutter_next(&c, &piece)) {
            if (piece.kind == YARA_RULE) {
                remember_rule(g, &g->files[i], &piece);
            }
        }
    }
}

/* How many groups went in. */
static size_t put_groups(struct yara *y, YR_COMPILER *c)
{
    size_t i = 0;
    while (i < y->ngroups && put_group(y->groups[i], c, NULL) == y->groups[i]->count) {
        i++;
    }
    return i;
}

static bool compile_groups(struct yara *y)
{
    YR_COMPILER *c = compiler_new();
    size_t done = c ? put_groups(y, c) : 0;
    if (c && done < y->ngroups) {
        yr_compiler_destroy(c);
        for (size_t i = done; i < y->ngroups; i++) {
            y->groups[i]->count = try_group(y->groups[i]) ? y->groups[i]->count : 0;
        }
        c = compiler_new();
        done = c ? put_groups(y, c) : 0;
    }
    bool ok = c && done == y->ngroups && yr_compiler_get_rules(c, &y->rules) == ERROR_SUCCESS;
    if (c) {
        yr_compiler_destroy(c);
    }
    return ok;
}

struct yara *yara_new(struct arena *arena, yara_include *include, void *ctx)
{
    struct yara *y = ARENA_NEW(arena, struct yara);
    if (!y || yr_initialize() != ERROR_SUCCESS) {
        return NULL;
    }
    *y = (struct yara){.arena = arena, .include = include, .ctx = ctx};
    table_init(&y->texts, arena, false);
    return y;
}

static void add(struct yara *y, str file, str text)
{
    struct group *g = ARENA_NEW(y->arena, struct group);
    struct group **grown =
        arena_grow(y->arena, y->groups, &y->groups_cap, y->ngroups + 1, sizeof *grown);
    if (!g || !grown) {
        y->broken = true;
        return;
    }
    g->y = y;
    (void)snprintf(g->space, sizeof g->space, "%zu", y->ngroups);
    table_init(&g->seen, y->arena, false);
    y->groups = grown;
    if (add_file(g, file, text, 0)) {
        y->groups[y->ngroups++] = g;
    } else {
        problem(y, (struct rule_problem){
                       .file = file, .text = STR("the file is too large"), .fatal = true});
    }
}

void yara_add(struct yara *y, str file, str text)
{
    y->theirs = true;
    add(y, file, text);
}

void yara_add_ours(struct yara *y, str file, str text)
{
    add(y, file, text);
}

static bool gather_infos(struct yara *y)
{
    size_t count = y->rules->num_rules;
    struct rule_info *infos = ARENA_ARRAY(y->arena, struct rule_info, count + 1);
    str *references = ARENA_ARRAY(y->arena, str, count + 1);
    YR_RULE *rule;
    if (!infos || !references) {
        return false;
    }
    yr_rules_foreach(y->rules, rule)
    {
        size_t i = (size_t)(rule - y->rules->rules_table);
        infos[i] = yara_info_of(y, rule, &references[i]);
    }
    y->infos = infos;
    y->references = references;
    y->count = count;
    return true;
}

bool yara_compile(struct yara *y, struct err *err)
{
    bool ok = !y->broken && compile_groups(y);
    for (size_t i = 0; i < y->ngroups && ok; i++) {
        remember_group(y->groups[i]);
    }
    return (ok && !y->broken && gather_infos(y)) ||
           err_set(err, ERR_FULL, "no memory for YARA rules");
}

void yara_done(struct yara *y)
{
    if (!y) {
        return;
    }
    if (y->rules) {
        (void)yr_rules_destroy(y->rules);
    }
    (void)yr_finalize();
}

bool yara_wants(const struct yara *y, size_t len)
{
    return y->theirs || len <= OURS_LARGEST;
}

size_t yara_rule_count(const struct yara *y)
{
    return y ? y->count : 0;
}

const struct rule_info *yara_rule(const struct yara *y, uint32_t rule)
{
    return &y->infos[rule];
}

size_t yara_problem_count(const struct yara *y)
{
    return y ? y->nproblems : 0;
}

const struct rule_problem *yara_problem(const struct yara *y, size_t i)
{
    return &y->problems[i];
}
