/* Whole scans of small evidence: what is in the case afterwards, however it came about. */
#include "bench.h"
#include "engine/limits.h"
#include "os/clock.h"
#include "os/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static void shows(const struct buf *b, const char *what)
{
    if (!str_has(buf_str(b), str_of(what))) {
        (void)fprintf(stderr, "not shown: %s\nin:\n%.*s\n", what, STR_ARG(buf_str(b)));
    }
    CHECK(str_has(buf_str(b), str_of(what)));
}

static size_t lines_with(const struct buf *b, const char *what)
{
    str rest = buf_str(b), line;
    size_t count = 0;
    while (str_cut(&rest, '\n', &line)) {
        count += str_has(line, str_of(what));
    }
    return count;
}

static void scan_one(struct bench *b, const char *name, struct buf *out)
{
    struct err err = {0};
    buf_init(out, 1 << 26);
    if (!bench_scan(b, NULL, &name, 1, 2, out, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        kit_failed_checks++;
    }
}

static void a_file_is_read_hashed_and_searched(void)
{
    struct bench *b = bench_new();
    struct buf out;
    bench_file(b, "a.json", 0, 70);
    scan_one(b, "./a.json", &out);
    CHECK_INT(lines_with(&out, "finding "), 10);
    shows(&out, " a.json 1@0 1614556800000000 5 11111111-1111");
    shows(&out, "unit a.json json parsed 70 ");
    shows(&out, "source a.json host0 Bench 35 1614556800000000..1614560880000000 0");
    buf_done(&out);
    bench_free(b);
}

static void what_cannot_be_read_is_written_down(void)
{
    struct bench *b = bench_new();
    struct buf out;
    scene_folder(&b->scene, "d");
    scene_text(&b->scene, "d/empty.json", "");
    scene_text(&b->scene, "d/noise.bin", "\x01\x02\x03\x04");
    CHECK(symlink("..", scene_at(&b->scene, "d/loop")) == 0);
    CHECK(mkfifo(scene_at(&b->scene, "d/pipe"), 0600) == 0);
    bench_file(b, "d/good.json", 0, 7);
    scan_one(b, "d", &out);
    /* Ends of digests by sha256sum. */
    shows(&out, "unit d/empty.json  parsed 0 e355 empty*1");
    shows(&out, "unit d/noise.bin  not_understood 0 9f6a not_understood*1");
    shows(&out, "unit d/loop  parsed");
    shows(&out, "unit d/pipe  parsed");
    shows(&out, "unit d/good.json json parsed 7");
    CHECK_INT(lines_with(&out, "finding "), 1);
    buf_done(&out);
    bench_free(b);
}

static void a_missing_path_is_said_before_anything_is_read(void)
{
    struct bench *b = bench_new();
    struct err err = {0};
    struct buf out;
    bench_file(b, "a.json", 0, 7);
    const char *names[] = {"a.json", "missing"};
    buf_init(&out, 1 << 20);
    CHECK(!bench_scan(b, NULL, names, 2, 1, &out, &err));
    CHECK(err.kind == ERR_NOT_FOUND && strstr(err.text, "missing"));
    buf_done(&out);
    bench_free(b);
}

/* ---- archives */

static void members_are_units_whatever_they_are_called(void)
{
    struct bench *b = bench_new();
    struct buf log, out;
    size_t len = 0;
    buf_init(&log, 1 << 20);
    bench_log(&log, 0, 7);
    const struct bench_member members[] = {
        {"C/x.json", log.p, log.len},
        {"C/empty",  "",    0      },
        {"C/x.json", log.p, log.len},
    };
    void *zip = bench_archive(members, 3, 0, &len);
    scene_write(&b->scene, "t.zip", zip, len);
    scan_one(b, "t.zip", &out);
    shows(&out, "unit t.zip archive parsed 0");
    shows(&out, "unit t.zip!/C/x.json json parsed 7");
    shows(&out, "unit t.zip!/C/empty  parsed 0 e355 empty*1");
    CHECK_INT(lines_with(&out, "unit t.zip!/C/x.json"), 2); /* one of them under another name */
    CHECK_INT(lines_with(&out, "finding "), 2);
    free(zip);
    buf_done(&log);
    buf_done(&out);
    bench_free(b);
}

static void fifty_archives_in_each_other_end_at_the_limit(void)
{
    struct bench *b = bench_new();
    struct buf log, out;
    size_t len = 0;
    buf_init(&log, 1 << 20);
    bench_log(&log, 0, 7);
    void *inner = malloc(log.len);
    CHECK(inner != NULL);
    memcpy(inner, log.p, log.len);
    len = log.len;
    for (int i = 0; i < 50; i++) {
        const struct bench_member members[] = {
            {"in",       inner, len    },
            {"log.json", log.p, log.len}
        };
        size_t outer_len = 0;
        void *outer = bench_archive(members, 2, 0, &outer_len);
        free(inner);
        inner = outer;
        len = outer_len;
    }
    scene_write(&b->scene, "deep.zip", inner, len);
    scan_one(b, "deep.zip", &out);
    CHECK_INT(lines_with(&out, "finding "), LIMIT_DEPTH);
    CHECK_INT(lines_with(&out, "over_depth*1"), 1);
    CHECK_INT(lines_with(&out, " archive failed"), 1);
    free(inner);
    buf_done(&log);
    buf_done(&out);
    bench_free(b);
}

static void a_bomb_is_cut_and_the_rest_is_read(void)
{
    enum { ZEROS = 1 << 29 }; /* half a GiB out of a few KiB */
    struct bench *b = bench_new();
    struct buf log, out;
    size_t len = 0;
    char *zeros = calloc(1, ZEROS);
    buf_init(&log, 1 << 20);
    bench_log(&log, 0, 7);
    scene_folder(&b->scene, "d");
    const struct bench_member members[] = {
        {"bomb", zeros, ZEROS}
    };
    void *archive = bench_archive(members, 1, ARCHIVE_FILTER_ZSTD, &len);
    CHECK(len < ZEROS / 1000);
    scene_write(&b->scene, "d/bomb.tar.zst", archive, len);
    scene_write(&b->scene, "d/log.json", log.p, log.len);
    scan_one(b, "d", &out);
    CHECK_INT(lines_with(&out, "over_ratio"), 1);
    shows(&out, "unit d/log.json json parsed 7");
    CHECK_INT(lines_with(&out, "finding "), 1);
    free(archive);
    free(zeros);
    buf_done(&log);
    buf_done(&out);
    bench_free(b);
}

/* Each of the inner ones is harmless by itself; together they are more than a tree may be. */
static void a_bomb_of_many_small_bombs_is_cut_at_the_same_place_by_any_number_of_workers(void)
{
    enum { ZEROS = 60 << 20, BOMBS = 40 };
    static const unsigned workers[] = {1, 2, 8};
    struct bench *b = bench_new();
    struct buf first, out;
    struct err err = {0};
    const char *name = "bombs.zip";
    size_t len = 0, outer_len = 0;
    char *zeros = calloc(1, ZEROS);
    const struct bench_member inner[] = {
        {"a", zeros, ZEROS / 2},
        {"b", zeros, ZEROS / 2}
    };
    void *small = bench_archive(inner, 2, ARCHIVE_FILTER_ZSTD, &len);
    struct bench_member members[BOMBS];
    for (size_t i = 0; i < BOMBS; i++) {
        members[i] = (struct bench_member){"small.tar.zst", small, len};
    }
    void *outer = bench_archive(members, BOMBS, 0, &outer_len);
    scene_write(&b->scene, name, outer, outer_len);
    buf_init(&first, 1 << 22);
    CHECK(bench_scan(b, NULL, &name, 1, 1, &first, &err));
    CHECK(lines_with(&first, "over_ratio") >= 1);
    CHECK(lines_with(&first, "!/b ") < BOMBS);
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        buf_init(&out, 1 << 22);
        CHECK(bench_scan(b, NULL, &name, 1, workers[i], &out, &err));
        CHECK(str_eq(buf_str(&first), buf_str(&out)));
        buf_done(&out);
    }
    buf_done(&first);
    free(outer);
    free(small);
    free(zeros);
    bench_free(b);
}

