/* Workers that meet the wrong evidence: whatever they do, it costs their task and nothing else. */
#include "bench.h"
#include "engine/conduct.h"
#include "engine/hand.h"
#include "os/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

/* ---- a consumer that only counts */

struct counted {
    uint64_t units, hits, events, died, over_time;
    uint64_t bad_events; /* of the unit that is hostile */
};

static bool wants(void *ctx, str path)
{
    (void)ctx, (void)path;
    return true;
}

static void begun(void *ctx, struct unit *u)
{
    (void)ctx, (void)u;
}

static bool part(void *ctx, struct unit *u, uint32_t number, const struct harvest *h,
                 struct err *err)
{
    struct counted *c = ctx;
    (void)number, (void)err;
    c->hits += h->nhits;
    c->events += h->events;
    c->bad_events += str_has(u->path, STR("bad")) ? h->events : 0;
    return true;
}

static bool ended(void *ctx, struct unit *u, struct err *err)
{
    struct counted *c = ctx;
    (void)err;
    c->units++;
    c->died += u->own.rows[NOTE_WORKER_DIED].count;
    c->over_time += u->own.rows[NOTE_OVER_TIME].count;
    return true;
}

static bool crowded(void *ctx)
{
    (void)ctx;
    return false;
}

static const double patience = 0.3;

/* All of `e` in the scene, in parts of `size`, with `hostile` in every worker. */
static bool read_with(struct bench *b, unsigned workers, uint64_t size,
                      void (*hostile)(str path, int socket), struct counted *c)
{
    const char *name = "e";
    const struct consumer consumer = {c, wants, begun, part, ended, NULL, crowded};
    struct source source;
    struct err err = {0};
    const struct job job = {
        .mode = JOB_MATCH,
        .names = &b->names,
        .sigma = b->knowledge.sigma,
        .from = TIME_NONE,
        .to = TIME_NONE,
        .part = size,
        .seconds = patience,
        .hostile = hostile,
    };
    *c = (struct counted){0};
    if (chdir(b->scene.path) != 0 || !source_open(&source, &name, 1, &err)) {
        return false;
    }
    const struct reading reading = {
        .source = &source, .job = &job, .consumer = &consumer, .workers = workers};
    bool ok = conduct(&reading, &err);
    if (!ok) {
        (void)fprintf(stderr, "%s\n", err.text);
    }
    source_close(&source);
    return ok;
}

static struct bench *bench_with_evidence(void)
{
    struct bench *b = bench_new();
    scene_folder(&b->scene, "e");
    bench_file(b, "e/a.json", 0, 700);
    bench_file(b, "e/bad.json", 0, 700);
    bench_file(b, "e/c.json", 0, 700);
    bench_file(b, "e/d.json", 0, 700);
    return b;
}

/* ---- hostile acts, in the worker, for the unit called bad */

static bool is_bad(str path)
{
    return str_has(path, STR("bad"));
}

static void crashes(str path, int socket)
{
    (void)socket;
    if (is_bad(path)) {
        __builtin_trap();
    }
}

static void exits(str path, int socket)
{
    (void)socket;
    if (is_bad(path)) {
        _exit(0);
    }
}

static void spins(str path, int socket)
{
    (void)socket;
    for (volatile uint64_t i = 0; is_bad(path); i++) {
    }
}

static void executes(str path, int socket)
{
    char *const none[] = {NULL};
    (void)socket;
    if (is_bad(path)) {
        (void)execve("/bin/true", none, none);
    }
}

static void forks(str path, int socket)
{
    (void)socket;
    if (is_bad(path)) {
        (void)!fork();
    }
}

static void kills_its_parent(str path, int socket)
{
    (void)socket;
    if (is_bad(path)) {
        (void)kill(getppid(), SIGKILL);
    }
}

static void talks_to_the_network(str path, int fd)
{
    (void)fd;
    if (is_bad(path)) {
        (void)socket(AF_INET, SOCK_STREAM, 0);
    }
}

