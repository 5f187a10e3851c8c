#include "kit.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/process.h"
#include "scene.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* ---- messages */

static void echo(int socket, void *ctx)
{
    uint8_t room[256];
    size_t len = 0;
    int fd = -1;
    (void)ctx;
    while (os_receive(socket, room, sizeof room, &len, &fd) == OS_IO_DONE) {
        if (fd >= 0) {
            (void)!write(fd, "written", 7);
            os_close(&fd);
        }
        (void)!os_send(socket, (bytes){room, len}, -1);
    }
}

static enum os_io wait_for(struct os_child *c, uint8_t *room, size_t cap, size_t *len)
{
    bool ready = false;
    os_wait(&c->socket, &ready, 1, 10);
    return os_receive(c->socket, room, cap, len, NULL);
}

static void messages_keep_their_bounds_and_descriptors_travel(void)
{
    struct err err = {0};
    struct os_child c = {0};
    uint8_t room[256];
    size_t len = 0;
    struct os_stat st;
    int fd = os_temporary_file(NULL, &err);
    CHECK(os_child_start(&c, echo, NULL, &err));
    CHECK(os_receive(c.socket, room, sizeof room, &len, NULL) == OS_IO_WAIT);
    CHECK(os_send(c.socket, bytes_of_str(STR("one")), fd) == OS_IO_DONE);
    CHECK(os_send(c.socket, bytes_of_str(STR("second")), -1) == OS_IO_DONE);
    CHECK(wait_for(&c, room, sizeof room, &len) == OS_IO_DONE && len == 3);
    CHECK(wait_for(&c, room, sizeof room, &len) == OS_IO_DONE && len == 6);
    CHECK(os_stat_fd(fd, &st) && st.size == 7);
    os_child_end(&c);
    os_close(&fd);
}

static void too_much(int socket, void *ctx)
{
    uint8_t room[64] = {0};
    (void)ctx;
    (void)!os_send(socket, (bytes){room, sizeof room}, -1);
    (void)pause();
}

static void a_message_that_does_not_fit_is_the_end(void)
{
    struct err err = {0};
    struct os_child c = {0};
    uint8_t room[16];
    size_t len = 0;
    CHECK(os_child_start(&c, too_much, NULL, &err));
    CHECK(wait_for(&c, room, sizeof room, &len) == OS_IO_GONE);
    os_child_end(&c);
}

static void spin(int socket, void *ctx)
{
    (void)socket, (void)ctx;
    for (volatile uint64_t i = 0;; i++) {
    }
}

static void the_parent_sees_processor_time_and_can_end_a_child(void)
{
    struct err err = {0};
    struct os_child c = {0};
    CHECK(os_child_start(&c, spin, NULL, &err));
    double limit = os_seconds() + 20;
    while (os_child_seconds(&c) < 0.05 && os_seconds() < limit) {
        (void)usleep(10000);
    }
    CHECK(os_child_seconds(&c) >= 0.05);
    int pid = c.pid;
    os_child_end(&c);
    CHECK(kill(pid, 0) != 0 && errno == ESRCH);
    os_child_end(&c); /* twice is fine */
}

/* ---- confinement: each of these must fail or kill; coming back with success is the failure */

static struct scene scene;
static int parent;

static bool opens_a_file(void)
{
    return open("/etc/hostname", O_RDONLY) >= 0 || open("/etc/passwd", O_RDONLY) >= 0;
}

