/* Where the time of a log goes, a layer at a time, in one process and on one core:
 *
 *     layers LOGSOURCES RULES LOG [LIST]
 *
 * every byte of the mapped log added up (how fast memory is), every record decoded, all rules with
 * what values matched remembered, and without; with the indicators of LIST beside the rules. RULES
 * is a folder. One line a layer: name, seconds of processor, megabytes of records a second (of the
 * log, for the sum). */
#include "detect/indicators/indicators.h"
#include "detect/sigma/sigma.h"
#include "formats/format.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct pass {
    struct sigma_run *run; /* NULL: everything is wanted, nothing is asked */
    struct indicator_run *indicators;
    struct arena text; /* of an event's indicators */
    uint64_t record_bytes;
};

static struct sigma *rules; /* nftw() knows no context */

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bytes map(const char *path)
{
    int fd = open(path, O_RDONLY);
    struct stat st;
    if (fd < 0 || fstat(fd, &st)) {
        perror(path);
        exit(1);
    }
    size_t len = (size_t)st.st_size;
    void *p = len ? mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0) : NULL;
    (void)close(fd);
    return (bytes){p == MAP_FAILED ? NULL : p, p == MAP_FAILED ? 0 : len};
}

static int add_rule(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)at;
    if (type == FTW_F && str_ends(str_of(path), STR(".yml"))) {
        (void)sigma_add(rules, str_of(path), map(path));
    }
    return 0;
}

static bool on_head(void *ctx, const struct event *head)
{
    struct pass *pass = ctx;
    pass->record_bytes += head->len;
    return !pass->run || sigma_run_wants(pass->run, head->origin) || pass->indicators;
}

static bool on_hit(void *ctx, const struct sigma_hit *hit)
{
    (void)ctx, (void)hit;
    return true;
}

static void on_indicator(void *ctx, const struct indicator_hit *hit)
{
    (void)ctx, (void)hit;
}

static bool on_event(void *ctx, const struct event *e)
{
    struct pass *pass = ctx;
    if (pass->run && sigma_run_wants(pass->run, e->origin)) {
        (void)sigma_run_event(pass->run, e, on_hit, NULL);
    }
    if (pass->indicators) {
        arena_reset(&pass->text);
        indicator_run_event(pass->indicators, e, &pass->text, on_indicator, NULL);
    }
    return true;
}

static void on_note(void *ctx, const struct note *n)
{
    (void)ctx, (void)n;
}

static bool stopped(void *ctx)
{
    (void)ctx;
    return false;
}

static void tell(const char *layer, double used, uint64_t size)
{
    (void)printf("%s\t%.3f\t%.0f\n", layer, used, (double)size / 1e6 / used);
    (void)fflush(stdout);
}

static void sum_bytes(bytes log)
{
    double began = seconds();
    uint64_t sum = 0, word;
    for (size_t i = 0; i + sizeof word <= log.len; i += sizeof word) {
        memcpy(&word, log.p + i, sizeof word);
        sum += word;
    }
    volatile uint64_t kept = sum; /* or nothing would be read */
    (void)kept;
    tell("sum", seconds() - began, log.len);
}

static void parse(const char *layer, const char *path, bytes log, const struct names *names,
                  struct sigma_run *run, struct indicator_run *indicators)
{
    struct pass pass = {.run = run, .indicators = indicators};
    struct sink sink = {.ctx = &pass,
                        .on_head = on_head,
                        .on_event = on_event,
                        .on_note = on_note,
                        .stopped = stopped};
    struct arena unit, record;
    arena_init(&unit, UINT64_C(1) << 30);
    arena_init(&record, UINT64_C(1) << 28);
    arena_init(&pass.text, UINT64_C(1) << 28);
    struct parse p = {.unit = log,
                      .to = log.len,
                      .path = str_of(path),
                      .names = names,
                      .arena = &unit,
                      .scratch = &record,
                      .sink = &sink};
    bytes head = {log.p, log.len < 4096 ? log.len : 4096};
    const struct format *f = format_of(head, p.path);
    double began = seconds();
    if (run) {
        sigma_run_unit(run);
    }
    if (f) {
        f->parse(&p);
    }
    tell(layer, seconds() - began, pass.record_bytes);
    arena_done(&unit);
    arena_done(&record);
    arena_done(&pass.text);
}

static void parse_with_indicators(const char *list, const char *path, bytes log, struct arena *a,
                                  const struct names *names)
{
    const struct hash_key key = {3, 4};
    struct indicators *set = indicators_new(a, names, key);
    if (set) {
        indicators_read(set, str_of(list), map(list));
        indicators_build(set);
        struct sigma_run *run = sigma_run_new(rules, key);
        struct indicator_run *indicators = indicator_run_new(set);
        parse("rules and indicators", path, log, names, run, indicators);
        indicator_run_free(indicators);
        sigma_run_free(run);
        indicators_done(set);
    }
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct names names;
    struct yaml_error bad;
    struct err err;
    arena_init(&arena, UINT64_C(1) << 31);
    rules = argc > 3 && names_init(&names, &arena) ? sigma_new(&arena, &names) : NULL;
    if (!rules || !sigma_add_sources(rules, STR("logsources.yml"), map(argv[1]), &bad)) {
        (void)fprintf(stderr, "layers LOGSOURCES RULES LOG [LIST]\n");
        return 1;
    }
    indicators_names(&names);
    (void)nftw(argv[2], add_rule, 16, FTW_PHYS);
    if (!sigma_compile(rules, &err)) {
        return 1;
    }
    bytes log = map(argv[3]);
    sum_bytes(log);
    sum_bytes(log);
    parse("decode", argv[3], log, &names, NULL, NULL);
    for (int remember = 1; remember >= 0; remember--) {
        struct sigma_run *run = sigma_run_new(rules, (struct hash_key){3, 4});
        sigma_run_cache(run, remember);
        parse(remember ? "rules" : "rules, nothing remembered", argv[3], log, &names, run, NULL);
        sigma_run_free(run);
    }
    if (argc > 4) {
        parse_with_indicators(argv[4], argv[3], log, &arena, &names);
    }
    sigma_done(rules);
    arena_done(&arena);
    return 0;
}
