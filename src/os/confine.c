/* What a confined process gives up, layer on layer; each holds where the next one is missing:
 *
 *     descriptors    all closed but the socket; 0, 1 and 2 lead to /dev/null
 *     privileges     no capabilities, user nobody where we are root, none to be had by exec
 *     limits         memory, size of files, no core, no further processes or many descriptors
 *     Landlock       no file system, no network, no signals to others
 *     seccomp        a list of allowed calls; calls by which libraries look around without harm
 *                    (a locale, a time zone) are answered "not permitted"; the rest kills
 */
#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { NOBODY = 65534, DESCRIPTORS = 64 };

/* Kernels before 5.9 have no close_range(). */
static void close_span(unsigned from, unsigned to)
{
    struct rlimit most = {0};
    if (from > to || close_range(from, to, 0) == 0) {
        return;
    }
    (void)getrlimit(RLIMIT_NOFILE, &most);
    for (unsigned fd = from; fd <= to && fd < most.rlim_cur; fd++) {
        (void)close((int)fd);
    }
}

/* A sanitizer's report goes to standard error, so that stays under one. */
static void close_others(int socket)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= (SANITIZED ? 1 : 2); fd++) {
        (void)dup2(null, fd);
    }
    close_span(3, (unsigned)socket - 1);
    close_span((unsigned)socket + 1, ~0U);
}

static void empty_environment(void)
{
    /* The answer must not depend on where we run. NOLINTBEGIN(concurrency-mt-unsafe): one thread */
    (void)clearenv();
    (void)setenv("TZ", "UTC0", 1);
    /* NOLINTEND(concurrency-mt-unsafe) */
    tzset();
}

static bool drop_privileges(void)
{
    if (geteuid() == 0) { /* fails where this user is not mapped: capabilities go all the same */
        (void)setgroups(0, NULL);
        (void)!setresgid(NOBODY, NOBODY, NOBODY);
        (void)!setresuid(NOBODY, NOBODY, NOBODY);
    }
    for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
        (void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
    }
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    bool dropped = syscall(SYS_capset, &header, none) == 0;
    /* A change of user clears both of these. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_DUMPABLE, 0);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && dropped;
}

static bool limit(__rlimit_resource_t what, uint64_t value)
{
    struct rlimit l = {value, value};
    return setrlimit(what, &l) == 0;
}

/* Bytes that RLIMIT_DATA counts now: the rules that we were forked with are among them. */
static uint64_t data_in_use(void)
{
    enum { FIELD = 6 }; /* of /proc/self/statm: pages of data and stack */
    char line[256] = "", *at = line;
    unsigned long long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f) {
        at = fgets(line, sizeof line, f) ? line : line + strlen(line);
        (void)fclose(f);
    }
    for (int i = 0; i < FIELD; i++) {
        pages = strtoull(at, &at, 10);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static bool set_limits(const struct os_limits *limits, uint64_t in_use)
{
    (void)limit(RLIMIT_CORE, 0);
    (void)limit(RLIMIT_NPROC, 0);
    (void)limit(RLIMIT_NOFILE, DESCRIPTORS);
    (void)limit(RLIMIT_FSIZE, SANITIZED ? RLIM_INFINITY : limits->file);
    /* A sanitizer reserves terabytes. */
    return !SANITIZED && limits->memory && in_use && limit(RLIMIT_DATA, in_use + limits->memory);
}

/* The kernel's structure as of version 6; older kernels take the beginning of it. */
struct landlock_rules {
    uint64_t files, network, scope;
};

static uint32_t landlock(void)
{
    static const unsigned file_rights[] = {0, 13, 14, 15, 15, 16, 16};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) {
        return 0;
    }
    size_t known =
        (size_t)version < ARRAY_LEN(file_rights) ? (size_t)version : ARRAY_LEN(file_rights) - 1;
    struct landlock_rules all = {
        .files = (UINT64_C(1) << file_rights[known]) - 1,
        .network = version >= 4 ? 3 : 0, /* bind, connect */
        .scope = version >= 6 ? 3 : 0,   /* abstract sockets, signals */
    };
    size_t size = version >= 6 ? sizeof all : version >= 4 ? 16 : 8;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
    bool done = ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    if (ruleset >= 0) {
        (void)close(ruleset);
    }
    return done ? (uint32_t)version : 0;
}

static const int allowed[] = {
    SCMP_SYS(read),          SCMP_SYS(write),
    SCMP_SYS(pread64),       SCMP_SYS(lseek),
    SCMP_SYS(close),         SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),       SCMP_SYS(munmap),
    SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(brk),           SCMP_SYS(futex),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(time),          SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),   SCMP_SYS(restart_syscall),
};

static const int answered[] = {
    SCMP_SYS(open),        SCMP_SYS(openat),     SCMP_SYS(openat2),   SCMP_SYS(access),
    SCMP_SYS(faccessat),   SCMP_SYS(faccessat2), SCMP_SYS(readlink),  SCMP_SYS(readlinkat),
    SCMP_SYS(stat),        SCMP_SYS(lstat),      SCMP_SYS(fstat),     SCMP_SYS(newfstatat),
    SCMP_SYS(statx),       SCMP_SYS(ioctl),      SCMP_SYS(fcntl),     SCMP_SYS(uname),
    SCMP_SYS(getpid),      SCMP_SYS(gettid),     SCMP_SYS(getcwd),    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_yield), SCMP_SYS(prlimit64),  SCMP_SYS(getrlimit), SCMP_SYS(sched_getaffinity),
};

/* What a sanitizer needs to say what it found before it dies. */
static const int sanitizer[] = {
    SCMP_SYS(getpid),      SCMP_SYS(gettid),    SCMP_SYS(rt_sigaction),
    SCMP_SYS(sched_yield), SCMP_SYS(mprotect),  SCMP_SYS(mmap),
    SCMP_SYS(newfstatat),  SCMP_SYS(fstat),     SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getrlimit),   SCMP_SYS(prlimit64), SCMP_SYS(tgkill),
    SCMP_SYS(nanosleep),   SCMP_SYS(prctl),
};

static bool rules_for(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        int r = seccomp_rule_add(filter, action, calls[i], 0);
        ok = ok && (r == 0 || r == -EDOM || r == -EEXIST);
    }
    return ok;
}

/* Memory, but nothing that could be run. */
static bool rule_without_exec(scmp_filter_ctx filter, int call)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

static bool filter_calls(void)
{
    scmp_filter_ctx filter =
        seccomp_init(SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
    if (!filter) {
        return false;
    }
    bool ok = rules_for(filter, SCMP_ACT_ALLOW, allowed, ARRAY_LEN(allowed));
    if (SANITIZED) {
        ok = ok && rules_for(filter, SCMP_ACT_ALLOW, sanitizer, ARRAY_LEN(sanitizer));
    } else {
        ok = ok && rules_for(filter, SCMP_ACT_ERRNO(EPERM), answered, ARRAY_LEN(answered)) &&
             rule_without_exec(filter, SCMP_SYS(mmap)) &&
             rule_without_exec(filter, SCMP_SYS(mprotect));
    }
    ok = ok && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return ok;
}

void os_confine(int socket, const struct os_limits *limits, struct os_confined *out)
{
    uint64_t in_use = data_in_use();
    close_others(socket);
    empty_environment();
    out->powerless = drop_privileges();
    out->memory = set_limits(limits, in_use);
    out->landlock = landlock();
    out->seccomp = filter_calls();
}
