/* Judges pages by rules, one line a page: for bench/webshell.py.
 *
 *     judge_pages LOGSOURCES RULE... < LIST
 *
 * LIST has a path a line. Out: level of the worst match (`-` for none), language, microseconds,
 * bytes, titles of the rules that matched, path; split by tabs. Each page is judged by itself, as
 * a worker does, in the time that is told; reading it is not counted. */
#include "detect/sigma/sigma.h"
#include "engine/limits.h"
#include "formats/format.h"
#include "model/value.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { UNIT_MAX = 4 << 20 };
#define BUDGET ((uint64_t)512 << 20)

struct judging {
    const struct sigma *sigma;
    struct sigma_run *run;
    struct arena kept;
    int level;
    bool facts;
    str language;
    char titles[1024];
};

static bool on_hit(void *ctx, const struct sigma_hit *hit)
{
    struct judging *j = ctx;
    const struct rule_info *rule = sigma_rule(j->sigma, hit->rule);
    size_t used = strlen(j->titles);
    (void)snprintf(j->titles + used, sizeof j->titles - used, "%s%.*s", used ? "; " : "",
                   STR_ARG(str_base(rule->source)));
    j->level = (int)rule->level > j->level ? (int)rule->level : j->level;
    return true;
}

static bool on_head(void *ctx, const struct event *head)
{
    return sigma_run_wants(((struct judging *)ctx)->run, head->origin);
}

static bool on_event(void *ctx, const struct event *e)
{
    struct judging *j = ctx;
    for (size_t i = 0; i < e->nfields; i++) {
        str name = e->fields[i].name;
        str value = value_text(&e->fields[i], &j->kept);
        if (str_eq(name, STR("Language"))) {
            j->language = arena_str(&j->kept, value);
        }
        if (j->facts && !str_eq(name, STR("Content"))) {
            (void)printf("    %.*s: %.*s\n", STR_ARG(name), STR_ARG(str_sub(value, 0, 200)));
        }
    }
    return sigma_run_event(j->run, e, on_hit, j);
}

static void on_note(void *ctx, const struct note *n)
{
    (void)ctx, (void)n;
}

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

static bytes read_file(const char *path, uint8_t *room)
{
    FILE *f = fopen(path, "rb");
    size_t len = f ? fread(room, 1, UNIT_MAX, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    return (bytes){room, len};
}

static uint64_t microseconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void judge(struct judging *j, const char *path, bytes unit, const struct names *names)
{
    extern const struct format format_page;
    struct arena arena, scratch;
    struct sink sink = {
        .ctx = j, .on_head = on_head, .on_event = on_event, .on_note = on_note, .stopped = never};
    arena_init(&arena, BUDGET);
    arena_init(&scratch, BUDGET);
    arena_init(&j->kept, BUDGET);
    struct parse p = {.unit = unit,
                      .to = unit.len,
                      .path = str_of(path),
                      .names = names,
                      .arena = &arena,
                      .scratch = &scratch,
                      .sink = &sink};
    uint64_t begin = microseconds();
    j->level = -1;
    j->titles[0] = 0;
    j->language = STR_NONE;
    sigma_run_unit(j->run);
    format_page.parse(&p);
    uint64_t took = microseconds() - begin;
    const char *level = j->level < 0 ? "-" : level_name((enum level)j->level);
    (void)printf("%s\t%.*s\t%llu\t%zu\t%s\t%s\n", level, STR_ARG(j->language),
                 (unsigned long long)took, unit.len, j->titles, path);
    arena_done(&arena);
    arena_done(&scratch);
    arena_done(&j->kept);
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct names names;
    struct err err = {0};
    struct yaml_error error;
    uint8_t *room = malloc(UNIT_MAX);
    (void)mallopt(M_TRIM_THRESHOLD, (int)LIMIT_KEPT_MEMORY); /* as a worker does */
    (void)mallopt(M_MMAP_THRESHOLD, (int)LIMIT_KEPT_MEMORY);
    arena_init(&arena, BUDGET);
    struct sigma *s = names_init(&names, &arena) ? sigma_new(&arena, &names) : NULL;
    if (!s || !room || argc < 3) {
        return 2;
    }
    bytes sources = read_file(argv[1], room);
    bytes kept = arena_bytes(&arena, sources);
    if (!sigma_add_sources(s, str_of(argv[1]), kept, &error)) {
        return 1;
    }
    for (int i = 2; i < argc; i++) {
        kept = arena_bytes(&arena, read_file(argv[i], room));
        (void)sigma_add(s, str_of(argv[i]), kept);
    }
    for (size_t i = 0; i < sigma_problem_count(s); i++) {
        const struct rule_problem *p = sigma_problem(s, i);
        (void)fprintf(stderr, "%.*s:%u: %.*s\n", STR_ARG(p->file), p->line, STR_ARG(p->text));
    }
    if (!sigma_compile(s, &err)) {
        return 1;
    }
    struct judging j = {.sigma = s,
                        .run = sigma_run_new(s, (struct hash_key){1, 2}),
                        .facts = getenv("FACTS") != NULL};
    char path[4096];
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = 0;
        judge(&j, path, read_file(path, room), &names);
    }
    sigma_run_free(j.run);
    sigma_done(s);
    arena_done(&arena);
    free(room);
    return 0;
}