static void say(int socket, const struct message *m)
{
    static uint8_t room[LIMIT_MESSAGE];
    size_t len = message_write(m, room);
    (void)!os_send(socket, (bytes){room, len}, -1);
}

static void talks_nonsense(str path, int socket)
{
    if (is_bad(path)) {
        (void)!os_send(socket, bytes_of_str(STR("nonsense")), -1);
    }
}

static void names_a_rule_that_is_not(str path, int socket)
{
    if (is_bad(path)) {
        say(socket, &(struct message){.kind = MESSAGE_HIT, .hit = {.which = 1000000}});
    }
}

static void points_beyond_the_unit(str path, int socket)
{
    if (is_bad(path)) {
        say(socket, &(struct message){.kind = MESSAGE_HIT, .hit = {.offset = 1 << 30}});
    }
}

static void offers_members_that_nobody_asked_for(str path, int socket)
{
    if (is_bad(path)) {
        say(socket, &(struct message){.kind = MESSAGE_MEMBER, .member = {.path = STR("x")}});
    }
}

static void tells_of_lines_that_nobody_asked_for(str path, int socket)
{
    if (is_bad(path)) {
        say(socket, &(struct message){.kind = MESSAGE_LINES, .lines = 1});
    }
}

static void sends_its_socket(str path, int socket)
{
    if (is_bad(path)) {
        const struct message m = {.kind = MESSAGE_BIGGER};
        uint8_t room[64];
        static uint8_t large[LIMIT_MESSAGE];
        size_t len = message_write(&m, large);
        memcpy(room, large, len);
        (void)!os_send(socket, (bytes){room, len}, socket);
    }
}

static void floods(str path, int socket)
{
    struct message m = {.kind = MESSAGE_HIT, .hit = {.host = STR("h")}};
    while (is_bad(path)) {
        say(socket, &m);
    }
}

static const struct {
    const char *name;
    void (*act)(str path, int socket);
} acts[] = {
    {"crashes",                              crashes                             },
    {"exits",                                exits                               },
    {"executes",                             executes                            },
    {"forks",                                forks                               },
    {"kills its parent",                     kills_its_parent                    },
    {"talks to the network",                 talks_to_the_network                },
    {"talks nonsense",                       talks_nonsense                      },
    {"names a rule that is not",             names_a_rule_that_is_not            },
    {"points beyond the unit",               points_beyond_the_unit              },
    {"offers members that nobody asked for", offers_members_that_nobody_asked_for},
    {"tells of lines that nobody asked for", tells_of_lines_that_nobody_asked_for},
    {"sends its socket",                     sends_its_socket                    },
};

/* A sanitizer turns forbidden calls into errors rather than deaths. */
static bool may_survive(void (*act)(str path, int socket))
{
#if defined(__SANITIZE_ADDRESS__)
    return act == executes || act == forks || act == kills_its_parent ||
           act == talks_to_the_network;
#else
    (void)act;
    return false;
#endif
}

static void whatever_a_worker_does_costs_its_task_only(void)
{
    struct bench *b = bench_with_evidence();
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        for (unsigned workers = 1; workers <= 2; workers++) {
            struct counted c;
            CHECK(read_with(b, workers, LIMIT_PART, acts[i].act, &c));
            bool as_it_should = c.units == 4 && c.events - c.bad_events == 3 * 700 &&
                                (c.died == 1 || (may_survive(acts[i].act) && c.died == 0));
            if (!as_it_should) {
                (void)fprintf(stderr, "a worker that %s: %llu units, %llu events, %llu died\n",
                              acts[i].name, (unsigned long long)c.units,
                              (unsigned long long)c.events, (unsigned long long)c.died);
            }
            CHECK(as_it_should);
        }
    }
    bench_free(b);
}

static void one_that_hangs_is_ended(void)
{
    struct bench *b = bench_with_evidence();
    struct counted c;
    double start = os_seconds();
    CHECK(read_with(b, 2, LIMIT_PART, spins, &c));
    CHECK(c.units == 4 && c.events == 3 * 700 && c.over_time == 1 && c.died == 0);
    CHECK(os_seconds() - start < 20);
    bench_free(b);
}

