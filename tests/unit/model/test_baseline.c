/* What belongs in a place, what does not, and what only looks like it. */
#include "kit.h"
#include "model/baseline.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bBbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct scene {
    struct arena arena, scratch;
    struct baseline b;
};

static bool scene_open(struct scene *s, const char *text, uint32_t *line)
{
    arena_init(&s->arena, 1 << 20);
    arena_init(&s->scratch, 1 << 20);
    baseline_init(&s->b, &s->arena);
    return baseline_read(&s->b, str_of(text), line);
}

static void scene_close(struct scene *s)
{
    arena_done(&s->arena);
    arena_done(&s->scratch);
}

static const char *standing(struct scene *s, const char *path, uint8_t byte)
{
    uint8_t hash[32];
    memset(hash, byte, sizeof hash);
    return standing_name(baseline_standing(&s->b, str_of(path), hash, &s->scratch));
}

static void a_place_is_known_wherever_it_lies(void)
{
    struct scene s;
    uint32_t line;
    CHECK(scene_open(&s,
                     "# a comment\r\n# place: FrontEnd/HttpProxy\r\n" A
                     "  FrontEnd/HttpProxy/owa/auth/logon.aspx\r\n" B
                     " *FrontEnd/HttpProxy/owa/auth/logon.aspx\r\n\r\n",
                     &line));
    static const char host[] = "C:\\Program Files\\Microsoft\\Exchange "
                               "Server\\V15\\frontend\\HTTPProxy\\owa\\auth\\Logon.aspx";
    CHECK_STR(str_of(standing(&s, host, 0xaa)), "known");
    CHECK_STR(str_of(standing(&s, host, 0xbb)), "known");
    CHECK_STR(str_of(standing(&s, host, 0xcc)), "changed");
    CHECK_STR(str_of(standing(&s, "FrontEnd/HttpProxy/owa/auth/logon.aspx", 0xaa)), "known");
    CHECK_STR(
        str_of(standing(&s, "x/FrontEnd/HttpProxy/y/FrontEnd/HttpProxy/owa/auth/logon.aspx", 0xaa)),
        "known");
    CHECK_STR(str_of(standing(&s, "a.zip!/FrontEnd/HttpProxy/owa/auth/one.aspx", 0xaa)), "foreign");
    CHECK_STR(str_of(standing(&s, "FrontEnd/HttpProxy/deep/er/one.aspx", 0xaa)), "foreign");
    CHECK_STR(str_of(standing(&s, "FrontEnd/HttpProxy/owa/web.config", 0xaa)), "none");
    CHECK_STR(str_of(standing(&s, "FrontEnd/HttpProxy", 0xaa)), "none");
    CHECK_STR(str_of(standing(&s, "MyFrontEnd/HttpProxy/owa/auth/logon.aspx", 0xaa)), "none");
    CHECK_STR(str_of(standing(&s, "FrontEnd/logon.aspx", 0xaa)), "none");
    CHECK_STR(str_of(standing(&s, "", 0xaa)), "none");
    scene_close(&s);
}

static void without_places_the_first_folders_are(void)
{
    struct scene s;
    uint32_t line;
    CHECK(scene_open(&s, A "  wwwroot/index.php\n" A "  shop/a.php", &line));
    CHECK_STR(str_of(standing(&s, "/var/wwwroot/index.php", 0xaa)), "known");
    CHECK_STR(str_of(standing(&s, "/srv/shop/b.php", 0xaa)), "foreign");
    CHECK_STR(str_of(standing(&s, "/srv/other/index.php", 0xaa)), "none");
    scene_close(&s);
}

static void a_line_that_is_none_is_told(void)
{
    static const char *const wrong[] = {"nonsense", A, A "  ", "zz" A "  x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct scene s;
        uint32_t line = 0;
        char text[256];
        (void)snprintf(text, sizeof text, "# place: x\n%s\n", wrong[i]);
        CHECK(!scene_open(&s, text, &line));
        CHECK_INT(line, 2);
        scene_close(&s);
    }
}

static void a_name_that_is_nearly_one_of_it_is_told(void)
{
    static const struct {
        const char *name, *like;
    } cases[] = {
        {"p/RedirSuiteServerProxy.aspx", "redirsuiteserviceproxy.aspx"},
        {"p/Iogon.aspx",                 "logon.aspx"                 },
        {"p/lgoon.ashx",                 "logon.aspx"                 },
        {"p/logon.aspx",                 ""                           },
        {"p/lo.aspx",                    ""                           },
        {"p/default.aspx",               ""                           },
        {"p/",                           ""                           },
    };
    struct scene s;
    uint32_t line;
    CHECK(scene_open(&s, A "  p/logon.aspx\n" A "  p/RedirSuiteServiceProxy.aspx\n" A "  p/a.aspx",
                     &line));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_STR(baseline_likeness(&s.b, str_of(cases[i].name), &s.scratch), cases[i].like);
    }
    char name[200];
    memset(name, 'l', sizeof name);
    (void)baseline_likeness(&s.b, (str){name, sizeof name}, &s.scratch);
    scene_close(&s);
}

static void any_budget_is_borne(void)
{
    static const char text[] = "# place: p/q\n" A "  p/q/logon.aspx\n";
    for (uint64_t budget = 0; budget < 8192; budget += 16) {
        struct arena a, scratch;
        struct baseline b;
        uint32_t line;
        uint8_t hash[32] = {0};
        arena_init(&a, budget);
        arena_init(&scratch, budget);
        baseline_init(&b, &a);
        (void)baseline_read(&b, str_of(text), &line);
        (void)baseline_standing(&b, STR("p/q/logon.aspx"), hash, &scratch);
        (void)baseline_likeness(&b, STR("p/q/logan.aspx"), &scratch);
        arena_done(&a);
        arena_done(&scratch);
    }
}

int main(void)
{
    RUN(a_place_is_known_wherever_it_lies);
    RUN(without_places_the_first_folders_are);
    RUN(a_line_that_is_none_is_told);
    RUN(a_name_that_is_nearly_one_of_it_is_told);
    RUN(any_budget_is_borne);
    return kit_end();
}
