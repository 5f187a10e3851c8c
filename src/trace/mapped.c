#include "trace/mapped.h"

#include "match/glob.h"
#include "match/matcher.h"
#include "model/host_path.h"
#include "model/summary.h"

#include <string.h>

enum { SETTINGS_MAX = 256, MAPPED_MAX = 512, GLOB_MAX = 256 };

static const struct rule_entity mapped_entities[] = {
    {STR_INIT("TargetFilename"), STR_INIT("path"), STR_INIT("shell")},
};
static const str mapped_tags[] = {STR_INIT("attack.t1505.003"), STR_INIT("attack.t1036"),
                                  STR_INIT("limier.page-written")};
static const str mapped_attack[] = {STR_INIT("T1505.003"), STR_INIT("T1036")};

const struct rule_info rule_mapped = {
    .id = STR_INIT("limier-page-mapped"),
    .title = STR_INIT("File that settings of its folder run as code"),
    .titles = {{[LANG_FR] = STR_INIT(
                    "Fichier que les réglages de son dossier font exécuter comme du code")}},
    .author = STR_INIT("limier"),
    .status = STR_INIT("stable"),
    .engine = STR_INIT("trail"),
    .source = STR_INIT("builtin:trail"),
    .level = LEVEL_HIGH,
    .tags = mapped_tags,
    .ntags = ARRAY_LEN(mapped_tags),
    .attack = mapped_attack,
    .nattack = ARRAY_LEN(mapped_attack),
    .rung = 4,
    .weight = WEIGHT_STRONG,
    .stage = STR_INIT("write"),
    .entities = mapped_entities,
    .nentities = ARRAY_LEN(mapped_entities),
    .summary = {{
        [LANG_EN] =
            STR_INIT("{TargetFilename} holds server code ({Language}), and {settings} makes "
                     "the server run it, by `{mapping}`."),
        [LANG_FR] =
            STR_INIT("{TargetFilename} contient du code de serveur ({Language}), et "
                     "{settings} le fait exécuter par le serveur, par «\u00a0{mapping}\u00a0»."),
    }},
    .benign = {{
        [LANG_EN] = STR_INIT("An application that makes images by code under the name of an image, "
                             "or a firewall written in PHP."),
        [LANG_FR] = STR_INIT("Une application qui produit des images par du code sous un nom "
                             "d’image, ou un pare-feu écrit en PHP."),
    }},
};

struct setting {
    const struct finding *finding;
    str folder, collection, value;
    bool runs_with; /* a file that runs with each page; else names of files that run */
};

static str value_of(const struct finding *f, str name)
{
    const struct named_value *v = value_named(f->fields, f->nfields, name);
    return v ? v->value : STR_NONE;
}

/* ---- what settings say */

/* One value once: findings of several rules tell it. */
static void add_setting(struct setting *s, size_t *n, const struct finding *f, str value,
                        bool runs_with)
{
    for (size_t i = *n; i > 0 && str_eq(s[i - 1].finding->unit, f->unit); i--) {
        if (str_eq(s[i - 1].value, value) && s[i - 1].runs_with == runs_with) {
            return;
        }
    }
    if (*n < SETTINGS_MAX && value.len > 0 && value.len < GLOB_MAX) {
        s[(*n)++] =
            (struct setting){f, str_dir(f->unit), host_collection(f->unit), value, runs_with};
    }
}

/* Settings of the whole server name no folder of files: those of a folder lie in it. */
static void read_settings(const struct finding *f, struct setting *s, size_t *n)
{
    bool page = str_eq(f->channel, STR("page"));
    bool iis = str_eq(f->channel, STR("iis-config")) &&
               str_eq_nocase(str_base(f->unit), STR("web.config"));
    for (size_t i = 0; (page || iis) && i < f->nfields; i++) {
        str name = f->fields[i].name, value = f->fields[i].value;
        bool runs_with = page && str_eq(name, STR("Prepends"));
        if (runs_with || (page && str_eq(name, STR("Maps"))) ||
            (iis && str_eq(name, STR("path")))) {
            add_setting(s, n, f, value, runs_with);
        }
    }
}

/* ---- whether they mean a file */

static bool glob_names(str value, str name)
{
    char pattern[GLOB_MAX];
    memcpy(pattern, value.p, value.len);
    for (size_t i = 0; i < value.len; i++) {
        char c = value.p[i];
        pattern[i] = c == '*' ? GLOB_ANY : c == '?' ? GLOB_ONE : c;
    }
    return glob_match((str){pattern, value.len}, name);
}

