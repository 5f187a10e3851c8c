#include "serve/http.h"

#include "os/clock.h"
#include "os/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CALLERS_MAX = 64,
    HEAD_MAX = 32 << 10,
    HEADERS_MAX = 64,
    IDLE_SECONDS = 10,  /* without a byte */
    ASK_SECONDS = 30,   /* from the first byte to the last of a request */
    TELL_SECONDS = 600, /* and of an answer */
    ANSWER_BUDGET = 1 << 28,
};

/* A connection; while it lasts. */
struct caller {
    int fd;
    double since; /* what is under way began */
    bool answered;
    struct caller *next;
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    struct caller *callers;
    char origin[128];
    bool loopback;
};

/* One request, from its first line to the end of its answer. */
struct exchange {
    char *uri;
    struct buf body, answer;
    struct http_header headers[HEADERS_MAX];
    size_t nheaders;
    bool begun, too_long;
};

/* ---- one request */

static void *begin_exchange(void *ctx, const char *uri, struct MHD_Connection *c)
{
    struct http_server *s = ctx;
    struct exchange *e = calloc(1, sizeof *e);
    (void)c;
    if (!e || !(e->uri = strdup(uri))) {
        abort();
    }
    buf_init(&e->body, s->options.body_max);
    buf_init(&e->answer, ANSWER_BUDGET);
    return e;
}

static void end_exchange(void *ctx, struct MHD_Connection *c, void **mine,
                         enum MHD_RequestTerminationCode why)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct caller *caller = info ? info->socket_context : NULL;
    struct exchange *e = *mine;
    (void)ctx;
    (void)why;
    if (caller) {
        caller->since = os_seconds();
        caller->answered = false;
    }
    if (e) {
        buf_done(&e->body);
        buf_done(&e->answer);
        free(e->uri);
        free(e);
    }
    *mine = NULL;
}

static enum MHD_Result take_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct exchange *e = ctx;
    (void)kind;
    if (e->nheaders < HEADERS_MAX) {
        e->headers[e->nheaders++] = (struct http_header){str_of(name), str_of(value)};
    }
    return MHD_YES;
}

/* What names a machine, without its port. */
static bool is_loopback(str host)
{
    bool v6 = str_starts(host, STR("["));
    size_t colon = str_find_char(host, ':');
    str name = v6 ? str_sub(host, 1, str_find_char(host, ']') - 1) : str_sub(host, 0, colon);
    return str_eq(name, STR("::1")) || str_eq_nocase(name, STR("localhost")) ||
           str_eq(name, STR("127.0.0.1"));
}

static void handle(struct http_server *s, const struct http_request *r, struct http_answer *out,
                   struct arena *a)
{
    if (s->loopback && !is_loopback(http_header(r, STR("host")))) {
        *out = (struct http_answer){.status = 421, .type = STR("text/plain"), .body = out->body};
        buf_add(out->body, STR("This server answers to the names of its own machine only.\n"));
        return;
    }
    s->options.handle(s->options.ctx, r, out, a);
    if (!buf_ok(out->body)) {
        buf_clear(out->body);
        *out = (struct http_answer){.status = 500, .type = STR("text/plain"), .body = out->body};
    }
}

static enum MHD_Result send_answer(struct MHD_Connection *c, const struct http_answer *out,
                                   struct arena *a)
{
    str body = buf_str(out->body);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body.len, body.len ? out->body->p : (char[1]){0}, MHD_RESPMEM_MUST_COPY);
    if (!response) {
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, "Content-Type", arena_str(a, out->type).p);
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    (void)MHD_add_response_header(response, "Cache-Control", "no-store");
    for (size_t i = 0; i < out->nheaders; i++) {
        (void)MHD_add_response_header(response, arena_str(a, out->headers[i].name).p,
                                      arena_str(a, out->headers[i].value).p);
    }
    enum MHD_Result ok = MHD_queue_response(c, out->status, response);
    MHD_destroy_response(response);
    return ok;
}