static void one_that_never_stops_talking_is_ended(void)
{
    struct bench *b = bench_with_evidence();
    struct counted c;
    CHECK(read_with(b, 2, LIMIT_PART, floods, &c));
    CHECK(c.units == 4 && c.events == 3 * 700 && c.over_time + c.died == 1);
    bench_free(b);
}

static void a_crash_costs_a_part_of_a_large_unit(void)
{
    enum { PART = 16384 };
    struct bench *b = bench_with_evidence();
    struct counted c;
    CHECK(read_with(b, 2, PART, crashes, &c)); /* in every part of the bad one */
    CHECK(c.units == 4 && c.events == 3 * 700 && c.died > 1);
    bench_free(b);
}

static void parts_of_any_size_give_the_same(void)
{
    static const uint64_t sizes[] = {1, 100, 1000, 4096, 50000, LIMIT_PART};
    struct bench *b = bench_new();
    scene_folder(&b->scene, "e");
    bench_file(b, "e/a.json", 3, 200);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct counted c;
        CHECK(read_with(b, 2, sizes[i], NULL, &c));
        CHECK_INT(c.events, 200);
        CHECK_INT(c.hits, 28); /* multiples of 7 in [3, 203) */
        CHECK_INT(c.died, 0);
    }
    bench_free(b);
}

/* ---- killed from outside */

static void waits(str path, int socket)
{
    uint8_t nothing;
    (void)socket;
    if (is_bad(path)) {
        for (volatile uint64_t i = 0; i < UINT64_C(3000000000); i++) {
            nothing = (uint8_t)i;
        }
        (void)nothing;
    }
}

/* Whoever computes for long is killed; the others were done long before. */
static void kill_the_busiest(void *ctx, const struct plan_progress *p)
{
    char path[64];
    int pid = 0, *killed = ctx;
    if (*killed || p->units_done < 3) {
        return;
    }
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *f = fopen(path, "r");
    while (f && fscanf(f, "%d", &pid) == 1) {
        const struct os_child child = {.pid = pid};
        if (os_child_seconds(&child) > 0.1) {
            *killed = kill(pid, SIGKILL) == 0;
        }
    }
    if (f) {
        (void)fclose(f);
    }
}

static void a_worker_killed_from_outside_costs_its_unit(void)
{
    struct bench *b = bench_with_evidence();
    const char *name = "e";
    struct counted c = {0};
    int killed = 0;
    const struct consumer consumer = {&c, wants, begun, part, ended, NULL, crowded};
    struct source source;
    struct err err = {0};
    const struct job job = {
        .mode = JOB_MATCH,
        .names = &b->names,
        .sigma = b->knowledge.sigma,
        .from = TIME_NONE,
        .to = TIME_NONE,
        .part = LIMIT_PART,
        .seconds = 60,
        .hostile = waits,
    };
    CHECK(chdir(b->scene.path) == 0 && source_open(&source, &name, 1, &err));
    const struct reading reading = {.source = &source,
                                    .job = &job,
                                    .consumer = &consumer,
                                    .workers = 2,
                                    .on_progress = kill_the_busiest,
                                    .ctx = &killed};
    CHECK(conduct(&reading, &err));
    if (killed) {
        CHECK(c.units == 4 && c.events == 3 * 700 && c.died == 1);
    } else {
        SKIP("the children of a process cannot be listed here");
    }
    source_close(&source);
    bench_free(b);
}

