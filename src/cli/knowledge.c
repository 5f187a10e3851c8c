#include "cli/knowledge.h"

#include "cli/actors_known.h"
#include "cli/choices.h"
#include "cli/embedded.h"
#include "cli/language.h"
#include "cli/rules_cache.h"
#include "os/walk.h"

enum { TREE_BUDGET = 256 << 20, DOSSIERS_MAX = 256 };

struct lesson { /* learning in progress */
    struct learned *out;
    struct sigma *sigma;
    struct digest *digest;
    struct arena *arena;
    const struct sigma_choice *choice; /* NULL: all rules */
    struct err *err;
    struct rules_cache cache;
    struct arena tree;  /* of one file */
    const char *folder; /* being walked */
    int folder_fd;
    bool ok;
    const struct dossier *theirs[DOSSIERS_MAX]; /* of the user, found among his rules */
    size_t ntheirs;
};

/* Names and lengths go in too, so that no two sets of files can give the same bytes. */
static void digest_file(struct lesson *l, str name, uint64_t len, const uint8_t sha256[DIGEST_LEN])
{
    const uint64_t head[] = {name.len, len};
    digest_add(l->digest, (bytes){(const uint8_t *)head, sizeof head});
    digest_add(l->digest, bytes_of_str(name));
    digest_add(l->digest, (bytes){sha256, DIGEST_LEN});
}

static void digest_data(struct lesson *l, str name, bytes data)
{
    uint8_t sha256[DIGEST_LEN];
    digest_of(data, sha256);
    digest_file(l, name, data.len, sha256);
}

static bool is_mapping(str name)
{
    return str_eq(str_base(name), STR("logsources.yml"));
}

static bool add_sources(struct sigma *sigma, str file, bytes data, struct err *err)
{
    struct yaml_error wrong = {0};
    return sigma_add_sources(sigma, file, data, &wrong) ||
           err_set(err, ERR_INPUT, "%.*s:%u:%u: %s", STR_ARG(file), wrong.line, wrong.column,
                   wrong.text);
}

bool learn_sources(struct sigma *sigma, struct err *err)
{
    for (const struct embedded *e = embedded_rules; e->name.p; e++) {
        if (is_mapping(e->name) &&
            !add_sources(sigma, STR("builtin:logsources.yml"), e->data, err)) {
            return false;
        }
    }
    return true;
}

/* ---- ours */

static void learn_ours(struct lesson *l, unsigned what)
{
    for (const struct embedded *e = embedded_rules; e->name.p; e++) {
        str file = arena_printf(l->arena, "builtin:%.*s", STR_ARG(e->name));
        bool mapping = is_mapping(e->name);
        if (mapping || (what & KNOW_OURS)) {
            digest_data(l, file, e->data);
        }
        if (!mapping && (what & KNOW_OURS)) {
            (void)sigma_add(l->sigma, file, e->data);
        }
    }
}

static const struct dossier *read_dossier(struct lesson *l, str file, bytes data)
{
    struct yaml_error wrong = {0};
    const struct dossier *d = dossier_read(l->arena, file, data, &wrong);
    if (!d) {
        (void)err_set(l->err, ERR_INPUT, "%.*s:%u:%u: %s", STR_ARG(file), wrong.line, wrong.column,
                      wrong.text);
    }
    return d;
}

/* Who brings a dossier of our name knows better. */
static bool is_replaced(const struct lesson *l, const struct dossier *ours)
{
    for (size_t i = 0; i < l->ntheirs; i++) {
        if (str_eq(dossier_id(l->theirs[i]), dossier_id(ours))) {
            return true;
        }
    }
    return false;
}

static bool learn_dossiers(struct lesson *l)
{
    size_t count = 0, known = 0;
    while (embedded_dossiers[count].name.p) {
        count++;
    }
    const struct dossier **all =
        ARENA_ARRAY(l->arena, const struct dossier *, count + l->ntheirs + 1);
    for (size_t i = 0; i < count && all; i++) {
        const struct embedded *e = &embedded_dossiers[i];
        str file = arena_printf(l->arena, "builtin:dossiers/%.*s", STR_ARG(e->name));
        const struct dossier *ours = read_dossier(l, file, e->data);
        if (!ours) {
            return false;
        }
        if (!is_replaced(l, ours)) {
            all[known++] = ours;
        }
        digest_data(l, file, e->data);
    }
    for (size_t i = 0; i < l->ntheirs && all; i++) {
        all[known++] = l->theirs[i];
    }
    l->out->knowledge.dossiers = all;
    l->out->knowledge.ndossiers = known;
    return true;
}

static bool learn_actors_too(struct lesson *l)
{
    struct actors *actors = ARENA_NEW(l->arena, struct actors);
    for (const struct embedded *e = embedded_actors; e->name.p; e++) {
        digest_data(l, e->name, e->data);
    }
    l->out->knowledge.actors = actors;
    return actors && learn_actors(NULL, l->arena, actors, l->err);
}

/* ---- the user's */