/* ---- the same bytes, however it was done */

/* A folder with everything: logs large and small, archives in archives, damage. */
static void make_evidence(struct bench *b)
{
    struct buf log;
    size_t len = 0, outer_len = 0;
    buf_init(&log, 1 << 28);
    bench_log(&log, 100, 3000);
    scene_folder(&b->scene, "e");
    bench_file(b, "e/large.json", 0, 250000); /* two parts */
    bench_file(b, "e/small.json", 5, 100);
    scene_text(&b->scene, "e/empty", "");
    scene_text(&b->scene, "e/noise", "\x7f\x01");
    const struct bench_member members[] = {
        {"a.json",   log.p,  log.len    },
        {"b/c.json", log.p,  log.len / 2},
        {"n",        "\x01", 1          }
    };
    void *inner = bench_archive(members, 3, 0, &len);
    const struct bench_member outer_members[] = {
        {"in.zip",     inner, len    },
        {"z.json",     log.p, log.len},
        {"broken.zip", inner, len / 2}
    };
    void *outer = bench_archive(outer_members, 3, ARCHIVE_FILTER_GZIP, &outer_len);
    scene_write(&b->scene, "e/o.tar.gz", outer, outer_len);
    free(inner);
    free(outer);
    buf_done(&log);
}

static void any_number_of_workers_finds_the_same(void)
{
    static const unsigned workers[] = {1, 2, 8};
    struct bench *b = bench_with(bench_correlation);
    struct buf first, out;
    struct err err = {0};
    const char *name = "e";
    make_evidence(b);
    buf_init(&first, 1 << 27);
    CHECK(bench_scan(b, NULL, &name, 1, 1, &first, &err));
    CHECK_INT(lines_with(&first, " e/large.json "), 2 * LIMIT_RULE_HITS + 3 + 1);
    CHECK(lines_with(&first, " 22222222-") >= 1);
    shows(&first, "over_output*");
    shows(&first, "unit e/o.tar.gz!/in.zip!/b/c.json json");
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        buf_init(&out, 1 << 27);
        CHECK(bench_scan(b, NULL, &name, 1, workers[i], &out, &err));
        CHECK(str_eq(buf_str(&first), buf_str(&out)));
        buf_done(&out);
    }
    buf_done(&first);
    bench_free(b);
}