static bool writes_a_file(void)
{
    return open(scene_at(&scene, "made"), O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool removes_a_file(void)
{
    return unlink(scene_at(&scene, "there")) == 0;
}

static bool connects(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return fd >= 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) == 0;
}

static bool forks(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    return pid > 0;
}

static bool runs_a_program(void)
{
    char *const none[] = {NULL};
    return execve("/bin/true", none, none) == 0; /* comes back only when it could not */
}

static bool signals_its_parent(void)
{
    return kill(parent, 0) == 0;
}

static bool makes_memory_to_run(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static bool still_has_descriptors(void)
{
    for (int fd = 3; fd < 64; fd++) { /* a lucky one would be the parent's */
        if (lseek(fd, 0, SEEK_CUR) >= 0) {
            return true;
        }
    }
    return false;
}

static bool still_has_an_environment(void)
{
    return getenv("LIMIER_TEST_SECRET") != NULL;
}

static bool takes_a_lot_of_memory(void)
{
    enum { MIB = 1 << 20 };
    bool all = true;
    for (int i = 0; i < 512 && all; i++) {
        volatile char *p =
            mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        all = (const volatile void *)p != MAP_FAILED;
        if (all) {
            p[0] = 1;
        }
    }
    return all;
}

static const struct {
    const char *name;
    bool (*try)(void);
} crimes[] = {
    {"opens a file",             opens_a_file            },
    {"writes a file",            writes_a_file           },
    {"removes a file",           removes_a_file          },
    {"connects",                 connects                },
    {"forks",                    forks                   },
    {"runs a program",           runs_a_program          },
    {"signals its parent",       signals_its_parent      },
    {"makes memory to run",      makes_memory_to_run     },
    {"still has descriptors",    still_has_descriptors   },
    {"still has an environment", still_has_an_environment},
    {"takes a lot of memory",    takes_a_lot_of_memory   },
};

static void commit_crime(int socket, void *ctx)
{
    const struct os_limits limits = {.memory = 64 << 20, .file = 0};
    struct os_confined confined;
    bool (*const *try)(void) = ctx;
    os_confine(socket, &limits, &confined);
    uint8_t got_away = (*try)();
    (void)!os_send(socket, (bytes){&got_away, 1}, -1);
}

/* What the child could do: 1 yes, 0 no, -1 it was killed. */
static int outcome_of(bool (*try)(void))
{
    struct err err = {0};
    struct os_child c = {0};
    uint8_t got_away = 0;
    size_t len = 0;
    if (!os_child_start(&c, commit_crime, &try, &err)) {
        return 1;
    }
    int outcome = wait_for(&c, &got_away, 1, &len) == OS_IO_DONE ? got_away : -1;
    os_child_end(&c);
    return outcome;
}

static bool sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
    return __has_feature(address_sanitizer);
#else
    return false;
#endif
}

static void a_confined_process_can_do_nothing_to_the_world(void)
{
    scene = scene_new();
    scene_text(&scene, "there", "x");
    parent = getpid();
    (void)setenv("LIMIER_TEST_SECRET", "1", 1);
    for (size_t i = 0; i < sizeof crimes / sizeof *crimes; i++) {
        bool of_memory =
            crimes[i].try == takes_a_lot_of_memory || crimes[i].try == makes_memory_to_run;
        int outcome = sanitized() && of_memory ? 0 : outcome_of(crimes[i].try);
        if (outcome == 1) {
            (void)fprintf(stderr, "a confined process %s\n", crimes[i].name);
        }
        CHECK(outcome != 1);
    }
    CHECK(access(scene_at(&scene, "there"), F_OK) == 0);
    CHECK(access(scene_at(&scene, "made"), F_OK) != 0);
    scene_done(&scene);
}

static void commit_unconfined(int socket, void *ctx)
{
    uint8_t got_away = opens_a_file() && forks();
    (void)ctx;
    (void)!os_send(socket, (bytes){&got_away, 1}, -1);
}

static void the_same_acts_succeed_without_confinement(void)
{
    struct err err = {0};
    struct os_child c = {0};
    uint8_t got_away = 0;
    size_t len = 0;
    CHECK(os_child_start(&c, commit_unconfined, NULL, &err));
    CHECK(wait_for(&c, &got_away, 1, &len) == OS_IO_DONE && got_away == 1);
    os_child_end(&c);
}

static void tell_confinement(int socket, void *ctx)
{
    const struct os_limits limits = {.memory = 64 << 20, .file = 0};
    struct os_confined confined = {0};
    (void)ctx;
    os_confine(socket, &limits, &confined);
    uint8_t told[2] = {confined.seccomp, confined.powerless};
    (void)!os_send(socket, (bytes){told, sizeof told}, -1);
}

static void what_is_in_force_is_told(void)
{
    struct err err = {0};
    struct os_child c = {0};
    uint8_t told[2] = {0};
    size_t len = 0;
    CHECK(os_child_start(&c, tell_confinement, NULL, &err));
    CHECK(wait_for(&c, told, sizeof told, &len) == OS_IO_DONE);
    CHECK(told[0] && told[1]);
    os_child_end(&c);
}

int main(void)
{
    RUN(messages_keep_their_bounds_and_descriptors_travel);
    RUN(a_message_that_does_not_fit_is_the_end);
    RUN(the_parent_sees_processor_time_and_can_end_a_child);
    RUN(a_confined_process_can_do_nothing_to_the_world);
    RUN(the_same_acts_succeed_without_confinement);
    RUN(what_is_in_force_is_told);
    return kit_end();
}
