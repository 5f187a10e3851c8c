/* YARA rules: what is kept of a file with mistakes, what rules see, what is told of a match. */
#include "base/buf.h"
#include "detect/yara/pieces.h"
#include "detect/yara/yara.h"
#include "kit.h"

struct scene {
    struct arena arena;
    struct yara *yara;
    struct yara_run *run;
    char told[1024];
};

static bool include_nothing(void *ctx, str name, str file, str *path, str *text)
{
    (void)ctx, (void)name, (void)file, (void)path, (void)text;
    return false;
}

static bool include_itself(void *ctx, str name, str file, str *path, str *text)
{
    (void)ctx, (void)file;
    *path = name;
    *text = str_eq(name, STR("loop.yar"))
                ? STR("include \"main.yar\"\nrule looped { condition: true }")
                : STR("rule from_include { condition: true }");
    return true;
}

static void scene_open(struct scene *s, yara_include *include)
{
    *s = (struct scene){.told = ""};
    arena_init(&s->arena, 64 << 20);
    s->yara = yara_new(&s->arena, include, NULL);
    CHECK(s->yara);
}

static void scene_compile(struct scene *s)
{
    struct err err = {0};
    CHECK(yara_compile(s->yara, &err));
    s->run = yara_run_new(s->yara);
}

static void scene_close(struct scene *s)
{
    yara_run_free(s->run);
    yara_done(s->yara);
    arena_done(&s->arena);
}

static void on_hit(void *ctx, const struct yara_hit *hit)
{
    struct scene *s = ctx;
    size_t len = strlen(s->told);
    str id = yara_rule(s->yara, hit->rule)->id;
    (void)snprintf(s->told + len, sizeof s->told - len, "%.*s@%llu+%llu ", STR_ARG(id),
                   (unsigned long long)hit->offset, (unsigned long long)hit->len);
    for (size_t i = 0; i < hit->nfields; i++) {
        len = strlen(s->told);
        (void)snprintf(s->told + len, sizeof s->told - len, "[%.*s %.*s] ",
                       STR_ARG(hit->fields[i].name), STR_ARG(hit->fields[i].value));
    }
}

static str look(struct scene *s, const char *path, str data)
{
    const struct yara_unit u = {.data = bytes_of_str(data), .path = str_of(path), .seconds = 20};
    s->told[0] = 0;
    if (s->run) {
        CHECK(yara_look(s->run, &u, &s->arena, on_hit, s) == YARA_LOOKED);
    }
    return str_of(s->told);
}

static void a_rule_that_cannot_be_compiled_is_left_out_alone(void)
{
    static const char text[] = "import \"nosuch\"\n"
                               "rule good { condition: true }\n"
                               "rule variable { condition: unknown_thing == 1 }\n"
                               "rule expression { strings: $a = /(/ condition: $a }\n"
                               "rule module { condition: nosuch.x == 1 }\n"
                               "rule follows { condition: variable }\n"
                               "import \"magic\"\n"
                               "rule last /* { */ { strings: $a = \"}\" $b = /\\}\"/ // {\n"
                               "  condition: $a and $b }\n";
    static const uint32_t lines[] = {7, 1, 3, 4, 5, 6};
    struct scene s;
    scene_open(&s, include_nothing);
    yara_add(s.yara, STR("x.yar"), str_of(text));
    scene_compile(&s);
    CHECK_INT(yara_rule_count(s.yara), 2);
    CHECK_STR(look(&s, "x", STR("  }\"")), "good@0+4 last@2+1 [$a 0x2: }] [$b 0x2: }\"] ");
    uint32_t seen = 0;
    for (size_t i = 0; i < yara_problem_count(s.yara); i++) {
        const struct rule_problem *p = yara_problem(s.yara, i);
        CHECK_STR(p->file, "x.yar");
        CHECK(p->fatal && p->text.len > 0);
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
            seen |= p->line == lines[k] ? 1U << k : 0;
        }
    }
    CHECK_INT(yara_problem_count(s.yara), 6);
    CHECK_INT(seen, 63);
    scene_close(&s);
}

static void the_variables_of_public_rules_are_there(void)
{
    static const char text[] =
        "rule name { condition: filename == \"A.Aspx\" }\n"
        "rule folder { condition: filepath == \"C:\\\\inetpub\\\\wwwroot\" }\n"
        "rule ext { condition: extension == \".aspx\" }\n"
        "rule type { condition: filetype == \"EXE\" and owner == \"\" }\n";
    struct scene s;
    scene_open(&s, include_nothing);
    yara_add(s.yara, STR("x.yar"), str_of(text));
    scene_compile(&s);
    CHECK_STR(look(&s, "C:\\inetpub\\wwwroot\\A.Aspx", STR("MZ")),
              "name@0+2 folder@0+2 ext@0+2 type@0+2 ");
    CHECK_STR(look(&s, "other", STR("x")), "");
    scene_close(&s);
}