/* Apache looks at each part behind a dot: x.jpg.en too is one of .jpg. */
static bool has_extension(str name, str extension)
{
    str part;
    (void)str_cut(&name, '.', &part);
    while (str_cut(&name, '.', &part)) {
        if (str_eq_nocase(part, extension)) {
            return true;
        }
    }
    return false;
}

static bool is_expression(str value)
{
    bool found = str_has(value, STR(".*"));
    for (size_t i = 0; i < value.len && !found; i++) {
        found = strchr("\\^$|()[]+{}", value.p[i]) != NULL;
    }
    return found;
}

static bool maps_name(str value, str name)
{
    bool dotted = str_starts(value, STR("."));
    if (is_expression(value)) {
        return matcher_search(value, PATTERN_IGNORE_CASE, name);
    }
    bool bare = str_find_char(value, '.') == value.len && str_find_char(value, '*') == value.len;
    return has_extension(name, dotted ? str_from(value, 1)
                               : bare ? value
                                      : STR("\n")) ||
           glob_names(value, name);
}

/* `/var/www/site/a/x.log` as the server calls it, `x.log` beside the settings. */
static bool is_run_with(const struct setting *s, str unit)
{
    str value = str_starts(s->value, STR("./")) ? str_from(s->value, 2) : s->value;
    if (str_starts(value, STR("/"))) {
        return str_ends(unit, value);
    }
    return unit.len > value.len && str_ends(unit, value) && str_eq(str_dir(unit), s->folder);
}

static bool is_below(str unit, str folder)
{
    return folder.len == 0 ||
           (unit.len > folder.len && str_starts(unit, folder) && unit.p[folder.len] == '/');
}

static bool concerns(const struct setting *s, const struct finding *page, bool disguised)
{
    if (!str_eq(s->collection, host_collection(page->unit)) ||
        str_eq(s->finding->unit, page->unit)) {
        return false;
    }
    if (s->runs_with) {
        return (disguised || page->rule->level >= LEVEL_MEDIUM) && is_run_with(s, page->unit);
    }
    return disguised && is_below(page->unit, s->folder) &&
           maps_name(s->value, str_base(page->unit));
}

/* ---- what files say */

static bool has_tag(const struct rule_info *rule, str tag)
{
    for (size_t i = 0; i < rule->ntags; i++) {
        if (str_eq(rule->tags[i], tag)) {
            return true;
        }
    }
    return false;
}

/* Findings of one unit, up to `*to`: the worst, and whether the file is no page by its name. */
static const struct finding *page_of(const struct finding *findings, size_t count, size_t from,
                                     size_t *to, bool *disguised)
{
    const struct finding *worst = NULL;
    *disguised = false;
    for (*to = from; *to < count && str_eq(findings[*to].unit, findings[from].unit); (*to)++) {
        const struct finding *f = &findings[*to];
        if (str_eq(f->channel, STR("page")) && value_of(f, STR("Language")).len > 0) {
            worst = !worst || f->rule->level > worst->rule->level ? f : worst;
            *disguised = *disguised || has_tag(f->rule, STR("page.disguised"));
        }
    }
    return worst;
}

bool trace_mapped(const struct finding *findings, size_t nfindings, struct arena *a,
                  struct mapped **out, size_t *count)
{
    struct setting *settings = ARENA_ARRAY(a, struct setting, SETTINGS_MAX);
    size_t n = 0;
    *out = ARENA_ARRAY(a, struct mapped, MAPPED_MAX);
    *count = 0;
    for (size_t i = 0; settings && i < nfindings; i++) {
        read_settings(&findings[i], settings, &n);
    }
    for (size_t from = 0, to; *out && n > 0 && from < nfindings; from = to) {
        bool disguised = false;
        const struct finding *page = page_of(findings, nfindings, from, &to, &disguised);
        const struct setting *nearest = NULL;
        for (size_t i = 0; page && i < n; i++) {
            bool nearer = !nearest || settings[i].folder.len > nearest->folder.len;
            nearest = nearer && concerns(&settings[i], page, disguised) ? &settings[i] : nearest;
        }
        if (nearest && *count < MAPPED_MAX) {
            (*out)[(*count)++] = (struct mapped){page, nearest->finding, nearest->value};
        }
    }
    return settings && *out;
}
