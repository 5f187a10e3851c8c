/* Correlations over several files against what a slow, plain count of the same events says. */
#include "bench.h"

enum { FILES = 2, EVENTS = 3000, USERS = 12, MINUTE = 60, WINDOW = 10 * MINUTE, NEEDED = 4 };
enum { HOUR_AHEAD = 3600 };

static const char rules[] = "title: A knock\n"
                            "id: 11111111-1111-1111-1111-111111111111\n"
                            "name: knock\n"
                            "logsource:\n"
                            "    category: bench\n"
                            "detection:\n"
                            "    selection:\n"
                            "        Word: knock\n"
                            "    condition: selection\n"
                            "level: low\n"
                            "---\n"
                            "title: Knocking\n"
                            "id: 22222222-2222-2222-2222-222222222222\n"
                            "correlation:\n"
                            "    type: event_count\n"
                            "    rules: [knock]\n"
                            "    group-by: [User]\n"
                            "    timespan: 10m\n"
                            "    condition:\n"
                            "        gte: 4\n"
                            "level: high\n";

struct knock {
    int64_t time; /* seconds */
    unsigned user, file, record;
};

struct world {
    struct knock knocks[FILES * EVENTS];
    size_t count;
};

static const int64_t start = 1614556800; /* 2021-03-01 */
static const char *const names[FILES] = {"one.json", "two.json"};

static void write_event(struct buf *b, int64_t time, const char *channel, const char *more)
{
    struct arena a;
    arena_init(&a, 1 << 12);
    str text = time_text(&a, time_of_unix(time));
    buf_printf(b, "{\"@timestamp\":\"%.*s\",\"Channel\":\"%s\",\"EventID\":1,%s}\n", STR_ARG(text),
               channel, more);
    arena_done(&a);
}

/* Knocks at random, some seconds to minutes apart, from both hosts in turn. The second host's
 * clock is an hour behind, and Sysmon says so. */
static void make_world(struct bench *b, struct world *w, bool sysmon)
{
    uint32_t seed = 7;
    w->count = 0;
    for (unsigned file = 0; file < FILES; file++) {
        struct buf out;
        char more[128];
        int64_t time = start, behind = file == 1 && sysmon ? HOUR_AHEAD : 0;
        buf_init(&out, 1 << 24);
        for (unsigned i = 0; i < EVENTS; i++) {
            seed = seed * 1664525 + 1013904223;
            time += seed >> 24;
            unsigned user = (seed >> 8) % USERS;
            bool knock = (seed >> 16 & 3) != 0;
            (void)snprintf(more, sizeof more,
                           "\"Hostname\":\"h%u\",\"Word\":\"%s\",\"User\":\"u%u\"", file,
                           knock ? "knock" : "step", user);
            write_event(&out, time - behind, "Bench", more);
            if (knock) {
                w->knocks[w->count++] = (struct knock){time, user, file, i + 1};
            }
        }
        for (unsigned i = 0; i < 10 && behind; i++) {
            str utc = time_text(&b->arena, time_of_unix(time + i));
            (void)snprintf(more, sizeof more, "\"Hostname\":\"h%u\",\"UtcTime\":\"%.*s\"", file,
                           STR_ARG(utc));
            write_event(&out, time + i - behind, "Microsoft-Windows-Sysmon/Operational", more);
        }
        scene_write(&b->scene, names[file], out.p, out.len);
        buf_done(&out);
    }
}

static int by_user_and_time(const void *a, const void *b)
{
    const struct knock *x = a, *y = b;
    if (x->user != y->user) {
        return x->user < y->user ? -1 : 1;
    }
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return x->file != y->file ? (x->file < y->file ? -1 : 1)
                              : (x->record > y->record) - (x->record < y->record);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_lines(struct buf *b)
{
    static char *lines[FILES * EVENTS];
    size_t count = 0;
    buf_char(b, 0);
    char *copy = strdup(b->p), *save = NULL;
    for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        lines[count++] = line;
    }
    qsort(lines, count, sizeof *lines, by_text);
    buf_clear(b);
    for (size_t i = 0; i < count; i++) {
        buf_printf(b, "%s\n", lines[i]);
    }
    free(copy);
}

/* Every knock with enough others within the window behind it begins a stretch; stretches that
 * share a knock are one. */
static void expect(struct world *w, struct buf *out)
{
    qsort(w->knocks, w->count, sizeof *w->knocks, by_user_and_time);
    size_t begin = 0, end = 0; /* of the stretch at hand */
    for (size_t i = 0; i <= w->count; i++) {
        size_t to = i;
        while (i < w->count && to < w->count && w->knocks[to].user == w->knocks[i].user &&
               w->knocks[to].time - w->knocks[i].time <= WINDOW) {
            to++;
        }
        bool holds = to - i >= NEEDED;
        if (end > begin && (i == w->count || (holds && i >= end))) {
            const struct knock *last = &w->knocks[end - 1];
            buf_printf(out, "u%u %zu %s %u\n", last->user, end - begin, names[last->file],
                       last->record);
            begin = end = 0;
        }
        begin = holds && end == begin ? i : begin;
        end = holds && to > end ? to : end;
    }
    sort_lines(out);
}