/* The tree is made in memory that is used again for the next file; its texts are the cache's. */
static bool add_kept(struct lesson *l, const struct rule_file *f)
{
    const struct yaml_node *tree = yaml_unpack(&l->tree, f->packed);
    if (tree) {
        (void)sigma_add_tree(l->sigma, f->path, f->text, tree);
    }
    arena_reset(&l->tree);
    return tree != NULL;
}

/* A dossier is told by its first key. It is read anew each time: the cache holds rules. */
static bool is_dossier(const struct yaml_node *tree)
{
    return tree->kind == YAML_MAP && yaml_get(tree, STR("dossier"));
}

static void add_dossier(struct lesson *l, const struct rule_file *f)
{
    const struct dossier *d = read_dossier(l, f->path, bytes_of_str(f->text));
    bool room = l->ntheirs < DOSSIERS_MAX;
    l->ok =
        l->ok && d && (room || err_set(l->err, ERR_INPUT, "more than %d dossiers", DOSSIERS_MAX));
    if (l->ok) {
        l->theirs[l->ntheirs++] = d;
    }
}

static void add_fresh(struct lesson *l, struct rule_file *f)
{
    struct yaml_error wrong = {0};
    const struct yaml_node *tree = yaml_read(l->arena, bytes_of_str(f->text), &wrong);
    if (tree && is_dossier(tree)) {
        add_dossier(l, f);
    } else if (tree) {
        (void)sigma_add_tree(l->sigma, f->path, f->text, tree);
        rules_cache_put(&l->cache, f, tree);
    } else {
        (void)sigma_add(l->sigma, f->path, bytes_of_str(f->text)); /* says why it is none */
    }
}

static void add_file(struct lesson *l, str path, const struct os_stat *st, bytes data)
{
    struct rule_file f = {.path = path, .st = *st, .text = arena_str(l->arena, str_of_bytes(data))};
    digest_of(data, f.sha256);
    digest_file(l, path, data.len, f.sha256);
    if (is_mapping(path)) {
        l->ok = l->ok && add_sources(l->sigma, path, bytes_of_str(f.text), l->err);
    } else {
        add_fresh(l, &f);
    }
}

static bool is_yaml(str name)
{
    str ext = str_ext(name);
    return str_eq_nocase(ext, STR(".yml")) || str_eq_nocase(ext, STR(".yaml"));
}

static bool add_known(struct lesson *l, str path, const struct os_stat *st)
{
    const struct rule_file *f = rules_cache_get(&l->cache, path, st);
    if (!f || !add_kept(l, f)) {
        return false;
    }
    digest_file(l, path, f->text.len, f->sha256);
    return true;
}

static bool read_below(struct lesson *l, str path, const char *name)
{
    struct os_stat st;
    struct os_view view = {0};
    int fd = os_open_below(l->folder_fd, name, &st, l->err);
    l->ok = fd >= 0 && (os_view_of(&view, fd, st.size) ||
                        err_set(l->err, ERR_IO, "%s/%s: it cannot be read", l->folder, name));
    if (l->ok) {
        add_file(l, path, &st, view.data);
    }
    os_view_close(&view);
    os_close(&fd);
    return l->ok;
}

static bool on_entry(void *ctx, const struct os_entry *e)
{
    struct lesson *l = ctx;
    if (e->st.kind != OS_FILE || !is_yaml(str_of(e->path))) {
        return true;
    }
    str path = arena_printf(l->arena, "%s/%s", l->folder, e->path);
    return add_known(l, path, &e->st) || read_below(l, path, e->path);
}

static bool learn_folder(struct lesson *l, const char *path)
{
    str bare = str_of(path);
    while (bare.len > 1 && bare.p[bare.len - 1] == '/') {
        bare.len--;
    }
    l->folder = arena_str(l->arena, bare).p;
    l->folder_fd = os_open_folder(path, l->err);
    if (l->folder_fd < 0) {
        return false;
    }
    bool walked = os_walk(l->folder_fd, on_entry, l);
    os_close(&l->folder_fd);
    return l->ok && (walked || err_set(l->err, ERR_IO, "%s: the folder cannot be read", path));
}

static bool learn_file(struct lesson *l, const char *path, const struct os_stat *st)
{
    struct os_view view = {0};
    if (!os_view_open(&view, path, l->err)) {
        return false;
    }
    add_file(l, str_of(path), st, view.data);
    os_view_close(&view);
    return l->ok;
}

static bool learn_path(struct lesson *l, const char *path)
{
    struct os_stat st;
    if (!os_stat(path, &st, l->err)) {
        return err_in(l->err, "rules");
    }
    return (st.kind == OS_FOLDER ? learn_folder(l, path) : learn_file(l, path, &st)) ||
           err_in(l->err, "rules");
}

/* ---- what went wrong */

static str problem_line(struct arena *a, const struct rule_problem *p)
{
    str place =
        p->line ? arena_printf(a, "%.*s:%u:%u", STR_ARG(p->file), p->line, p->column) : p->file;
    str rule = p->rule.len ? arena_printf(a, " (%.*s)", STR_ARG(p->rule)) : STR_NONE;
    return arena_printf(a, "%.*s: %s%.*s%.*s", STR_ARG(place),
                        p->fatal ? "" : "warning: ", STR_ARG(p->text), STR_ARG(rule));
}

