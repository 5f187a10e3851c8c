#include "kit.h"
#include "os/walk.h"
#include "scene.h"

struct seen {
    char text[8192];
    size_t count, troubled;
    size_t most;
};

static bool note_down(void *ctx, const struct os_entry *e)
{
    struct seen *s = ctx;
    size_t len = strlen(s->text);
    (void)snprintf(s->text + len, sizeof s->text - len, "%.300s %d%d\n", e->path, (int)e->st.kind,
                   (int)e->trouble);
    s->troubled += e->trouble != OS_FINE;
    return ++s->count < s->most;
}

static struct seen walk(const char *path)
{
    struct seen seen = {.most = 1000};
    struct err err = {0};
    int fd = os_open_folder(path, &err);
    CHECK(os_walk(fd, note_down, &seen));
    os_close(&fd);
    return seen;
}

static void files_come_in_the_order_of_bytes(void)
{
    struct scene s = scene_new();
    scene_folder(&s, "b");
    scene_text(&s, "b/2", "");
    scene_text(&s, "b/1", "");
    scene_text(&s, "a", "");
    scene_text(&s, "c", "");
    struct seen seen = walk(s.path);
    CHECK_STR(str_of(seen.text), "a 00\nb/1 00\nb/2 00\nc 00\n");
    scene_done(&s);
}

static void links_pipes_and_loops_of_links_are_told_and_not_entered(void)
{
    struct scene s = scene_new();
    scene_folder(&s, "d");
    CHECK(symlink("..", scene_at(&s, "d/loop")) == 0);
    CHECK(symlink("/etc", scene_at(&s, "d/out")) == 0);
    CHECK(mkfifo(scene_at(&s, "d/pipe"), 0600) == 0);
    struct seen seen = walk(s.path);
    CHECK_STR(str_of(seen.text), "d/loop 20\nd/out 20\nd/pipe 30\n");
    scene_done(&s);
}

static void folders_beyond_the_limit_are_told_once(void)
{
    struct scene s = scene_new();
    char path[1024] = "";
    for (int i = 0; i < OS_WALK_DEPTH + 10; i++) {
        (void)snprintf(path + strlen(path), sizeof path - strlen(path), "%sd", i ? "/" : "");
        scene_folder(&s, path);
    }
    struct seen seen = walk(s.path);
    CHECK_INT(seen.count, 1);
    CHECK_INT(seen.troubled, 1);
    scene_done(&s);
}

static void it_stops_when_told(void)
{
    struct scene s = scene_new();
    struct seen seen = {.most = 1};
    struct err err = {0};
    scene_text(&s, "a", "");
    scene_text(&s, "b", "");
    int fd = os_open_folder(s.path, &err);
    CHECK(os_walk(fd, note_down, &seen));
    CHECK_INT(seen.count, 1);
    os_close(&fd);
    scene_done(&s);
}

int main(void)
{
    RUN(files_come_in_the_order_of_bytes);
    RUN(links_pipes_and_loops_of_links_are_told_and_not_entered);
    RUN(folders_beyond_the_limit_are_told_once);
    RUN(it_stops_when_told);
    return kit_end();
}
