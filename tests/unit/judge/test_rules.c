#include "detect/sigma/sigma.h"
#include "judge/dossier.h"
#include "kit.h"

#include <dirent.h>

static struct arena arena;
static struct names names;
static struct sigma *sigma;
static const struct dossier *dossiers[32];
static size_t ndossiers;

static bytes file(const char *path)
{
    FILE *f = fopen(path, "rb");
    enum { ROOM = 1 << 18 };
    uint8_t *room = arena_alloc(&arena, ROOM);
    bytes b = {room, f && room ? fread(room, 1, ROOM, f) : 0};
    if (f) {
        (void)fclose(f);
    }
    return b;
}

static void each_file(const char *folder, void (*take)(const char *path))
{
    DIR *d = opendir(folder);
    for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        str path = arena_printf(&arena, "%s/%s", folder, e->d_name);
        if (str_ends(path, STR(".yml"))) {
            take(path.p);
        }
    }
    if (d) {
        (void)closedir(d);
    }
}

static void take_rule(const char *path)
{
    CHECK(sigma_add(sigma, str_of(path), file(path)) > 0);
}

static void take_dossier(const char *path)
{
    struct yaml_error error;
    const struct dossier *d = dossier_read(&arena, str_of(path), file(path), &error);
    CHECK(d && ndossiers < ARRAY_LEN(dossiers));
    if (d) {
        dossiers[ndossiers++] = d;
    }
}

static void every_rule_loads(void)
{
    static const char *const folders[] = {
        PROJECT "/rules/actors",  PROJECT "/rules/exchange",   PROJECT "/rules/linux",
        PROJECT "/rules/mining",  PROJECT "/rules/ransomware", PROJECT "/rules/solarwinds",
        PROJECT "/rules/phone",   PROJECT "/rules/theft",      PROJECT "/rules/webshell",
        PROJECT "/rules/windows",
    };
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        each_file(folders[i], take_rule);
    }
    for (size_t i = 0; i < sigma_problem_count(sigma); i++) {
        const struct rule_problem *p = sigma_problem(sigma, i);
        (void)fprintf(stderr, "%.*s:%u:%u: %.*s\n", STR_ARG(p->file), p->line, p->column,
                      STR_ARG(p->text));
    }
    CHECK_INT(sigma_problem_count(sigma), 0);
    CHECK(sigma_rule_count(sigma) >= 240);
}

static bool is_whole(str sentence)
{
    size_t open = 0;
    for (size_t i = 0; i < sentence.len; i++) {
        open += sentence.p[i] == '{';
        open -= sentence.p[i] == '}';
    }
    return sentence.len && open == 0;
}

static void every_rule_speaks_both_languages(void)
{
    for (uint32_t i = 0; i < sigma_rule_count(sigma); i++) {
        const struct rule_info *r = sigma_rule(sigma, i);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            bool whole = is_whole(r->summary.in[lang]) && is_whole(r->benign.in[lang]);
            if (!whole) {
                CHECK_STR(r->title, "a sentence in both languages");
            }
        }
        CHECK(!str_eq(r->summary.in[LANG_EN], r->summary.in[LANG_FR]));
        if (str_eq(rule_title(r, LANG_FR), r->title)) {
            CHECK_STR(r->title, "a title in French");
        }
    }
}

/* A plain blank before : ; ? ! or inside quotation marks; French asks for one that does not break.
 */
static bool is_set_as_french(str s)
{
    static const str wrong[] = {STR_INIT(" :"), STR_INIT(" ;"),        STR_INIT(" ?"),
                                STR_INIT(" !"), STR_INIT(" \xc2\xbb"), STR_INIT("\xc2\xab ")};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        if (str_has(s, wrong[i])) {
            CHECK_STR(s, "no-break spaces");
            return false;
        }
    }
    return true;
}

