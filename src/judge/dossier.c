#include "judge/dossier.h"

#include <stdarg.h>
#include <stdio.h>

/* One dossier being read. The first mistake stays; what is read after it is thrown away. */
struct reading {
    struct arena *arena;
    struct yaml_error *error;
    bool bad;
};

static void refuse(struct reading *r, const struct yaml_node *at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

static void refuse(struct reading *r, const struct yaml_node *at, const char *fmt, ...)
{
    if (r->bad) {
        return;
    }
    r->bad = true;
    r->error->line = at ? at->line : 0;
    r->error->column = at ? at->column : 0;
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(r->error->text, sizeof r->error->text, fmt, args);
    va_end(args);
}

/* A misspelt key would be knowledge lost in silence. */
static void only_keys(struct reading *r, const struct yaml_node *map, const char *const *known)
{
    for (size_t i = 0; i < map->count && !r->bad; i++) {
        size_t k = 0;
        while (known[k] && !str_eq(map->keys[i]->text, str_of(known[k]))) {
            k++;
        }
        if (!known[k]) {
            refuse(r, map->keys[i], "unknown key '%.*s'", STR_ARG(map->keys[i]->text));
        }
    }
}

static bool is_map(struct reading *r, const struct yaml_node *n, const char *const *known)
{
    if (n->kind != YAML_MAP) {
        refuse(r, n, "expected a map");
        return false;
    }
    only_keys(r, n, known);
    return !r->bad;
}

static const struct yaml_node *needed(struct reading *r, const struct yaml_node *map,
                                      const char *key, enum yaml_kind kind)
{
    static const char *const kinds[] = {"a text", "a list", "a map"};
    const struct yaml_node *n = yaml_get(map, str_of(key));
    if (!n) {
        refuse(r, map, "'%s' is missing", key);
    } else if (n->kind != kind) {
        refuse(r, n, "'%s' must be %s", key, kinds[kind]);
        n = NULL;
    }
    return n;
}

static str text_of(struct reading *r, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = needed(r, map, key, YAML_SCALAR);
    if (n && n->text.len == 0) {
        refuse(r, n, "'%s' is empty", key);
    }
    return n ? arena_str(r->arena, str_trim(n->text)) : STR_NONE;
}

static struct text both_of(struct reading *r, const struct yaml_node *map, const char *key)
{
    static const char *const languages[] = {[LANG_EN] = "en", [LANG_FR] = "fr", NULL};
    struct text t = {{STR_NONE}};
    const struct yaml_node *n = needed(r, map, key, YAML_MAP);
    if (n && is_map(r, n, languages)) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            t.in[lang] = text_of(r, n, languages[lang]);
        }
    }
    return t;
}

static struct words words_of(struct reading *r, const struct yaml_node *map, const char *key)
{
    struct words w = {NULL, 0};
    if (!yaml_get(map, str_of(key))) {
        return w;
    }
    const struct yaml_node *n = needed(r, map, key, YAML_LIST);
    str *items = n ? ARENA_ARRAY(r->arena, str, n->count + 1) : NULL;
    for (size_t i = 0; items && i < n->count; i++) {
        if (n->items[i]->kind != YAML_SCALAR || n->items[i]->text.len == 0) {
            refuse(r, n->items[i], "'%s' must list texts", key);
        }
        items[w.count++] = arena_str(r->arena, n->items[i]->text);
    }
    w.items = items;
    return w;
}

static int rung_of(struct reading *r, const struct yaml_node *map, const char *key)
{
    uint64_t rung = 0;
    str text = text_of(r, map, key);
    if (!r->bad && (!str_u64(text, &rung) || rung > RUNG_MAX)) {
        refuse(r, yaml_get(map, str_of(key)), "'%s' must be a number from 0 to %d", key, RUNG_MAX);
        rung = 0;
    }
    return (int)rung;
}

static bool flag_of(struct reading *r, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = yaml_get(map, str_of(key));
    bool yes = n && str_eq(n->text, STR("true"));
    if (n && !yes && !str_eq(n->text, STR("false"))) {
        refuse(r, n, "'%s' must be true or false", key);
    }
    return yes;
}

/* The list under `key`, an empty one when it is absent. */
static const struct yaml_node *list_of(struct reading *r, const struct yaml_node *map,
                                       const char *key)
{
    static const struct yaml_node nothing = {.kind = YAML_LIST};
    if (!yaml_get(map, str_of(key))) {
        return &nothing;
    }
    const struct yaml_node *n = needed(r, map, key, YAML_LIST);
    return n ? n : &nothing;
}