/* A scan in a process of its own, killed after `usec` unless it ends before. True: it ended. */
static bool scan_for(struct bench *b, unsigned patience)
{
    const char *name = "e";
    pid_t pid = fork();
    if (pid == 0) {
        struct err err = {0};
        struct buf out;
        buf_init(&out, 1 << 27);
        bool ok = bench_scan(b, scene_at(&b->scene, "case"), &name, 1, 2, &out, &err);
        if (!ok) {
            (void)fprintf(stderr, "%s\n", err.text);
        }
        _exit(ok ? 0 : 1);
    }
    double until = os_seconds() + patience / 1e6;
    int status = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (os_seconds() > until) {
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
            break;
        }
        (void)usleep(1000);
    }
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    CHECK(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    return !killed;
}

static void a_scan_killed_again_and_again_ends_with_the_same_case(void)
{
    struct bench *b = bench_with(bench_correlation);
    struct buf undisturbed, resumed;
    struct err err = {0};
    const char *name = "e";
    make_evidence(b);
    buf_init(&undisturbed, 1 << 27);
    buf_init(&resumed, 1 << 27);
    CHECK(bench_scan(b, NULL, &name, 1, 2, &undisturbed, &err));
    unsigned patience = 20000, kills = 0;
    while (!scan_for(b, patience) && kills < 100) {
        kills++;
        patience += patience / 3;
    }
    CHECK(kills > 2);
    CHECK(bench_scan(b, scene_at(&b->scene, "case"), &name, 1, 2, &resumed, &err));
    CHECK(str_eq(buf_str(&undisturbed), buf_str(&resumed)));
    buf_done(&undisturbed);
    buf_done(&resumed);
    bench_free(b);
}

/* ---- bounds */

/* A word a minute by a clock that may be an hour behind, and what Sysmon knows of that. */
static size_t words_between(unsigned from, unsigned to, bool behind)
{
    struct bench *b = bench_new();
    const char *name = "a.json";
    const usec start = 1614556800 * USEC_PER_SEC, minute = 60 * USEC_PER_SEC;
    const struct case_identity id = {STR("t"), STR("r"), STR("e"), STR("o"), STR("c")};
    struct err err = {0};
    struct case_file *c = NULL;
    struct finding *f = NULL;
    struct buf log;
    size_t count = 0;
    buf_init(&log, 1 << 24);
    for (unsigned i = 0; i < 240; i++) {
        str time = time_text(&b->arena, start + i * minute);
        str utc = time_text(&b->arena, start + (i + (behind ? 60 : 0)) * minute);
        buf_printf(&log,
                   "{\"@timestamp\":\"%.*s\",\"Channel\":\"%s\",\"EventID\":1,"
                   "\"Hostname\":\"h\",\"Word\":\"evil\",\"UtcTime\":\"%.*s\"}\n",
                   STR_ARG(time), i < 200 ? "Bench" : "Microsoft-Windows-Sysmon/Operational",
                   STR_ARG(utc));
    }
    scene_write(&b->scene, name, log.p, log.len);
    const struct scan scan = {.evidence = &name,
                              .nevidence = 1,
                              .knowledge = &b->knowledge,
                              .from = start + from * minute,
                              .to = start + to * minute};
    CHECK(chdir(b->scene.path) == 0 && case_create(NULL, &id, &c, &err));
    CHECK(scan_run(&scan, c, &err) && case_findings(c, &b->arena, &f, &count, &err));
    for (size_t i = 0; i < count; i++) {
        CHECK(f[i].time >= scan.from && f[i].time < scan.to);
        CHECK(f[i].time == f[i].raw_time + (behind ? 60 * minute : 0));
    }
    case_close(c);
    buf_done(&log);
    bench_free(b);
    return count;
}

