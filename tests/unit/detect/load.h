/* Files for tests of rules, the plain way. */
#ifndef TESTS_DETECT_LOAD_H
#define TESTS_DETECT_LOAD_H

#include "detect/sigma/sigma.h"

#include "kit.h"

#include <ftw.h>

static inline bytes load_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return (bytes){NULL, 0};
    }
    (void)fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    uint8_t *p = malloc((size_t)size + 1);
    size_t len = p ? fread(p, 1, (size_t)size, f) : 0;
    (void)fclose(f);
    return (bytes){p, len};
}

static inline void load_free(bytes b)
{
    free((void *)(uintptr_t)b.p);
}

/* nftw() knows no context, so the tree in hand is a variable. */
static void (*load_visit)(void *ctx, const char *path);
static void *load_ctx;
static const char *load_ending;

static inline int load_entry(const char *path, const struct stat *st, int type, struct FTW *w)
{
    (void)st, (void)w;
    if (type == FTW_F && str_ends(str_of(path), str_of(load_ending))) {
        load_visit(load_ctx, path);
    }
    return 0;
}

static inline void load_tree(const char *folder, const char *ending,
                             void (*visit)(void *ctx, const char *path), void *ctx)
{
    load_visit = visit;
    load_ctx = ctx;
    load_ending = ending;
    (void)nftw(folder, load_entry, 16, FTW_PHYS);
}

static inline void load_rules(void *sigma, const char *path)
{
    bytes b = load_file(path);
    if (!str_eq(str_base(str_of(path)), STR("logsources.yml"))) {
        (void)sigma_add(sigma, str_of(path), b);
    }
    load_free(b);
}

static inline bool load_sources(struct sigma *s)
{
    struct yaml_error error;
    bytes b = load_file(LOGSOURCES);
    bool ok = sigma_add_sources(s, STR("logsources.yml"), b, &error);
    if (!ok) {
        (void)fprintf(stderr, "logsources.yml:%u:%u: %s\n", error.line, error.column, error.text);
    }
    load_free(b);
    return ok;
}

#endif