static enum MHD_Result answer(struct http_server *s, struct MHD_Connection *c, const char *method,
                              struct exchange *e)
{
    struct arena a;
    struct http_answer out = {.body = &e->answer};
    str uri = str_of(e->uri);
    size_t mark = str_find_char(uri, '?');
    arena_init(&a, ANSWER_BUDGET);
    (void)MHD_get_connection_values(c, MHD_HEADER_KIND, take_header, e);
    struct http_request r = {.method = str_of(method),
                             .path = http_decoded(&a, str_sub(uri, 0, mark), false),
                             .query = str_from(uri, mark + 1),
                             .headers = e->headers,
                             .nheaders = e->nheaders,
                             .body = bytes_of_str(buf_str(&e->body))};
    if (e->too_long) {
        out = (struct http_answer){.status = 413, .type = STR("text/plain"), .body = &e->answer};
    } else {
        handle(s, &r, &out, &a);
    }
    enum MHD_Result ok = send_answer(c, &out, &a);
    arena_done(&a);
    return ok;
}

static bool says_too_long(const struct http_server *s, struct MHD_Connection *c)
{
    uint64_t length = 0;
    const char *said = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
    return said && (!str_u64(str_of(said), &length) || length > s->options.body_max);
}

/* Called with the head, with each piece of the body, and at the end. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **mine)
{
    struct http_server *s = ctx;
    struct exchange *e = *mine;
    (void)url;
    (void)version;
    if (!e->begun) {
        e->begun = true;
        e->too_long = says_too_long(s, c);
        return e->too_long ? answer(s, c, method, e) : MHD_YES;
    }
    if (*len) {
        buf_bytes(&e->body, data, *len);
        *len = 0;
        return buf_ok(&e->body) ? MHD_YES : MHD_NO; /* who sends more than he may say: cut off */
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct caller *caller = info ? info->socket_context : NULL;
    if (caller) {
        caller->since = os_seconds();
        caller->answered = true;
    }
    return answer(s, c, method, e);
}

/* ---- callers */

static void on_connection(void *ctx, struct MHD_Connection *c, void **mine,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = ctx;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        struct caller *caller = calloc(1, sizeof *caller);
        if (!caller) {
            abort();
        }
        *caller = (struct caller){info ? info->connect_fd : -1, os_seconds(), false, s->callers};
        s->callers = caller;
        *mine = caller;
        return;
    }
    struct caller **at = &s->callers;
    while (*at && *at != *mine) {
        at = &(*at)->next;
    }
    if (*at) {
        struct caller *gone = *at;
        *at = gone->next;
        free(gone);
    }
    *mine = NULL;
}

/* The library waits as long as a byte comes now and then. */
static void turn_away_the_slow(const struct http_server *s)
{
    double now = os_seconds();
    for (const struct caller *c = s->callers; c; c = c->next) {
        if (now - c->since > (c->answered ? TELL_SECONDS : ASK_SECONDS)) {
            (void)shutdown(c->fd, SHUT_RDWR);
        }
    }
}

void http_run(struct http_server *s, const volatile int *stop)
{
    while (!*stop) {
        fd_set reads, writes, excepts;
        MHD_socket top = 0;
        struct timeval wait = {0, 500000};
        MHD_UNSIGNED_LONG_LONG within;
        FD_ZERO(&reads);
        FD_ZERO(&writes);
        FD_ZERO(&excepts);
        if (MHD_get_fdset(s->daemon, &reads, &writes, &excepts, &top) != MHD_YES) {
            return;
        }
        if (MHD_get_timeout(s->daemon, &within) == MHD_YES && within < 500) {
            wait.tv_usec = (suseconds_t)within * 1000;
        }
        if (select(top + 1, &reads, &writes, &excepts, &wait) < 0) {
            continue; /* a signal: what it wants is in *stop */
        }
        (void)MHD_run_from_select(s->daemon, &reads, &writes, &excepts);
        turn_away_the_slow(s);
    }
}

/* ---- where it listens */

static bool address_of(const char *text, struct sockaddr_storage *out, struct err *err)
{
    str s = str_of(text);
    size_t colon = s.len;
    while (colon > 0 && s.p[colon - 1] != ':') {
        colon--;
    }
    str host = str_sub(s, 0, colon ? colon - 1 : 0);
    bool v6 = host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']';
    host = v6 ? str_sub(host, 1, host.len - 2) : host;
    char name[64];
    uint64_t port = 0;
    struct sockaddr_in in4 = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    (void)snprintf(name, sizeof name, "%.*s", STR_ARG(host));
    bool ok =
        str_u64(str_from(s, colon), &port) && port <= UINT16_MAX &&
        inet_pton(v6 ? AF_INET6 : AF_INET, name, v6 ? (void *)&in6.sin6_addr : &in4.sin_addr) == 1;
    if (!ok) {
        return err_set(err, ERR_USAGE, "%s: not an address and a port, like 127.0.0.1:8443", text);
    }
    in4.sin_port = in6.sin6_port = htons((uint16_t)port);
    memset(out, 0, sizeof *out);
    memcpy(out, v6 ? (void *)&in6 : &in4, v6 ? sizeof in6 : sizeof in4);
    return true;
}

