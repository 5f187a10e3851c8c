/* Loading rules: what is known of them, where problems are, and what hostile files cost. */
#include "load.h"

static struct arena arena;
static struct names names;
static struct sigma *s;

static void begin(void)
{
    arena_init(&arena, 256 << 20);
    CHECK(names_init(&names, &arena));
    s = sigma_new(&arena, &names);
    CHECK(load_sources(s));
}

static void end(void)
{
    sigma_done(s);
    arena_done(&arena);
}

static size_t add(const char *yaml)
{
    return sigma_add(s, STR("x.yml"), bytes_of_str(str_of(yaml)));
}

static void refused_at(const char *yaml, uint32_t line, uint32_t column, const char *why)
{
    begin();
    CHECK_INT(add(yaml), 0);
    CHECK_INT(sigma_problem_count(s), 1);
    const struct rule_problem *p = sigma_problem(s, 0);
    if (p) {
        CHECK(p->fatal);
        CHECK_STR(p->file, "x.yml");
        CHECK_INT(p->line, line);
        CHECK_INT(p->column, column);
        bool said = str_has(p->text, str_of(why));
        if (!said) {
            (void)fprintf(stderr, "%.*s\n", STR_ARG(p->text));
        }
        CHECK(said);
    }
    end();
}

static void what_is_known_of_a_rule_is_kept(void)
{
    begin();
    CHECK_INT(add("title: First\nlogsource: {product: windows}\n"
                  "detection: {a: {A: 1}, condition: a}\n"
                  "---\n"
                  "title: Shell written\n"
                  "id: 11111111-2222-4333-8444-555555555555\n"
                  "author: A. Nother\n"
                  "status: test\n"
                  "level: critical\n"
                  "tags: [attack.persistence, attack.t1505.003, attack.initial_access,"
                  " cve.2021-27065, attack.g0125]\n"
                  "logsource: {category: file_event, product: windows}\n"
                  "detection: {sel: {TargetFilename|endswith: .aspx}, condition: sel}\n"
                  "limier:\n"
                  "  title: {fr: 'Porte écrite'}\n"
                  "  rung: 4\n"
                  "  weight: proof\n"
                  "  stage: write\n"
                  "  cves: [CVE-2021-26858]\n"
                  "  summary: {en: 'wrote {TargetFilename}', fr: 'a écrit {TargetFilename}'}\n"
                  "  benign: {en: 'an update', fr: 'une mise à jour'}\n"
                  "  entities: [{field: TargetFilename, kind: path, role: shell}]\n"),
              2);
    const struct rule_info *r = sigma_rule(s, 1);
    CHECK_STR(r->title, "Shell written");
    CHECK_STR(rule_title(r, LANG_EN), "Shell written");
    CHECK_STR(rule_title(r, LANG_FR), "Porte écrite");
    CHECK_STR(r->author, "A. Nother");
    CHECK_STR(r->engine, "sigma");
    CHECK_INT(r->level, LEVEL_CRITICAL);
    CHECK(r->nattack == 1 && r->ntactics == 2 && r->ncves == 2 && r->ntags == 5);
    CHECK_STR(r->attack[0], "T1505.003");
    CHECK_STR(r->tactics[1], "initial-access");
    CHECK_STR(r->cves[0], "CVE-2021-26858");
    CHECK_STR(r->cves[1], "CVE-2021-27065");
    CHECK(r->rung == 4 && r->weight == WEIGHT_PROOF && r->nentities == 1);
    CHECK_STR(r->stage, "write");
    CHECK_STR(r->summary.in[LANG_FR], "a écrit {TargetFilename}");
    CHECK_STR(r->entities[0].role, "shell");
    CHECK(str_starts(r->text, STR("---\ntitle: Shell written\n")));
    CHECK(!str_has(sigma_rule(s, 0)->text, STR("Shell")));
    CHECK(sigma_rule(s, 0)->rung == RUNG_NONE && sigma_rule(s, 0)->weight == WEIGHT_LEAD);
    CHECK_STR(sigma_rule(s, 0)->id, "First");
    end();
}

#define HEAD    "title: T\nlogsource: {product: test}\ndetection:\n"
#define RULE(a) HEAD "  sel:\n    " a "\n  condition: sel\n"

static void a_problem_names_its_place(void)
{
    refused_at("title: [", 2, 1, "YAML");
    refused_at("title: T\ndetection: {a: {A: 1}, condition: a}\n", 1, 1, "logsource");
    refused_at(RULE("A|contians: x"), 5, 5, "unknown modifier `contians`");
    refused_at(RULE("A|re: 'a)'"), 5, 11, "regular expression");
    refused_at(RULE("A|cidr: 10.0.0.1/8"), 5, 13, "network");
    refused_at(RULE("A|lt: many"), 5, 11, "number");
    refused_at(RULE("A|exists|contains: x"), 5, 5, "alone");
    refused_at(RULE("A: [x, [y]]"), 5, 12, "not a list");
    refused_at(RULE("A: []"), 5, 8, "empty list");
    refused_at(HEAD "  sel: {A: 1}\n  condition: sel and (other)\n", 5, 14, "names `other`");
    refused_at(HEAD "  sel: {A: 1}\n  condition: sel sel\n", 5, 14, "`sel` where");
    refused_at(HEAD "  sel: {A: 1}\n  condition: 1 of\n", 5, 14, "ends where");
    refused_at(HEAD "  sel: {A: 1}\n  condition: ')'\n", 5, 14, "`)` where");
    refused_at(RULE("A: 1") "limier: {rung: 9}\n", 7, 16, "from 0 to 7");
    refused_at(RULE("A: 1") "limier: {colour: red}\n", 7, 10, "no part of");
    refused_at(RULE("A: 1") "limier: {title: plain}\n", 7, 17, "in `fr` was expected");
    refused_at(RULE("A: 1") "limier: {summary: {en: only}}\n", 7, 19, "`fr` is missing");
}

