/* golden FORMAT FOLDER: every sample of the folder gives what `<sample>.expected` says.
 * GOLDEN_UPDATE=1 writes those files instead; read the difference as you read code. */
#include "record.h"

#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bytes read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return (bytes){NULL, 0};
    }
    size_t len = 0, cap = 1 << 16;
    uint8_t *p = malloc(cap);
    while (p) {
        len += fread(p + len, 1, cap - len, f);
        if (len < cap) {
            break;
        }
        cap *= 2;
        p = realloc(p, cap);
    }
    (void)fclose(f);
    return (bytes){p, p ? len : 0};
}

static bool write_file(const char *path, str text)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(text.p, 1, text.len, f) == text.len;
    return f && fclose(f) == 0 && ok;
}

static bool differs(const char *sample, const char *how, str got, str want)
{
    if (str_eq(got, want)) {
        return false;
    }
    str got_line = STR_NONE, want_line = STR_NONE;
    for (size_t line = 1; got.p || want.p; line++) {
        bool more = str_cut(&got, '\n', &got_line), wanted = str_cut(&want, '\n', &want_line);
        if (more != wanted || !str_eq(got_line, want_line)) {
            (void)fprintf(stderr, "%s, %s: line %zu\n got  %.*s\n want %.*s\n", sample, how, line,
                          STR_ARG(got_line), STR_ARG(want_line));
            break;
        }
    }
    return true;
}

/* Whole against the golden file, parts against the whole. */
static bool check_sample(const struct format *f, const char *folder, const char *sample)
{
    char path[4096], expected[4200];
    (void)snprintf(path, sizeof path, "%s/%s", folder, sample);
    (void)snprintf(expected, sizeof expected, "%s.expected", path);
    bytes unit = read_file(path);
    struct buf whole, parts;
    buf_init(&whole, 64 << 20);
    buf_init(&parts, 64 << 20);
    char provenance[512];
    (void)snprintf(provenance, sizeof provenance, "mail01.zip!/Logging/OABGeneratorLog/%s", sample);
    str name = str_of(provenance);
    record_unit(f, unit, name, NULL, &whole);
    bytes want = read_file(expected);
    bool bad = false;
    if (getenv("GOLDEN_UPDATE")) {
        bad = !write_file(expected, buf_str(&whole));
    } else {
        bad = differs(sample, "whole", buf_str(&whole), str_of_bytes(want));
    }
    struct memory memory = {0};
    arena_init(&memory.arena, 64 << 20);
    for (uint64_t step = 1; step < unit.len && !bad; step = step * 2 + 1) {
        buf_clear(&parts);
        record_parts(f, unit, name, step, NULL, &parts);
        bad |= differs(sample, "in parts", buf_str(&parts), buf_str(&whole));
        buf_clear(&parts);
        record_parts(f, unit, name, step, &memory, &parts);
        bad |= differs(sample, "in parts remembered", buf_str(&parts), buf_str(&whole));
    }
    arena_done(&memory.arena);
    const struct format *found = format_of(unit, name);
    if (found != f) {
        (void)fprintf(stderr, "%s: taken for %s\n", sample, found ? found->name : "nothing");
        bad = true;
    }
    buf_done(&whole);
    buf_done(&parts);
    free((void *)(uintptr_t)unit.p);
    free((void *)(uintptr_t)want.p);
    return !bad;
}

int main(int argc, char **argv)
{
    const struct format *f = argc == 3 ? format_named(str_of(argv[1])) : NULL;
    DIR *folder = f ? opendir(argv[2]) : NULL;
    if (!folder) {
        (void)fprintf(stderr, "usage: golden FORMAT FOLDER\n");
        return 2;
    }
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    int passed = 0, failed = 0;
    for (struct dirent *d = readdir(folder); d; d = readdir(folder)) {
        if (d->d_name[0] == '.' || str_ends(str_of(d->d_name), STR(".expected"))) {
            continue;
        }
        bool ok = check_sample(f, argv[2], d->d_name);
        passed += ok;
        failed += !ok;
    }
    (void)closedir(folder);
    (void)printf("%d passed, %d failed, 0 skipped\n", passed, failed);
    return failed ? 1 : 0;
}