static void bounds_hold_for_true_times(void)
{
    CHECK_INT(words_between(70, 100, false), 30);
    CHECK_INT(words_between(70, 100, true), 30);
    CHECK_INT(words_between(30, 70, true), 10);
    CHECK_INT(words_between(190, 300, false), 10);
    CHECK_INT(words_between(190, 300, true), 70);
}

/* ---- match and dump */

struct listed {
    struct buf text;
    size_t problems;
};

static bool on_hit(void *ctx, const struct match_hit *h)
{
    struct listed *l = ctx;
    buf_printf(&l->text, "%.*s %llu\n", STR_ARG(h->unit), (unsigned long long)h->record);
    return true;
}

static void on_problem(void *ctx, str unit, enum note_id id, uint64_t count)
{
    struct listed *l = ctx;
    (void)unit, (void)id, (void)count;
    l->problems++;
}

static void matches_come_in_the_order_of_evidence(void)
{
    struct bench *b = bench_with(bench_correlation);
    struct err err = {0};
    const char *name = "e";
    struct listed lists[2];
    make_evidence(b);
    CHECK(chdir(b->scene.path) == 0);
    for (unsigned i = 0; i < 2; i++) {
        buf_init(&lists[i].text, 1 << 26);
        lists[i].problems = 0;
        const struct match m = {.evidence = &name,
                                .nevidence = 1,
                                .knowledge = &b->knowledge,
                                .workers = i ? 8 : 1,
                                .on_hit = on_hit,
                                .on_problem = on_problem,
                                .ctx = &lists[i]};
        CHECK(match_run(&m, &err));
    }
    CHECK(str_eq(buf_str(&lists[0].text), buf_str(&lists[1].text)));
    str text = buf_str(&lists[0].text);
    CHECK(str_starts(text, STR("e/large.json 1\ne/large.json 8\n")));
    size_t inner = str_find(text, STR("e/o.tar.gz!/in.zip!/a.json"));
    size_t outer = str_find(text, STR("e/o.tar.gz!/z.json"));
    size_t small = str_find(text, STR("e/small.json"));
    CHECK(inner < outer && outer < small && small < text.len);
    CHECK(lists[0].problems > 0 && lists[0].problems == lists[1].problems);
    buf_done(&lists[0].text);
    buf_done(&lists[1].text);
    bench_free(b);
}

static void a_dump_is_one_line_an_event_in_order(void)
{
    struct bench *b = bench_new();
    struct err err = {0};
    const char *name = "e/large.json";
    struct os_view view;
    make_evidence(b);
    CHECK(chdir(b->scene.path) == 0);
    int fd = open("out", O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0);
    const struct dump d = {.evidence = &name, .nevidence = 1, .workers = 8, .out_fd = fd};
    CHECK(dump_run(&d, &err));
    CHECK(os_view_open(&view, "out", &err));
    str rest = str_of_bytes(view.data), line;
    unsigned count = 0;
    while (str_cut(&rest, '\n', &line) && line.len > 0) {
        char begin[64];
        (void)snprintf(begin, sizeof begin, "{\"unit\":\"e/large.json\",\"record\":%u,", ++count);
        CHECK(str_starts(line, str_of(begin)) && str_ends(line, STR("}}")));
    }
    CHECK_INT(count, 250000);
    os_view_close(&view);
    os_close(&fd);
    bench_free(b);
}

int main(void)
{
    RUN(a_file_is_read_hashed_and_searched);
    RUN(what_cannot_be_read_is_written_down);
    RUN(a_missing_path_is_said_before_anything_is_read);
    RUN(members_are_units_whatever_they_are_called);
    RUN(fifty_archives_in_each_other_end_at_the_limit);
    RUN(a_bomb_is_cut_and_the_rest_is_read);
    RUN(a_bomb_of_many_small_bombs_is_cut_at_the_same_place_by_any_number_of_workers);
    RUN(any_number_of_workers_finds_the_same);
    RUN(a_scan_killed_again_and_again_ends_with_the_same_case);
    RUN(bounds_hold_for_true_times);
    RUN(matches_come_in_the_order_of_evidence);
    RUN(a_dump_is_one_line_an_event_in_order);
    return kit_end();
}