static void a_match_tells_its_strings_and_where_they_are(void)
{
    static const char text[] =
        "rule r : a_tag { meta: description = \"What {it} is\" score = 60\n"
        "  author = \"somebody\" reference = \"https://example.org\"\n"
        "  strings: $plain = \"abc\" $wide = \"abc\" wide $bytes = { 01 02 }\n"
        "  condition: all of them }\n"
        "rule without { condition: r }\n";
    struct scene s;
    scene_open(&s, include_nothing);
    yara_add(s.yara, STR("x.yar"), str_of(text));
    scene_compile(&s);
    CHECK_STR(look(&s, "x", STR("..abc.\1\2.a\0b\0c\0")),
              "r@2+3 [$plain 0x2: abc] [$wide 0x9: abc] [$bytes 0x6: 0102] "
              "[Reference https://example.org] without@0+15 ");
    const struct rule_info *r = yara_rule(s.yara, 0);
    CHECK_STR(r->title, "What {it} is");
    CHECK_STR(r->summary.in[LANG_EN], "{TargetFilename}: What (it) is");
    CHECK_STR(r->author, "somebody");
    CHECK_STR(r->engine, "yara");
    CHECK_STR(r->source, "x.yar");
    CHECK(str_starts(r->text, STR("rule r : a_tag {")) && str_ends(r->text, STR("}")));
    CHECK(r->level == LEVEL_MEDIUM && r->ntags == 1 && r->rung == RUNG_NONE);
    CHECK(yara_rule(s.yara, 1)->level == LEVEL_HIGH); /* no score is 75 */
    scene_close(&s);
}

static void includes_end(void)
{
    struct scene s;
    scene_open(&s, include_itself);
    yara_add(s.yara, STR("main.yar"),
             STR("include \"loop.yar\"\ninclude \"a.yar\"\nrule own { condition: looped }"));
    scene_compile(&s);
    CHECK_STR(look(&s, "x", STR("1")), "looped@0+1 from_include@0+1 own@0+1 ");
    CHECK_INT(yara_problem_count(s.yara), 0);
    scene_close(&s);
}

static void files_do_not_know_each_other(void)
{
    struct scene s;
    scene_open(&s, include_nothing);
    yara_add(s.yara, STR("a.yar"), STR("rule same { strings: $a = \"a\" condition: $a }"));
    yara_add(s.yara, STR("b.yar"), STR("rule same { strings: $a = \"b\" condition: $a }"));
    yara_add(s.yara, STR("c.yar"), STR("include \"none.yar\"\nrule c { condition: false }"));
    scene_compile(&s);
    CHECK_STR(look(&s, "x", STR("ab")), "same@0+1 [$a 0x0: a] same@1+1 [$a 0x1: b] ");
    CHECK_INT(yara_problem_count(s.yara), 1);
    CHECK_INT(yara_problem(s.yara, 0)->line, 1);
    scene_close(&s);
}

static void no_rules_look_at_nothing(void)
{
    struct scene s;
    scene_open(&s, include_nothing);
    yara_add(s.yara, STR("a.yar"), STR("this is no rule"));
    scene_compile(&s);
    CHECK(!s.run && yara_rule_count(s.yara) == 0 && yara_problem_count(s.yara) == 1);
    CHECK_INT(yara_rule_count(NULL), 0);
    scene_close(&s);
}

static void a_cut_file_is_cut_into_pieces_all_the_same(void)
{
    static const char text[] =
        "/* c */ private global rule a { strings: $r = /\\/{/ condition: $r }\n"
        "rule b { condition: \"{\\\"\" == \"\" } import \"pe\" rule";
    for (size_t len = 0; len <= sizeof text - 1; len++) {
        struct yara_cutter c = yara_cutter_of((str){text, len});
        struct yara_piece piece;
        size_t count = 0, inside = 0;
        while (yara_cutter_next(&c, &piece)) {
            count++;
            inside += piece.text.len;
        }
        CHECK(count <= 4 && inside <= len);
    }
    struct yara_cutter c = yara_cutter_of(str_of(text));
    struct yara_piece piece;
    CHECK(yara_cutter_next(&c, &piece) && piece.kind == YARA_RULE && piece.last == 1);
    CHECK_STR(piece.name, "a");
    CHECK(yara_cutter_next(&c, &piece) && piece.kind == YARA_RULE && piece.first == 2);
    CHECK_STR(piece.name, "b");
    CHECK(yara_cutter_next(&c, &piece) && piece.kind == YARA_IMPORT);
    CHECK_STR(piece.name, "pe");
}

int main(void)
{
    RUN(a_rule_that_cannot_be_compiled_is_left_out_alone);
    RUN(the_variables_of_public_rules_are_there);
    RUN(a_match_tells_its_strings_and_where_they_are);
    RUN(includes_end);
    RUN(files_do_not_know_each_other);
    RUN(no_rules_look_at_nothing);
    RUN(a_cut_file_is_cut_into_pieces_all_the_same);
    return kit_end();
}
