#include "os/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SOCKET_BUFFER = 1 << 20 };

static void child_signals(void)
{
    static const int ignored[] = {SIGINT, SIGPIPE, SIGXFSZ, SIGHUP};
    static const int plain[] = {SIGTERM, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGCHLD};
    for (size_t i = 0; i < ARRAY_LEN(ignored); i++) {
        (void)signal(ignored[i], SIG_IGN);
    }
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        (void)signal(plain[i], SIG_DFL);
    }
}

static void child_main(int socket, pid_t parent, void (*run)(int socket, void *ctx), void *ctx)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent) {
        child_signals();
        run(socket, ctx);
    }
    _exit(0);
}

bool os_child_start(struct os_child *out, void (*run)(int socket, void *ctx), void *ctx,
                    struct err *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return err_set(err, ERR_IO, "cannot make a socket: %s", strerrordesc_np(errno));
    }
    for (size_t i = 0; i < 2; i++) {
        const int size = SOCKET_BUFFER;
        (void)setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(pair[0]);
        child_main(pair[1], parent, run, ctx);
    }
    (void)close(pair[1]);
    if (pid < 0) {
        (void)close(pair[0]);
        return err_set(err, ERR_IO, "cannot start a process: %s", strerrordesc_np(errno));
    }
    *out = (struct os_child){.pid = pid, .socket = pair[0]};
    return true;
}

void os_child_end(struct os_child *c)
{
    if (c->pid > 0) {
        (void)kill(c->pid, SIGKILL);
        while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        (void)close(c->socket);
    }
    *c = (struct os_child){.socket = -1};
}

double os_child_seconds(const struct os_child *c)
{
    clockid_t clock;
    struct timespec used = {0};
    if (clock_getcpuclockid(c->pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        return 0;
    }
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

bool os_shared_open(struct os_shared *s, size_t size, struct err *err)
{
    *s = (struct os_shared){0};
    void *p =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        return err_set(err, ERR_IO, "cannot share memory: %s", strerrordesc_np(errno));
    }
    *s = (struct os_shared){p, size};
    return true;
}

void os_shared_hide(const struct os_shared *s)
{
    if (s->p) {
        (void)madvise(s->p, s->size, MADV_DONTFORK);
    }
}

void os_shared_empty(const struct os_shared *s, size_t from)
{
    if (s->p) {
        (void)madvise(s->p + from, s->size - from, MADV_REMOVE);
    }
}

void os_shared_close(struct os_shared *s)
{
    if (s->p) {
        (void)munmap(s->p, s->size);
    }
    *s = (struct os_shared){0};
}

union control {
    struct cmsghdr header; /* for its alignment */
    char room[CMSG_SPACE(sizeof(int))];
};

static void attach(struct msghdr *message, union control *control, int fd)
{
    memset(control, 0, sizeof *control);
    message->msg_control = control->room;
    message->msg_controllen = sizeof control->room;
    struct cmsghdr *c = CMSG_FIRSTHDR(message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
}

static enum os_io io_of_errno(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK ? OS_IO_WAIT : OS_IO_GONE;
}

enum os_io os_send(int socket, bytes message, int fd)
{
    union {
        const uint8_t *in;
        void *out;
    } p = {message.p};
    struct iovec part = {p.out, message.len};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
    union control control;
    if (fd >= 0) {
        attach(&m, &control, fd);
    }
    ssize_t n = -1;
    do {
        n = sendmsg(socket, &m, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? io_of_errno() : OS_IO_DONE;
}

static int detach(struct msghdr *message)
{
    int fd = -1;
    struct cmsghdr *c = CMSG_FIRSTHDR(message);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
        c->cmsg_len == CMSG_LEN(sizeof fd)) {
        memcpy(&fd, CMSG_DATA(c), sizeof fd);
    }
    return fd;
}

enum os_io os_receive(int socket, uint8_t *room, size_t cap, size_t *len, int *fd)
{
    struct iovec part = {.iov_len = cap};
    part.iov_base = room;
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
    union control control;
    if (fd) {
        m.msg_control = control.room;
        m.msg_controllen = sizeof control.room;
    }
    ssize_t n = -1;
    do {
        n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC | (fd ? 0 : MSG_DONTWAIT));
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return io_of_errno();
    }
    if (fd) {
        *fd = detach(&m);
    }
    *len = (size_t)n;
    return n == 0 || (m.msg_flags & MSG_TRUNC) ? OS_IO_GONE : OS_IO_DONE;
}

void os_wait(const int *sockets, bool *ready, size_t count, double seconds)
{
    struct pollfd *polled = calloc(count + 1, sizeof *polled);
    if (!polled) {
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        polled[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
    }
    int n = poll(polled, (nfds_t)count, (int)(seconds * 1000));
    for (size_t i = 0; i < count; i++) {
        ready[i] = n > 0 && polled[i].revents != 0;
    }
    free(polled);
}
