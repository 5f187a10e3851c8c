/* limier share push: the objects of a case or a bundle into a collection. */
#include "cli/share.h"

#include <stdio.h>
#include <time.h>

enum { ENVELOPE_MAX = 4 << 20, POLLS_MAX = 60, STATUS_VALUES = 1 << 20 };

struct push {
    const struct invocation *in;
    struct session *session;
    const struct found_collection *to;
    struct buf envelope;
    uint64_t longest; /* envelope */
    size_t sent, good, bad, pending;
    bool ok;
    struct err *err;
};

/* ---- what became of it */

static bool read_outcome(struct push *p, const char *url, bytes body, struct taxii_outcome *out)
{
    struct taxii_problem problem;
    struct arena *a = p->in->arena;
    const struct json_value *v = taxii_body(arena_bytes(a, body), a, &problem);
    return (v && taxii_read_status(v, out, &problem)) ||
           session_refuses(p->session, str_of(url), &problem, p->err);
}

/* A second, a minute at most. */
static bool wait_for(struct push *p, struct taxii_outcome *out)
{
    struct arena *a = p->in->arena;
    str below = arena_printf(a, "status/%.*s", STR_ARG(http_encoded(a, out->id)));
    str url = taxii_address(a, p->to->root, below);
    struct http_ask q = {.url = url.p, .accept = TAXII_MEDIA};
    bool ok = true;
    for (int i = 0; ok && !out->complete && i < POLLS_MAX; i++) {
        struct http_reply reply;
        (void)nanosleep(&(struct timespec){.tv_sec = i > 0}, NULL);
        ok = session_ask(p->session, &q, &reply, p->err) && read_outcome(p, url.p, reply.body, out);
    }
    return ok;
}

static void send_envelope(struct push *p)
{
    struct arena *a = p->in->arena;
    struct http_reply reply;
    struct taxii_outcome outcome;
    str url = arena_printf(a, "%.*sobjects/", STR_ARG(p->to->address));
    buf_add(&p->envelope, STR("]}"));
    struct http_ask q = {.url = url.p,
                         .accept = TAXII_MEDIA,
                         .media = TAXII_MEDIA,
                         .body = bytes_of_str(buf_str(&p->envelope))};
    p->ok = p->ok && session_ask(p->session, &q, &reply, p->err) &&
            read_outcome(p, url.p, reply.body, &outcome) && wait_for(p, &outcome);
    if (p->ok) {
        p->good += outcome.good;
        p->bad += outcome.bad;
        p->pending += outcome.pending;
    }
    buf_clear(&p->envelope);
}

/* ---- envelopes, as large as the root takes them */

static void add_object(void *ctx, bytes json)
{
    struct push *p = ctx;
    static const str head = STR_INIT("{\"objects\":[");
    if (!p->ok) {
        return;
    }
    if (json.len + head.len + 2 > p->longest) {
        p->ok =
            err_set(p->err, ERR_FULL,
                    tr(p->in->catalog, "an object is larger than the server takes (%llu bytes)"),
                    (unsigned long long)p->longest);
        return;
    }
    if (p->envelope.len && p->envelope.len + json.len + 3 > p->longest) {
        send_envelope(p);
    }
    buf_add(&p->envelope, p->envelope.len ? STR(",") : head);
    buf_bytes(&p->envelope, json.p, json.len);
    p->sent++;
}

static bool push_all(struct push *p, str bundle)
{
    struct taxii_problem problem;
    if (!taxii_may_write(&p->to->told, &problem)) {
        return session_refuses(p->session, p->to->address, &problem, p->err);
    }
    p->longest = p->to->longest < ENVELOPE_MAX ? p->to->longest : ENVELOPE_MAX;
    buf_init(&p->envelope, ENVELOPE_MAX + 2);
    (void)envelope_each(bytes_of_str(bundle), add_object, p);
    if (p->ok && p->envelope.len) {
        send_envelope(p);
    }
    buf_done(&p->envelope);
    return p->ok;
}

static int tell(const struct push *p)
{
    const struct catalog *k = p->in->catalog;
    (void)printf(tr(k, "%.*s: %zu objects sent, %zu taken\n"), STR_ARG(p->to->address), p->sent,
                 p->good);
    if (p->bad) {
        (void)printf(tr(k, "%zu were refused by the server\n"), p->bad);
    }
    if (p->pending) {
        (void)printf(tr(k, "%zu are still being looked at there\n"), p->pending);
    }
    return p->bad || p->pending ? STATUS_PARTLY : STATUS_DONE;
}

int share_push(const struct invocation *in)
{
    const struct share_options *o = in->options;
    struct session session = {0};
    struct found_collection *list = NULL;
    struct sharing sharing;
    size_t count = 0;
    struct err err = {0};
    str bundle;
    if (!choose_sharing(in, &o->sharing, &sharing, &err)) {
        return misuse(in, "%s", err.text);
    }
    struct push p = {.in = in, .session = &session, .ok = true, .err = &err};
    bool ok = share_bundle(in, in->args[2], &sharing, &bundle, &err) &&
              session_open(in, &session, &err) &&
              session_find(&session, in->args[1], &list, &count, &err);
    p.to = list;
    ok = ok && push_all(&p, bundle);
    session_close(&session);
    return ok ? tell(&p) : share_fail(&err);
}