static void gather_problems(struct lesson *l)
{
    size_t count = sigma_problem_count(l->sigma);
    str *lines = ARENA_ARRAY(l->arena, str, count + 1);
    str *refusals = ARENA_ARRAY(l->arena, str, count + 1);
    for (size_t i = 0; i < count && lines && refusals; i++) {
        const struct rule_problem *p = sigma_problem(l->sigma, i);
        lines[i] = problem_line(l->arena, p);
        if (p->fatal) {
            refusals[l->out->nrefused++] = lines[i];
        }
    }
    l->out->problems = lines;
    l->out->refusals = refusals;
    l->out->first_refused = l->out->nrefused ? refusals[0] : STR_NONE;
    l->out->nproblems = lines ? count : 0;
    l->out->loaded = sigma_rule_count(l->sigma);
    for (uint32_t i = 0; i < l->out->loaded; i++) {
        l->out->nleft_out += !sigma_chosen(l->sigma, i);
    }
}

static bool learn_all(struct lesson *l, const struct option_list *rules, unsigned what)
{
    if (!learn_sources(l->sigma, l->err)) {
        return false;
    }
    if (what & KNOW_ADVICE) {
        sigma_advise(l->sigma);
    }
    learn_ours(l, what);
    size_t ours = sigma_rule_count(l->sigma);
    rules_cache_open(&l->cache, rules, l->arena);
    for (size_t i = 0; i < rules->count; i++) {
        if (!learn_path(l, rules->items[i])) {
            return false;
        }
    }
    rules_cache_close(&l->cache);
    if (l->choice) {
        struct sigma_choice choice = *l->choice;
        choice.first = what & KNOW_DOSSIERS ? (uint32_t)ours : 0; /* a verdict rests on ours */
        sigma_choose(l->sigma, &choice);
    }
    return (!(what & KNOW_DOSSIERS) || (learn_dossiers(l) && learn_actors_too(l))) &&
           sigma_compile(l->sigma, l->err);
}

static bool learn_some(const struct option_list *rules, unsigned what,
                       const struct sigma_choice *choice, struct arena *a, struct learned *out,
                       struct err *err)
{
    *out = (struct learned){0};
    if (!names_init(&out->names, a)) {
        return err_set(err, ERR_FULL, "no memory for the names of fields");
    }
    indicators_names(&out->names);
    stix_set_names(&out->names);
    struct sigma *sigma = sigma_new(a, &out->names);
    if (!sigma) {
        return err_set(err, ERR_FULL, "no memory for rules");
    }
    out->knowledge = (struct knowledge){
        .names = &out->names,
        .sigma = sigma,
        .catalogs = {[LANG_FR] = language_catalog(LANG_FR)},
    };
    struct lesson l = {.out = out,
                       .sigma = sigma,
                       .digest = digest_new(),
                       .arena = a,
                       .choice = choice,
                       .err = err,
                       .ok = true};
    arena_init(&l.tree, TREE_BUDGET);
    bool ok = learn_all(&l, rules, what);
    arena_done(&l.tree);
    uint8_t raw[DIGEST_LEN];
    digest_end(l.digest, raw);
    (void)digest_hex(raw, out->digest);
    if (!ok) {
        learned_done(out);
        return false;
    }
    gather_problems(&l);
    return true;
}

bool learn(const struct option_list *rules, unsigned what, struct arena *a, struct learned *out,
           struct err *err)
{
    return learn_some(rules, what, NULL, a, out, err);
}

static const str *strs_of(struct arena *a, const struct option_list *words)
{
    str *out = ARENA_ARRAY(a, str, words->count + 1);
    for (size_t i = 0; out && i < words->count; i++) {
        out[i] = str_of(words->items[i]);
    }
    return out;
}

bool learn_chosen(const struct invocation *in, const struct option_list *rules, unsigned what,
                  const struct chosen_rules *chosen, struct learned *out, struct err *err)
{
    struct sigma_choice choice = {
        .min_level = LEVEL_INFORMATIONAL,
        .statuses = strs_of(in->arena, &chosen->statuses),
        .nstatuses = chosen->statuses.count,
        .tags = strs_of(in->arena, &chosen->tags),
        .ntags = chosen->tags.count,
    };
    *out = (struct learned){0};
    if (!choice.statuses || !choice.tags) {
        return err_set(err, ERR_FULL, "no memory for rules");
    }
    bool every = what & KNOW_ADVICE; /* who asks for advice on a rule wants it whatever it is */
    return choose_level(in, chosen->min_level, &choice.min_level, err) &&
           learn_some(rules, what, every ? NULL : &choice, in->arena, out, err);
}

void learned_done(struct learned *l)
{
    if (l->knowledge.sigma) {
        sigma_done(l->knowledge.sigma);
        l->knowledge.sigma = NULL;
    }
    indicators_done(l->knowledge.indicators);
    l->knowledge.indicators = NULL;
    stix_set_done(l->knowledge.patterns);
    l->knowledge.patterns = NULL;
    yara_done(l->knowledge.yara);
    l->knowledge.yara = NULL;
}
