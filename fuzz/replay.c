/* replay PATH...: a fuzz target over files and folders, without libFuzzer, on every build:
 * each file whole, cut short at several places, and with bytes flipped. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CUTS = 16, FLIPS = 8, FILE_MAX = 16 << 20, PATH_ROOM = 4096 };

static int replayed;

/* A copy of exactly that size, so that a sanitizer sees the first byte read behind it. */
static void replay_bytes(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy) {
        abort();
    }
    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void replay_variants(uint8_t *data, size_t size)
{
    replay_bytes(data, size);
    for (size_t i = 1; i < CUTS; i++) {
        replay_bytes(data, size * i / CUTS);
    }
    uint32_t random = 2463534242;
    for (size_t i = 0; i < FLIPS && size; i++) {
        random = random * 1664525 + 1013904223;
        size_t at = (random >> 8) % size;
        uint8_t flip = (uint8_t)(1u << (random >> 29));
        data[at] ^= flip;
        replay_bytes(data, size);
        data[at] ^= flip;
    }
}

static void replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(FILE_MAX);
    if (!f || !data) {
        (void)fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    size_t size = fread(data, 1, FILE_MAX, f);
    (void)fclose(f);
    replay_variants(data, size);
    free(data);
    replayed++;
}

static void replay_path(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) {
        replay_file(path);
        return;
    }
    for (struct dirent *d = readdir(folder); d; d = readdir(folder)) {
        char inner[PATH_ROOM];
        int len = snprintf(inner, sizeof inner, "%s/%s", path, d->d_name);
        if (d->d_name[0] != '.' && len > 0 && (size_t)len < sizeof inner) {
            replay_path(inner);
        }
    }
    (void)closedir(folder);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        replay_path(argv[i]);
    }
    (void)printf("%d passed, 0 failed, 0 skipped\n", replayed);
    return replayed ? 0 : 1;
}