/* ---- hostile */

static void a_condition_of_ten_thousand_brackets_is_refused(void)
{
    enum { DEEP = 10000 };
    char *yaml = malloc(2 * DEEP + 256);
    int at = sprintf(yaml, HEAD "  sel: {A: 1}\n  condition: '");
    memset(yaml + at, '(', DEEP);
    at += DEEP;
    at += sprintf(yaml + at, "sel");
    memset(yaml + at, ')', DEEP);
    at += DEEP;
    (void)sprintf(yaml + at, "'\n");
    refused_at(yaml, 5, 14, "nested deeper");
    free(yaml);
}

static void a_condition_of_ten_thousand_nots_is_read(void)
{
    enum { MANY = 10000 };
    char *yaml = malloc(4 * MANY + 256);
    int at = sprintf(yaml, HEAD "  sel: {A: 1}\n  condition: ");
    for (int i = 0; i < MANY; i++) {
        at += sprintf(yaml + at, "not ");
    }
    (void)sprintf(yaml + at, "sel\n");
    begin();
    CHECK_INT(add(yaml), 1);
    end();
    free(yaml);
}

static void a_million_values_load_or_are_refused(void)
{
    enum { MANY = 1000000 };
    char *yaml = malloc(16 * (size_t)MANY + 256);
    int at = sprintf(yaml, HEAD "  sel:\n    A:\n");
    for (int i = 0; i < MANY; i++) {
        at += sprintf(yaml + at, "    - v%d\n", i);
    }
    (void)sprintf(yaml + at, "  condition: sel\n");
    begin();
    size_t loaded = add(yaml);
    CHECK(loaded == 1 || (sigma_problem_count(s) == 1 && sigma_problem(s, 0)->text.len));
    end();
    free(yaml);
}

static void aliases_that_unfold_without_end_are_refused(void)
{
    begin();
    CHECK_INT(add("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                  "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                  "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
                  "g: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"),
              0);
    CHECK_INT(sigma_problem_count(s), 1);
    CHECK(str_has(sigma_problem(s, 0)->text, STR("unfold")));
    end();
}

static void expressions_that_explode_are_refused_or_bounded(void)
{
    static const char *const hostile[] = {
        RULE("A|re: '((a{1,200}){1,200}){1,200}'"),
        RULE("A|re: '(a+)+(?<=b)$'"),
        RULE("A|re: '(.*a){40}\\1'"),
    };
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        begin();
        struct err err = {0};
        (void)add(hostile[i]);
        bool compiled = sigma_compile(s, &err);
        CHECK(compiled || err.text[0]);
        if (compiled && sigma_rule_count(s)) {
            char value[200];
            memset(value, 'a', sizeof value);
            static const struct origin nowhere = {.channel = STR_INIT("")};
            struct field f = {STR("A"), (const uint8_t *)value, sizeof value,
                              names_find(&names, STR("A")), VALUE_TEXT};
            struct event e = {.origin = &nowhere, .fields = &f, .nfields = 1};
            struct arena scratch;
            arena_init(&scratch, 16 << 20);
            (void)sigma_holds(s, 0, &e, true, &scratch);
            arena_done(&scratch);
        }
        end();
    }
}

static void invalid_utf8_is_refused(void)
{
    begin();
    CHECK_INT(add(HEAD "  sel: {A: \"\xff\xfe\"}\n  condition: sel\n"), 0);
    CHECK_INT(sigma_problem_count(s), 1);
    CHECK(sigma_problem(s, 0)->fatal);
    end();
}

static void placeholders_cannot_multiply_without_end(void)
{
    begin();
    str ten[10];
    for (size_t i = 0; i < 10; i++) {
        ten[i] = STR("x");
    }
    CHECK(sigma_add_placeholder(s, STR("p"), ten, 10));
    CHECK_INT(add(RULE("A|expand: '%p%%p%%p%%p%%p%%p%%p%'")), 0);
    CHECK(str_has(sigma_problem(s, 0)->text, STR("more than")));
    end();
}

static void little_memory_is_a_problem_not_a_crash(void)
{
    const char *rule = RULE("A|contains|windash: [' -a', b, c]");
    for (uint64_t budget = 0; budget < 200000; budget += 997) {
        struct arena small;
        struct names few;
        arena_init(&small, budget);
        struct err err = {0};
        struct sigma *tiny = names_init(&few, &small) ? sigma_new(&small, &few) : NULL;
        if (tiny) {
            size_t loaded = sigma_add(tiny, STR("x"), bytes_of_str(str_of(rule)));
            bool compiled = sigma_compile(tiny, &err);
            CHECK(compiled || err.text[0]);
            CHECK(loaded == 0 || !compiled || sigma_rule_count(tiny) == 1);
            sigma_done(tiny);
        }
        arena_done(&small);
    }
}

int main(void)
{
    RUN(what_is_known_of_a_rule_is_kept);
    RUN(a_problem_names_its_place);
    RUN(a_condition_of_ten_thousand_brackets_is_refused);
    RUN(a_condition_of_ten_thousand_nots_is_read);
    RUN(a_million_values_load_or_are_refused);
    RUN(aliases_that_unfold_without_end_are_refused);
    RUN(expressions_that_explode_are_refused_or_bounded);
    RUN(invalid_utf8_is_refused);
    RUN(placeholders_cannot_multiply_without_end);
    RUN(little_memory_is_a_problem_not_a_crash);
    return kit_end();
}