static bool is_loopback_address(const struct sockaddr_storage *a)
{
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
    memcpy(&in4, a, sizeof in4);
    memcpy(&in6, a, sizeof in6);
    return a->ss_family == AF_INET ? (ntohl(in4.sin_addr.s_addr) >> 24) == 127
                                   : IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

static int listening(const struct sockaddr_storage *a, struct err *err, const char *text)
{
    int fd = socket(a->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    socklen_t len =
        a->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    const void *where = a;
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, where, len) == 0 && listen(fd, CALLERS_MAX) == 0) {
        return fd;
    }
    (void)err_set(err, ERR_IO, "%s: cannot listen there: %s", text, strerrordesc_np(errno));
    os_close(&fd);
    return -1;
}

static void name_origin(struct http_server *s, int fd)
{
    struct sockaddr_storage a = {0};
    socklen_t len = sizeof a;
    char host[64], port[16];
    void *where = &a;
    if (getsockname(fd, where, &len) == 0 &&
        getnameinfo(where, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
        bool v6 = a.ss_family == AF_INET6;
        (void)snprintf(s->origin, sizeof s->origin, "%s://%s%s%s:%s",
                       s->options.cert ? "https" : "http", v6 ? "[" : "", host, v6 ? "]" : "",
                       port);
    }
}

static bool read_pem(const char *path, struct buf *out, struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    if (!os_view_open(&view, path, err)) {
        return false;
    }
    buf_bytes(out, view.data.p, view.data.len);
    buf_char(out, '\0');
    return buf_ok(out) || err_set(err, ERR_INPUT, "%s: no certificate or key is that long", path);
}

static struct MHD_Daemon *start(struct http_server *s, int fd, const char *cert, const char *key)
{
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT,   0, (void *)(uintptr_t)cert                               },
        {MHD_OPTION_HTTPS_MEM_KEY,    0, (void *)(uintptr_t)key                                },
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
        {MHD_OPTION_END,              0, NULL                                                  },
    };
    struct MHD_OptionItem none[] = {
        {MHD_OPTION_END, 0, NULL}
    };
    return MHD_start_daemon(
        cert ? MHD_USE_TLS : MHD_NO_FLAG, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET,
        fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CALLERS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MAX,
        MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, s, MHD_OPTION_NOTIFY_COMPLETED, end_exchange,
        s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_ARRAY, cert ? tls : none,
        MHD_OPTION_END);
}

static bool start_server(struct http_server *s, struct err *err)
{
    enum { PEM_MAX = 1 << 20 };
    SCOPED(buf_done) struct buf cert;
    SCOPED(buf_done) struct buf key;
    const struct http_options *o = &s->options;
    struct sockaddr_storage where;
    buf_init(&cert, PEM_MAX);
    buf_init(&key, PEM_MAX);
    if (!address_of(o->listen, &where, err) ||
        (o->cert && (!read_pem(o->cert, &cert, err) || !read_pem(o->key, &key, err)))) {
        return false;
    }
    s->loopback = is_loopback_address(&where);
    if (!s->loopback && !(o->cert && o->has_secret)) {
        return err_set(err, ERR_USAGE,
                       "%s: others can reach this address: it needs a certificate "
                       "and a token",
                       o->listen);
    }
    int fd = listening(&where, err, o->listen);
    if (fd < 0) {
        return false;
    }
    name_origin(s, fd);
    s->daemon = start(s, fd, o->cert ? cert.p : NULL, o->cert ? key.p : NULL);
    if (!s->daemon) {
        os_close(&fd);
        return err_set(err, ERR_IO, "%s: the server does not start%s", o->listen,
                       o->cert ? ": do certificate and key belong together?" : "");
    }
    return true;
}

struct http_server *http_open(const struct http_options *o, struct err *err)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (!s) {
        abort();
    }
    s->options = *o;
    if (!start_server(s, err)) {
        free(s);
        return NULL;
    }
    return s;
}

const char *http_origin(const struct http_server *s)
{
    return s->origin;
}

void http_close(struct http_server *s)
{
    if (s) {
        MHD_stop_daemon(s->daemon);
        free(s);
    }
}
