/* Child processes that hold nothing but a socket to their parent, and what passes over it. */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include "base/err.h"
#include "base/str.h"

struct os_child {
    int pid;
    int socket; /* keeps message boundaries; reading from it never waits */
};

/* Forks; the child calls `run` and ends when that returns. It dies with its parent, and leaves
 * Ctrl-C to it. */
bool os_child_start(struct os_child *out, void (*run)(int socket, void *ctx), void *ctx,
                    struct err *err) MUST_USE;

/* Kills it, waits for it and closes the socket. A zeroed pid is fine. */
void os_child_end(struct os_child *c);

/* Seconds of processor time that it has used. */
double os_child_seconds(const struct os_child *c);

/* ---- memory that a child shares with its parent */

struct os_shared {
    uint8_t *p;
    size_t size;
};

/* Zeros; a page takes room once it is touched. Children forked from then on share it, until it is
 * hidden from those that follow. */
bool os_shared_open(struct os_shared *s, size_t size, struct err *err) MUST_USE;
void os_shared_hide(const struct os_shared *s);
void os_shared_empty(const struct os_shared *s, size_t from); /* from there on: zeros again */
void os_shared_close(struct os_shared *s);                    /* a zeroed one is fine */

/* ---- messages; a descriptor may travel along, -1 when none does */

enum os_io {
    OS_IO_DONE,
    OS_IO_WAIT, /* nothing there, or no room: later */
    OS_IO_GONE, /* the other side is, or it sent more than fits */
};

enum os_io os_send(int socket, bytes message, int fd) MUST_USE;

/* `fd` NULL: descriptors are refused. */
enum os_io os_receive(int socket, uint8_t *room, size_t cap, size_t *len, int *fd) MUST_USE;

/* Waits until one of the sockets has something, at most `seconds`; says which. */
void os_wait(const int *sockets, bool *ready, size_t count, double seconds);

/* ---- confinement */

struct os_limits {
    uint64_t memory; /* bytes of its own, beyond what it was forked with; 0: no limit */
    uint64_t file;   /* bytes of the largest file it may write */
};

struct os_confined {   /* what is in force */
    uint32_t landlock; /* version of the kernel's interface; 0: none */
    bool seccomp, powerless, memory;
};

/* Gives up every right that the system lets a process give up: files, network, other processes,
 * privileges, environment, all descriptors but `socket`. What remains: computing, memory, and
 * the socket. A forbidden call kills the process. Cannot be undone. */
void os_confine(int socket, const struct os_limits *limits, struct os_confined *out);

#endif