/* Some worker that has not given up its rights yet, of this process. */
static int worker_in_setup(void)
{
    char path[64], line[128];
    int pid = 0, found = 0;
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *children = fopen(path, "r");
    while (children && !found && fscanf(children, "%d", &pid) == 1) {
        (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
        FILE *status = fopen(path, "r");
        while (status && fgets(line, sizeof line, status)) {
            found = strcmp(line, "Seccomp:\t0\n") == 0 ? pid : found;
        }
        if (status) {
            (void)fclose(status);
        }
    }
    if (children) {
        (void)fclose(children);
    }
    return found;
}

static unsigned killed_in_setup;

/* The first worker has its task by then, and is getting ready for it. */
static bool wants_and_kills(void *ctx, str path)
{
    int pid = killed_in_setup == 0 && str_has(path, STR("bad")) ? worker_in_setup() : 0;
    killed_in_setup += pid > 0 && kill(pid, SIGKILL) == 0;
    return wants(ctx, path);
}

static bool read_job(struct bench *b, const struct job *job, struct counted *c, struct err *err)
{
    const char *name = "e";
    const struct consumer consumer = {c, wants_and_kills, begun, part, ended, NULL, crowded};
    struct source source;
    if (chdir(b->scene.path) != 0 || !source_open(&source, &name, 1, err)) {
        return false;
    }
    const struct reading reading = {
        .source = &source, .job = job, .consumer = &consumer, .workers = 2};
    bool ok = conduct(&reading, err);
    source_close(&source);
    return ok;
}

static void a_worker_killed_while_it_gets_ready_costs_nothing(void)
{
    struct bench *b = bench_with_evidence();
    struct counted c = {0};
    struct err err = {0};
    const struct job job = {.mode = JOB_MATCH,
                            .names = &b->names,
                            .sigma = b->knowledge.sigma,
                            .from = TIME_NONE,
                            .to = TIME_NONE,
                            .part = LIMIT_PART,
                            .seconds = 60};
    killed_in_setup = 0;
    CHECK(read_job(b, &job, &c, &err));
    if (killed_in_setup == 1) {
        CHECK(c.units == 4 && c.events == 4 * 700 && c.died == 0);
    } else {
        SKIP("the children of a process cannot be listed here, or it was ready at once");
    }
    bench_free(b);
}

static void workers_that_never_get_ready_end_the_scan(void)
{
    struct bench *b = bench_with_evidence();
    struct counted c = {0};
    struct err err = {0};
    const struct job no_rules = {.mode = JOB_MATCH, .names = &b->names, .part = LIMIT_PART};
    killed_in_setup = 1;
    CHECK(!read_job(b, &no_rules, &c, &err));
    CHECK(strstr(err.text, "die at their start") != NULL);
    bench_free(b);
}

static void confinement_is_told_once(void *ctx, const char *how, bool weak)
{
    unsigned *told = ctx;
    CHECK(strlen(how) > 0 && !weak);
    ++*told;
}

static void a_scan_says_how_it_is_confined(void)
{
    struct bench *b = bench_with_evidence();
    const char *name = "e";
    unsigned told = 0;
    struct err err = {0};
    struct case_file *c = NULL;
    const struct case_identity id = {STR("t"), STR("r"), STR("e"), STR("o"), STR("c")};
    const struct scan scan = {.evidence = &name,
                              .nevidence = 1,
                              .knowledge = &b->knowledge,
                              .from = TIME_NONE,
                              .to = TIME_NONE,
                              .on_confined = confinement_is_told_once,
                              .ctx = &told};
    CHECK(chdir(b->scene.path) == 0 && case_create(NULL, &id, &c, &err));
    CHECK(scan_run(&scan, c, &err));
    CHECK_INT(told, 1);
    case_close(c);
    bench_free(b);
}

int main(void)
{
    RUN(whatever_a_worker_does_costs_its_task_only);
    RUN(one_that_hangs_is_ended);
    RUN(one_that_never_stops_talking_is_ended);
    RUN(a_crash_costs_a_part_of_a_large_unit);
    RUN(parts_of_any_size_give_the_same);
    RUN(a_worker_killed_from_outside_costs_its_unit);
    RUN(a_worker_killed_while_it_gets_ready_costs_nothing);
    RUN(workers_that_never_get_ready_end_the_scan);
    RUN(a_scan_says_how_it_is_confined);
    return kit_end();
}