static str field(const struct finding *f, const char *name)
{
    for (size_t i = 0; i < f->nfields; i++) {
        if (str_eq(f->fields[i].name, str_of(name))) {
            return f->fields[i].value;
        }
    }
    return STR_NONE;
}

static void scanned(struct bench *b, unsigned workers, bool turned, struct buf *out)
{
    const char *both[] = {names[turned], names[!turned]};
    const struct case_identity id = {STR("t"), STR("r"), STR("e"), STR("o"), STR("c")};
    const struct scan scan = {.evidence = both,
                              .nevidence = 2,
                              .knowledge = &b->knowledge,
                              .workers = workers,
                              .from = TIME_NONE,
                              .to = TIME_NONE};
    struct err err = {0};
    struct case_file *c = NULL;
    struct finding *f = NULL;
    struct arena a;
    size_t count = 0;
    arena_init(&a, 1 << 28);
    CHECK(chdir(b->scene.path) == 0 && case_create(NULL, &id, &c, &err));
    CHECK(scan_run(&scan, c, &err) && case_findings(c, &a, &f, &count, &err));
    for (size_t i = 0; i < count; i++) {
        if (str_starts(f[i].rule->id, STR("2222"))) {
            buf_printf(out, "%.*s %.*s %.*s %llu\n", STR_ARG(field(&f[i], "User")),
                       STR_ARG(field(&f[i], "EventCount")), STR_ARG(f[i].unit),
                       (unsigned long long)f[i].record);
        }
    }
    sort_lines(out);
    case_close(c);
    arena_done(&a);
}

static void shows(const struct buf *found, const struct buf *expected)
{
    if (!str_eq(buf_str(found), buf_str(expected))) {
        (void)fprintf(stderr, "expected:\n%.*s\nfound:\n%.*s\n", STR_ARG(buf_str(expected)),
                      STR_ARG(buf_str(found)));
    }
    CHECK(expected->len > 100 && str_eq(buf_str(found), buf_str(expected)));
}

static void a_scan_finds_what_a_plain_count_finds_with_clocks_set_right(void)
{
    static const unsigned workers[] = {1, 2, 8};
    static struct world w;
    struct bench *b = bench_with(rules);
    struct buf expected, found;
    make_world(b, &w, true);
    buf_init(&expected, 1 << 20);
    expect(&w, &expected);
    for (unsigned i = 0; i < 2 * ARRAY_LEN(workers); i++) {
        buf_init(&found, 1 << 20);
        scanned(b, workers[i / 2], i % 2 == 1, &found);
        shows(&found, &expected);
        buf_done(&found);
    }
    buf_done(&expected);
    bench_free(b);
}

static bool on_hit(void *ctx, const struct match_hit *h)
{
    if (str_starts(h->rule->id, STR("2222"))) {
        buf_printf(ctx, "%.*s %llu\n", STR_ARG(h->unit), (unsigned long long)h->record);
    }
    return true;
}

/* A line of expect() without the user and the count. */
static void only_places(struct buf *b)
{
    struct buf places;
    str rest = buf_str(b), line, word;
    buf_init(&places, 1 << 20);
    while (str_cut(&rest, '\n', &line)) {
        if (str_cut(&line, ' ', &word) && str_cut(&line, ' ', &word)) {
            buf_printf(&places, "%.*s\n", STR_ARG(line));
        }
    }
    buf_done(b);
    *b = places;
    sort_lines(b);
}

static void a_match_finds_what_a_plain_count_finds(void)
{
    static const unsigned workers[] = {1, 2, 8};
    static struct world w;
    struct bench *b = bench_with(rules);
    struct buf expected, found;
    struct err err = {0};
    make_world(b, &w, false);
    buf_init(&expected, 1 << 20);
    expect(&w, &expected);
    only_places(&expected);
    for (unsigned i = 0; i < 2 * ARRAY_LEN(workers); i++) {
        const char *both[] = {names[i % 2], names[1 - i % 2]};
        buf_init(&found, 1 << 20);
        const struct match m = {.evidence = both,
                                .nevidence = 2,
                                .knowledge = &b->knowledge,
                                .workers = workers[i / 2],
                                .on_hit = on_hit,
                                .ctx = &found};
        CHECK(chdir(b->scene.path) == 0 && match_run(&m, &err));
        sort_lines(&found);
        shows(&found, &expected);
        buf_done(&found);
    }
    buf_done(&expected);
    bench_free(b);
}

int main(void)
{
    RUN(a_scan_finds_what_a_plain_count_finds_with_clocks_set_right);
    RUN(a_match_finds_what_a_plain_count_finds);
    return kit_end();
}