static void french_is_set_as_french(void)
{
    for (uint32_t i = 0; i < sigma_rule_count(sigma); i++) {
        const struct rule_info *r = sigma_rule(sigma, i);
        CHECK(is_set_as_french(r->summary.in[LANG_FR]) && is_set_as_french(r->benign.in[LANG_FR]));
        CHECK(is_set_as_french(r->titles.in[LANG_FR]));
    }
    for (size_t i = 0; i < ndossiers; i++) {
        const struct dossier *d = dossiers[i];
        CHECK(is_set_as_french(d->name.in[LANG_FR]) && is_set_as_french(d->summary.in[LANG_FR]));
        for (size_t k = 0; k < d->nsteps; k++) {
            CHECK(is_set_as_french(d->steps[k].title.in[LANG_FR]));
        }
        for (size_t k = 0; k < d->nlimits; k++) {
            CHECK(is_set_as_french(d->limits[k].text.in[LANG_FR]));
            CHECK(is_set_as_french(d->limits[k].remedy.in[LANG_FR]));
        }
        for (size_t k = 0; k < d->nactions; k++) {
            CHECK(is_set_as_french(d->actions[k].text.in[LANG_FR]));
            CHECK(is_set_as_french(d->actions[k].why.in[LANG_FR]));
        }
    }
}

static void every_rule_has_its_place_on_the_ladder(void)
{
    for (uint32_t i = 0; i < sigma_rule_count(sigma); i++) {
        const struct rule_info *r = sigma_rule(sigma, i);
        CHECK(r->rung >= 1 && r->rung <= RUNG_MAX && r->stage.len && r->nattack);
        /* what happens on healthy servers every day is not above low */
        if (r->weight == WEIGHT_CONTEXT && r->level > LEVEL_LOW) {
            CHECK_STR(r->title, "context, so low at most");
        }
        CHECK_STR(r->author, "limier");
    }
}

static bool some_rule_has(str tag)
{
    for (uint32_t i = 0; i < sigma_rule_count(sigma); i++) {
        const struct rule_info *r = sigma_rule(sigma, i);
        for (size_t k = 0; k < r->ntags; k++) {
            if (str_eq_nocase(r->tags[k], tag)) {
                return true;
            }
        }
    }
    return false;
}

static bool some_step_names(str tag)
{
    for (size_t i = 0; i < ndossiers; i++) {
        for (size_t k = 0; k < dossiers[i]->nsteps; k++) {
            if (words_have(dossiers[i]->steps[k].shown_by, tag)) {
                return true;
            }
        }
    }
    return false;
}

static void dossiers_and_rules_know_each_other(void)
{
    each_file(PROJECT "/dossiers", take_dossier);
    CHECK(ndossiers >= 2);
    for (size_t i = 0; i < ndossiers; i++) {
        for (size_t k = 0; k < dossiers[i]->nsteps; k++) {
            struct words shown = dossiers[i]->steps[k].shown_by;
            for (size_t w = 0; w < shown.count; w++) {
                if (!some_rule_has(shown.items[w])) {
                    CHECK_STR(shown.items[w], "a tag that a rule has");
                }
            }
        }
    }
    for (uint32_t i = 0; i < sigma_rule_count(sigma); i++) {
        const struct rule_info *r = sigma_rule(sigma, i);
        for (size_t k = 0; k < r->ntags; k++) {
            bool ours = str_starts(r->tags[k], STR("limier."));
            if (ours && !some_step_names(r->tags[k])) {
                CHECK_STR(r->tags[k], "a tag that a step names");
            }
        }
    }
}

static void no_two_rules_have_one_id(void)
{
    for (uint32_t i = 0; i < sigma_rule_count(sigma); i++) {
        for (uint32_t k = 0; k < i; k++) {
            CHECK(!str_eq(sigma_rule(sigma, i)->id, sigma_rule(sigma, k)->id));
        }
    }
}

int main(void)
{
    arena_init(&arena, UINT64_C(256) << 20);
    if (!names_init(&names, &arena)) {
        return 1;
    }
    sigma = sigma_new(&arena, &names);
    struct yaml_error error;
    const char *map = PROJECT "/rules/logsources.yml";
    if (!sigma || !sigma_add_sources(sigma, str_of(map), file(map), &error)) {
        return 1;
    }
    RUN(every_rule_loads);
    RUN(every_rule_speaks_both_languages);
    RUN(french_is_set_as_french);
    RUN(every_rule_has_its_place_on_the_ladder);
    RUN(dossiers_and_rules_know_each_other);
    RUN(no_two_rules_have_one_id);
    sigma_done(sigma);
    arena_done(&arena);
    return kit_end();
}
