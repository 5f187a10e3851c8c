/* A folder for what can be made again: found by the environment, and trusted only when ours. */
#include "os/cache.h"

#include "kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/limier-cache-XXXXXX";
static struct arena arena;

static str below(const char *name)
{
    return arena_printf(&arena, "%s/%s", folder, name);
}

static void with(const char *ours, const char *xdg, const char *home)
{
    (void)(ours ? setenv("LIMIER_CACHE", ours, 1) : unsetenv("LIMIER_CACHE"));
    (void)(xdg ? setenv("XDG_CACHE_HOME", xdg, 1) : unsetenv("XDG_CACHE_HOME"));
    (void)(home ? setenv("HOME", home, 1) : unsetenv("HOME"));
}

static void the_environment_says_where(void)
{
    with(NULL, NULL, "/home/ann");
    CHECK_STR(os_cache_folder(&arena), "/home/ann/.cache/limier");
    with(NULL, "/var/c", "/home/ann");
    CHECK_STR(os_cache_folder(&arena), "/var/c/limier");
    with(NULL, "relative", "/home/ann");
    CHECK_STR(os_cache_folder(&arena), "/home/ann/.cache/limier");
    with("/else/where", "/var/c", "/home/ann");
    CHECK_STR(os_cache_folder(&arena), "/else/where");
    with("off", "/var/c", "/home/ann");
    CHECK_INT(os_cache_folder(&arena).len, 0);
    with(NULL, NULL, NULL);
    CHECK_INT(os_cache_folder(&arena).len, 0);
}

static void what_was_put_is_got(void)
{
    str deep = below("a/b/limier");
    CHECK(os_cache_put(deep, STR("x"), bytes_of_str(STR("first"))));
    CHECK(os_cache_put(deep, STR("x"), bytes_of_str(STR("second"))));
    CHECK_STR(str_of_bytes(os_cache_get(deep, STR("x"), 100, &arena)), "second");
    CHECK_INT(os_cache_get(deep, STR("y"), 100, &arena).len, 0);
    CHECK_INT(os_cache_get(deep, STR("x"), 5, &arena).len, 0); /* more than was asked for */
    struct stat st;
    CHECK(stat(below("a/b/limier/x").p, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK(stat(deep.p, &st) == 0 && (st.st_mode & 0777) == 0700);
}

static void what_others_may_write_is_not_trusted(void)
{
    str ours = below("ours");
    CHECK(os_cache_put(ours, STR("x"), bytes_of_str(STR("text"))));
    CHECK(chmod(below("ours/x").p, 0666) == 0);
    CHECK_INT(os_cache_get(ours, STR("x"), 100, &arena).len, 0);
    CHECK(chmod(below("ours/x").p, 0600) == 0);
    CHECK_INT(os_cache_get(ours, STR("x"), 100, &arena).len, 4);
    CHECK(chmod(ours.p, 0777) == 0);
    CHECK_INT(os_cache_get(ours, STR("x"), 100, &arena).len, 0);
    CHECK(!os_cache_put(ours, STR("x"), bytes_of_str(STR("text"))));
    CHECK(chmod(ours.p, 0700) == 0);
}

static void links_and_pipes_are_not_followed(void)
{
    str ours = below("links");
    CHECK(os_cache_put(ours, STR("x"), bytes_of_str(STR("text"))));
    CHECK(symlink("x", below("links/y").p) == 0);
    CHECK(mkfifo(below("links/z").p, 0600) == 0);
    CHECK_INT(os_cache_get(ours, STR("y"), 100, &arena).len, 0);
    CHECK_INT(os_cache_get(ours, STR("z"), 100, &arena).len, 0);
}

static void where_nothing_can_be_written_nothing_is(void)
{
    CHECK(!os_cache_put(STR("/proc/limier"), STR("x"), bytes_of_str(STR("text"))));
    CHECK(!os_cache_put(STR_NONE, STR("x"), bytes_of_str(STR("text"))));
    CHECK_INT(os_cache_get(STR_NONE, STR("x"), 100, &arena).len, 0);
}

int main(void)
{
    arena_init(&arena, 1 << 20);
    if (!mkdtemp(folder)) {
        return 1;
    }
    RUN(the_environment_says_where);
    RUN(what_was_put_is_got);
    RUN(what_others_may_write_is_not_trusted);
    RUN(links_and_pipes_are_not_followed);
    RUN(where_nothing_can_be_written_nothing_is);
    char command[80];
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0);
    arena_done(&arena);
    return kit_end();
}
