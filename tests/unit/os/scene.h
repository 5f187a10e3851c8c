/* A folder for one test, and what it takes to fill it. */
#ifndef TESTS_UNIT_OS_SCENE_H
#define TESTS_UNIT_OS_SCENE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scene {
    char path[256];
};

static inline struct scene scene_new(void)
{
    struct scene s;
    const char *folder = getenv("TMPDIR");
    (void)snprintf(s.path, sizeof s.path, "%s/limier-test.XXXXXX",
                   folder && *folder ? folder : "/tmp");
    if (!mkdtemp(s.path)) {
        abort();
    }
    return s;
}

static inline int scene_remove_one(const char *path, const struct stat *st, int kind,
                                   struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static inline void scene_done(struct scene *s)
{
    (void)nftw(s->path, scene_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of `name` in the scene; four at a time. */
static inline const char *scene_at(const struct scene *s, const char *name)
{
    static char paths[4][1024];
    static unsigned next;
    char *p = paths[next++ % 4];
    (void)snprintf(p, sizeof paths[0], "%s/%s", s->path, name);
    return p;
}

static inline void scene_write(const struct scene *s, const char *name, const void *data,
                               size_t len)
{
    FILE *f = fopen(scene_at(s, name), "wb");
    if (!f || fwrite(data, 1, len, f) != len || fclose(f) != 0) {
        abort();
    }
}

static inline void scene_text(const struct scene *s, const char *name, const char *text)
{
    scene_write(s, name, text, strlen(text));
}

static inline void scene_folder(const struct scene *s, const char *name)
{
    if (mkdir(scene_at(s, name), 0700) != 0) {
        abort();
    }
}

#endif
