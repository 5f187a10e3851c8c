#include "cli/whereabouts.h"

#include "kit.h"

#include <unistd.h>

static struct arena arena;

static void a_plain_file_is_cut_out(void)
{
    CHECK_STR(whereabouts_command(&arena, STR("/e/a.log"), 9, 3),
              "tail -c +10 '/e/a.log' | head -c 3 | xxd");
}

static void members_are_taken_out_on_the_way(void)
{
    CHECK_STR(whereabouts_command(&arena, STR("a.zip!/b/c.log"), 0, 8),
              "bsdtar -xOf 'a.zip' 'b/c.log' | tail -c +1 | head -c 8 | xxd");
    CHECK_STR(whereabouts_command(&arena, STR("a.zip!/in.tar!/x [1].log"), 0, 8),
              "bsdtar -xOf 'a.zip' 'in.tar' | bsdtar -xOf - 'x \\[1\\].log'"
              " | tail -c +1 | head -c 8 | xxd");
}

static void compressed_files_are_no_archives(void)
{
    CHECK_STR(whereabouts_command(&arena, STR("/e/a.log.gz!/a.log"), 0, 8),
              "gzip -dc '/e/a.log.gz' | tail -c +1 | head -c 8 | xxd");
    CHECK_STR(whereabouts_command(&arena, STR("t.zip!/d/a.log.xz!/a.log"), 0, 8),
              "bsdtar -xOf 't.zip' 'd/a.log.xz' | xz -dc | tail -c +1 | head -c 8 | xxd");
    CHECK_STR(whereabouts_command(&arena, STR("a.tar.gz!/d/a.log"), 0, 8),
              "bsdtar -xOf 'a.tar.gz' 'd/a.log' | tail -c +1 | head -c 8 | xxd");
}

static void a_quote_in_a_name_cannot_run_anything(void)
{
    CHECK_STR(whereabouts_command(&arena, STR("it's $(id).log"), 0, 1),
              "tail -c +1 'it'\\''s $(id).log' | head -c 1 | xxd");
}

/* The shell itself is the judge: names made to break out, and the bytes that must come. */
static void the_shell_prints_these_bytes(void)
{
    char folder[] = "/tmp/limier-where-XXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    str path = arena_printf(&arena, "%s/o'dd \"$(exit 9)\" `name`.log", folder);
    FILE *f = fopen(path.p, "w");
    (void)fputs("0123456789", f);
    (void)fclose(f);
    str command = whereabouts_command(&arena, path, 4, 3);
    str shown = str_sub(command, 0, command.len - strlen(" | xxd"));
    FILE *p = popen(arena_printf(&arena, "%.*s", STR_ARG(shown)).p, "r");
    char got[16] = {0};
    CHECK(p && fread(got, 1, sizeof got - 1, p) == 3);
    CHECK_STR(str_of(got), "456");
    CHECK(p && pclose(p) == 0);
    (void)unlink(path.p);
    (void)rmdir(folder);
}

int main(void)
{
    arena_init(&arena, 1 << 20);
    RUN(a_plain_file_is_cut_out);
    RUN(members_are_taken_out_on_the_way);
    RUN(compressed_files_are_no_archives);
    RUN(a_quote_in_a_name_cannot_run_anything);
    RUN(the_shell_prints_these_bytes);
    arena_done(&arena);
    return kit_end();
}
