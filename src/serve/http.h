/* A small HTTP server for one program on one machine: one thread, requests one after the other, a
 * handler that turns a request into an answer (message.h).
 *
 *     struct http_server *s = http_open(&(struct http_options){.listen = "127.0.0.1:0", ...},
 * &err); http_run(s, &stop); http_close(s);
 *
 * Loopback is the rule: another address needs a certificate and a secret. On loopback only requests
 * that name the machine so are answered, because a page in the user's browser may call 127.0.0.1
 * whatever it likes. Heads over 32 KiB, bodies over `body_max`, callers that take longer than 30
 * seconds to ask, and more than 64 of them at a time, are turned away. */
#ifndef SERVE_HTTP_H
#define SERVE_HTTP_H

#include "base/err.h"
#include "serve/message.h"

struct http_options {
    const char *listen;     /* "127.0.0.1:8443", "[::1]:0"; port 0: any that is free */
    const char *cert, *key; /* PEM files; NULL: no TLS */
    bool has_secret;        /* the handler asks for one */
    uint64_t body_max;
    http_handler *handle;
    void *ctx;
};

struct http_server;

struct http_server *http_open(const struct http_options *o, struct err *err);
const char *http_origin(const struct http_server *s); /* "https://127.0.0.1:8443" */

/* Until *stop is not 0. */
void http_run(struct http_server *s, const volatile int *stop);
void http_close(struct http_server *s); /* NULL is fine */

#endif
