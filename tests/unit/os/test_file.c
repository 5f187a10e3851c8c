#include "kit.h"
#include "os/clock.h"
#include "os/file.h"
#include "scene.h"

#include <fcntl.h>

static void a_file_is_seen_through_its_map(void)
{
    struct scene s = scene_new();
    struct os_view v;
    struct err err = {0};
    scene_text(&s, "a", "hello");
    CHECK(os_view_open(&v, scene_at(&s, "a"), &err));
    CHECK_STR(str_of_bytes(v.data), "hello");
    os_view_close(&v);
    os_view_close(&v); /* twice is fine */
    scene_text(&s, "empty", "");
    CHECK(os_view_open(&v, scene_at(&s, "empty"), &err) && v.data.len == 0);
    os_view_close(&v);
    scene_done(&s);
}

static void what_is_missing_says_its_name(void)
{
    struct os_stat st;
    struct err err = {0};
    CHECK(os_open_file("/nonexistent/file", &st, &err) == -1);
    CHECK(err.kind == ERR_NOT_FOUND && strstr(err.text, "/nonexistent/file"));
}

static void a_pipe_is_refused_without_waiting_for_its_writer(void)
{
    struct scene s = scene_new();
    struct os_stat st;
    struct err err = {0};
    CHECK(mkfifo(scene_at(&s, "pipe"), 0600) == 0);
    double start = os_seconds();
    CHECK(os_open_file(scene_at(&s, "pipe"), &st, &err) == -1);
    CHECK(os_open_file("/dev/zero", &st, &err) == -1);
    CHECK(os_open_file(s.path, &st, &err) == -1);
    CHECK(os_seconds() - start < 1);
    scene_done(&s);
}

static void opening_below_follows_no_link_and_leaves_not(void)
{
    struct scene s = scene_new();
    struct os_stat st;
    struct err err = {0};
    scene_folder(&s, "in");
    scene_text(&s, "secret", "x");
    scene_text(&s, "in/plain", "y");
    CHECK(symlink("../secret", scene_at(&s, "in/link")) == 0);
    CHECK(symlink("..", scene_at(&s, "in/up")) == 0);
    int folder = os_open_folder(scene_at(&s, "in"), &err);
    int plain = os_open_below(folder, "plain", &st, &err);
    CHECK(plain >= 0 && st.size == 1);
    CHECK(os_open_below(folder, "link", &st, &err) == -1);
    CHECK(os_open_below(folder, "up/secret", &st, &err) == -1);
    CHECK(os_open_below(folder, "../secret", &st, &err) == -1);
    os_close(&plain);
    os_close(&folder);
    scene_done(&s);
}

static void a_memory_file_never_grows(void)
{
    struct err err = {0};
    int fd = os_memory_file(4, &err);
    CHECK(fd >= 0);
    CHECK(os_write_all(fd, bytes_of_str(STR("abcd"))));
    CHECK(!os_write_all(fd, bytes_of_str(STR("e"))));
    CHECK(os_truncate(fd, 2) && !os_truncate(fd, 8));
    int copy = os_reopen_read_only(fd);
    CHECK(copy >= 0 && !os_write_all(copy, bytes_of_str(STR("z"))));
    os_close(&copy);
    os_close(&fd);
}

static void a_temporary_file_has_no_name(void)
{
    struct scene s = scene_new();
    struct err err = {0};
    char *before = getenv("TMPDIR");
    char kept[256] = "";
    (void)snprintf(kept, sizeof kept, "%s", before ? before : "");
    (void)unsetenv("TMPDIR");
    int fd = os_temporary_file(s.path, &err);
    CHECK(fd >= 0 && os_write_all(fd, bytes_of_str(STR("abc"))));
    CHECK(rmdir(s.path) == 0); /* it holds nothing */
    os_close(&fd);
    if (before) {
        (void)setenv("TMPDIR", kept, 1);
    }
    scene_done(&s);
}

static void reading_leaves_the_time_of_access_alone(void)
{
    struct scene s = scene_new();
    struct err err = {0};
    struct os_view v;
    struct stat st;
    scene_text(&s, "a", "hello");
    const struct timespec old[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};
    CHECK(utimensat(AT_FDCWD, scene_at(&s, "a"), old, 0) == 0);
    CHECK(os_view_open(&v, scene_at(&s, "a"), &err));
    volatile uint8_t first = v.data.p[0];
    (void)first;
    os_view_close(&v);
    CHECK(stat(scene_at(&s, "a"), &st) == 0 && st.st_atim.tv_sec == 1000000);
    scene_done(&s);
}

int main(void)
{
    RUN(a_file_is_seen_through_its_map);
    RUN(what_is_missing_says_its_name);
    RUN(a_pipe_is_refused_without_waiting_for_its_writer);
    RUN(opening_below_follows_no_link_and_leaves_not);
    RUN(a_memory_file_never_grows);
    RUN(a_temporary_file_has_no_name);
    RUN(reading_leaves_the_time_of_access_alone);
    return kit_end();
}
