/* src/sources: the evidence given on the command line, as a list of files. */
#include "kit.h"
#include "scene.h"
#include "sources/folder.h"
#include "sources/provenance.h"

static void paths_are_cleaned_and_nothing_is_added(void)
{
    static const char *const pairs[][2] = {
        {"triage",    "triage"},
        {"./triage/", "triage"},
        {"a//b/./c/", "a/b/c" },
        {"/",         "/"     },
        {"//x",       "/x"    },
        {".",         "."     },
        {"./.",       "."     },
        {"../x",      "../x"  },
        {"a/../b",    "a/../b"},
    };
    struct arena a;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        CHECK_STR(provenance_clean(&a, str_of(pairs[i][0])), pairs[i][1]);
    }
    CHECK_STR(provenance_below(&a, STR("."), STR("x")), "x");
    CHECK_STR(provenance_below(&a, STR("/"), STR("x")), "/x");
    CHECK_STR(provenance_member(&a, STR("a.zip!/b.zip"), STR("c")), "a.zip!/b.zip!/c");
    arena_done(&a);
}

static void bad_bytes_become_replacement_characters(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    str good = STR("caf\xc3\xa9");
    CHECK(utf8_made_valid(&a, good).p == good.p);
    CHECK_STR(utf8_made_valid(&a, STR("a\xff")), "a\xef\xbf\xbd");
    arena_done(&a);
}

static bool has(const struct source *s, const char *unit)
{
    for (size_t i = 0; i < s->count; i++) {
        if (str_eq(s->files[i].unit, str_of(unit))) {
            return true;
        }
    }
    return false;
}

static void names_that_look_alike_stay_apart(void)
{
    struct scene s = scene_new();
    struct source source;
    struct err err = {0};
    const char *paths[] = {"d"};
    scene_folder(&s, "d");
    scene_text(&s, "d/\xff", "1");
    scene_text(&s, "d/\xfe", "2");
    CHECK(chdir(s.path) == 0 && source_open(&source, paths, 1, &err));
    CHECK_INT(source.count, 2);
    CHECK(has(&source, "d/\xef\xbf\xbd") && has(&source, "d/\xef\xbf\xbd#2"));
    for (size_t i = 0; i < source.count; i++) {
        struct os_stat st;
        int fd = source_file_open(&source, i, &st, &err);
        CHECK(fd >= 0 && st.size == 1);
        os_close(&fd);
    }
    source_close(&source);
    scene_done(&s);
}

static void what_is_given_twice_is_read_once(void)
{
    struct scene s = scene_new();
    struct source source;
    struct err err = {0};
    const char *paths[] = {"d", "./d/", "d/a", "d/sub"};
    scene_folder(&s, "d");
    scene_folder(&s, "d/sub");
    scene_text(&s, "d/a", "1");
    scene_text(&s, "d/sub/b", "22");
    CHECK(chdir(s.path) == 0 && source_open(&source, paths, 4, &err));
    CHECK_INT(source.count, 2);
    CHECK_INT(source.bytes, 3);
    CHECK(has(&source, "d/a") && has(&source, "d/sub/b"));
    source_close(&source);
    scene_done(&s);
}

static void what_is_neither_file_nor_folder_is_an_error(void)
{
    struct scene s = scene_new();
    struct source source;
    struct err err = {0};
    const char *paths[] = {"pipe"}, *missing[] = {"nothing"};
    CHECK(chdir(s.path) == 0 && mkfifo("pipe", 0600) == 0);
    CHECK(!source_open(&source, paths, 1, &err) && strstr(err.text, "pipe"));
    CHECK(!source_open(&source, missing, 1, &err) && err.kind == ERR_NOT_FOUND);
    scene_done(&s);
}

static void a_link_given_by_the_user_is_followed(void)
{
    struct scene s = scene_new();
    struct source source;
    struct err err = {0};
    const char *paths[] = {"link"};
    scene_folder(&s, "d");
    scene_text(&s, "d/a", "1");
    CHECK(chdir(s.path) == 0 && symlink("d", "link") == 0);
    CHECK(source_open(&source, paths, 1, &err) && has(&source, "link/a"));
    source_close(&source);
    scene_done(&s);
}

static void standard_input_is_a_file_that_can_be_read_again(void)
{
    static const char *const evidence[] = {"-", "stdin", "-"};
    struct scene s = scene_new();
    struct source source;
    struct os_stat st;
    struct err err = {0};
    int ends[2], saved = dup(STDIN_FILENO);
    scene_text(&s, "stdin", "a file of this name");
    CHECK(chdir(s.path) == 0 && pipe(ends) == 0);
    CHECK(write(ends[1], "piped", 5) == 5 && close(ends[1]) == 0);
    CHECK(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO && close(ends[0]) == 0);
    CHECK(source_open(&source, evidence, 3, &err));
    CHECK(dup2(saved, STDIN_FILENO) == STDIN_FILENO && close(saved) == 0);
    CHECK_INT(source.count, 2);
    CHECK_STR(source.files[0].unit, "stdin");
    CHECK_INT(source.files[0].size, 5);
    CHECK(!str_eq(source.files[1].unit, source.files[0].unit));
    for (int pass = 0; pass < 2; pass++) {
        char text[8] = "";
        int fd = source_file_open(&source, 0, &st, &err);
        CHECK(fd >= 0 && st.size == 5 && read(fd, text, sizeof text) == 5);
        CHECK(strcmp(text, "piped") == 0);
        os_close(&fd);
    }
    source_close(&source);
    scene_done(&s);
}

int main(void)
{
    RUN(standard_input_is_a_file_that_can_be_read_again);
    RUN(paths_are_cleaned_and_nothing_is_added);
    RUN(bad_bytes_become_replacement_characters);
    RUN(names_that_look_alike_stay_apart);
    RUN(what_is_given_twice_is_read_once);
    RUN(what_is_neither_file_nor_folder_is_an_error);
    RUN(a_link_given_by_the_user_is_followed);
    return kit_end();
}