/* ---- the parts of a dossier, a function each */

static void read_log(struct reading *r, const struct yaml_node *n, struct dossier_log *out)
{
    static const char *const keys[] = {"channel", "title", "where", NULL};
    if (is_map(r, n, keys)) {
        *out = (struct dossier_log){
            .channel = text_of(r, n, "channel"),
            .title = both_of(r, n, "title"),
            .where = both_of(r, n, "where"),
        };
    }
}

static void read_step(struct reading *r, const struct yaml_node *n, struct dossier_step *out)
{
    static const char *const keys[] = {"id",      "title", "stage",    "technique", "rung",
                                       "telling", "looks", "shown_by", "logs",      NULL};
    if (is_map(r, n, keys)) {
        *out = (struct dossier_step){
            .id = text_of(r, n, "id"),
            .title = both_of(r, n, "title"),
            .stage = text_of(r, n, "stage"),
            .technique = text_of(r, n, "technique"),
            .rung = rung_of(r, n, "rung"),
            .telling = flag_of(r, n, "telling"),
            .looks = both_of(r, n, "looks"),
            .shown_by = words_of(r, n, "shown_by"),
            .logs = words_of(r, n, "logs"),
        };
    }
}

static void read_limit(struct reading *r, const struct yaml_node *n, struct dossier_limit *out)
{
    static const char *const keys[] = {"id", "needs", "steps", "text", "remedy", NULL};
    if (is_map(r, n, keys)) {
        *out = (struct dossier_limit){
            .id = text_of(r, n, "id"),
            .needs = words_of(r, n, "needs"),
            .steps = words_of(r, n, "steps"),
            .text = both_of(r, n, "text"),
            .remedy = both_of(r, n, "remedy"),
        };
    }
}

static str when_of(struct reading *r, const struct yaml_node *n)
{
    str when = text_of(r, n, "when");
    if (!r->bad && !str_eq(when, STR("now")) && !str_eq(when, STR("today")) &&
        !str_eq(when, STR("this_week"))) {
        refuse(r, yaml_get(n, STR("when")), "'when' must be now, today or this_week");
    }
    return when;
}

static void read_action(struct reading *r, const struct yaml_node *n, struct dossier_action *out)
{
    static const char *const keys[] = {"id",   "when",  "forbidden", "rung", "up_to", "stages",
                                       "cves", "build", "shell",     "text", "why",   NULL};
    if (is_map(r, n, keys)) {
        *out = (struct dossier_action){
            .id = text_of(r, n, "id"),
            .when = when_of(r, n),
            .forbidden = flag_of(r, n, "forbidden"),
            .rung = rung_of(r, n, "rung"),
            .up_to = yaml_get(n, STR("up_to")) ? rung_of(r, n, "up_to") : RUNG_MAX,
            .stages = words_of(r, n, "stages"),
            .cves = words_of(r, n, "cves"),
            .build = flag_of(r, n, "build"),
            .shell = flag_of(r, n, "shell"),
            .text = both_of(r, n, "text"),
            .why = both_of(r, n, "why"),
        };
    }
}

static void read_attribution(struct reading *r, const struct yaml_node *n,
                             struct public_attribution *out)
{
    static const char *const keys[] = {"who",    "actor",      "words", "date",
                                       "source", "confidence", NULL};
    if (is_map(r, n, keys)) {
        *out = (struct public_attribution){
            .who = text_of(r, n, "who"),
            .actor = text_of(r, n, "actor"),
            .words = text_of(r, n, "words"),
            .confidence = text_of(r, n, "confidence"),
            .source = text_of(r, n, "source"),
            .date = text_of(r, n, "date"),
        };
    }
}

/* Reads every item of the list under `key` with `read_one` into an array of `type`. */
#define READ_LIST(r, map, key, type, read_one, out, number)             \
    do {                                                                \
        const struct yaml_node *list = list_of((r), (map), (key));      \
        type *made = ARENA_ARRAY((r)->arena, type, list->count + 1);    \
        for (size_t i = 0; made && i < list->count && !(r)->bad; i++) { \
            read_one((r), list->items[i], &made[i]);                    \
        }                                                               \
        (out) = made;                                                   \
        (number) = made ? list->count : 0;                              \
    } while (0)

static bool has_step(const struct dossier *d, str id)
{
    for (size_t i = 0; i < d->nsteps; i++) {
        if (str_eq(d->steps[i].id, id)) {
            return true;
        }
    }
    return false;
}

static bool has_log(const struct dossier *d, str channel)
{
    for (size_t i = 0; i < d->nlogs; i++) {
        if (str_eq(d->logs[i].channel, channel)) {
            return true;
        }
    }
    return false;
}

static void check_logs(struct reading *r, const struct yaml_node *root, const struct dossier *d,
                       struct words channels)
{
    for (size_t i = 0; i < channels.count; i++) {
        if (!has_log(d, channels.items[i])) {
            refuse(r, root, "'logs' says nothing of '%.*s'", STR_ARG(channels.items[i]));
        }
    }
}

/* What one part says of another must be there. */
static void check_references(struct reading *r, const struct yaml_node *root,
                             const struct dossier *d)
{
    for (size_t i = 0; i < d->nsteps; i++) {
        check_logs(r, root, d, d->steps[i].logs);
    }
    for (size_t i = 0; i < d->nlimits; i++) {
        check_logs(r, root, d, d->limits[i].needs);
        for (size_t k = 0; k < d->limits[i].steps.count; k++) {
            if (!has_step(d, d->limits[i].steps.items[k])) {
                refuse(r, root, "limit '%.*s': there is no step '%.*s'", STR_ARG(d->limits[i].id),
                       STR_ARG(d->limits[i].steps.items[k]));
            }
        }
    }
}

static void check_builds(struct reading *r, const struct yaml_node *root, struct words builds)
{
    struct build_number ignored;
    for (size_t i = 0; i < builds.count && !r->bad; i++) {
        if (!build_number_parse(builds.items[i], &ignored)) {
            refuse(r, yaml_get(root, STR("fixed")), "'%.*s' does not end in a build",
                   STR_ARG(builds.items[i]));
        }
    }
}

static void read_parts(struct reading *r, const struct yaml_node *root, struct dossier *d)
{
    READ_LIST(r, root, "logs", struct dossier_log, read_log, d->logs, d->nlogs);
    READ_LIST(r, root, "steps", struct dossier_step, read_step, d->steps, d->nsteps);
    READ_LIST(r, root, "limits", struct dossier_limit, read_limit, d->limits, d->nlimits);
    READ_LIST(r, root, "actions", struct dossier_action, read_action, d->actions, d->nactions);
    READ_LIST(r, root, "attributions", struct public_attribution, read_attribution, d->attributions,
              d->nattributions);
}

const struct dossier *dossier_read(struct arena *a, str file, bytes yaml, struct yaml_error *error)
{
    static const char *const keys[] = {"dossier", "general", "name",         "summary", "names",
                                       "cves",    "applies", "fixed",        "logs",    "steps",
                                       "limits",  "actions", "attributions", NULL};
    (void)file;
    struct reading r = {.arena = a, .error = error};
    const struct yaml_node *root = yaml_read(a, yaml, error);
    struct dossier *d = root ? ARENA_NEW(a, struct dossier) : NULL;
    if (!d || !is_map(&r, root, keys)) {
        return NULL;
    }
    d->id = text_of(&r, root, "dossier");
    d->general = flag_of(&r, root, "general");
    d->name = both_of(&r, root, "name");
    d->summary = both_of(&r, root, "summary");
    d->names = words_of(&r, root, "names");
    d->cves = words_of(&r, root, "cves");
    d->applies = words_of(&r, root, "applies");
    d->fixed = words_of(&r, root, "fixed");
    check_builds(&r, root, d->fixed);
    read_parts(&r, root, d);
    if (!r.bad) {
        check_references(&r, root, d);
    }
    return r.bad ? NULL : d;
}

str dossier_id(const struct dossier *d)
{
    return d->id;
}

bool words_have(struct words list, str word)
{
    for (size_t i = 0; i < list.count; i++) {
        if (str_eq_nocase(list.items[i], word)) {
            return true;
        }
    }
    return false;
}

bool build_number_parse(str text, struct build_number *out)
{
    size_t count = 0, start = text.len;
    while (start > 0 && text.p[start - 1] != ' ') {
        start--;
    }
    str rest = str_from(text, start), part;
    while (str_cut(&rest, '.', &part)) {
        uint64_t n = 0;
        if (count == ARRAY_LEN(out->parts) || part.len > 5 || !str_u64(part, &n)) {
            return false;
        }
        out->parts[count++] = (uint32_t)n;
    }
    return count == ARRAY_LEN(out->parts);
}

bool channel_matches(str pattern, str channel)
{
    if (str_ends(pattern, STR("*"))) {
        return str_starts_nocase(channel, str_sub(pattern, 0, pattern.len - 1));
    }
    return str_eq_nocase(pattern, channel);
}
