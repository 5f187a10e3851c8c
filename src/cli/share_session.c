#include "cli/share.h"
#include "cli/version.h"

#include <stdio.h>

enum {
    PAGE_MAX = 64 << 20,
    ABOUT_MAX = 1 << 20,
    SILENCE = 60,
    COLLECTIONS_MAX = 4096,
    ROOTS_MAX = 256
};

int share_fail(struct err *err)
{
    for (char *p = err->text; *p; p++) {
        *p = (unsigned char)*p < ' ' || *p == 0x7f ? '?' : *p;
    }
    return fail(err);
}

bool session_open(const struct invocation *in, struct session *out, struct err *err)
{
    const struct share_options *o = in->options;
    str secret = STR_NONE;
    *out = (struct session){.in = in};
    if ((o->user != NULL) != (o->password_file != NULL) || (o->user && o->token_file)) {
        return err_set(err, ERR_USAGE, "%s",
                       tr(in->catalog, "either --user with --password-file, or --token-file"));
    }
    if (!choose_password(in, o->user ? o->password_file : o->token_file, &secret, err)) {
        return false;
    }
    out->client = http_client_new(
        &(struct http_client_options){
            .agent = LIMIER_VERSION,
            .ca = o->ca,
            .user = o->user,
            .secret = secret.len ? secret.p : NULL,
            .silence = o->timeout ? o->timeout : SILENCE,
            .body_max = PAGE_MAX,
        },
        err);
    return out->client != NULL;
}

void session_close(struct session *s)
{
    http_client_free(s->client);
}

/* ---- what is wrong, for a person */

static const char *why_not(const struct catalog *k, unsigned status)
{
    switch (status) {
    case 401:
        return tr(k, "the server does not know who asks (401): see --user and --token-file");
    case 403:
        return tr(k, "the server does not allow this (403)");
    case 404:
        return tr(k, "there is nothing at this address (404)");
    case 406:
        return tr(k, "the server does not speak TAXII 2.1 (406)");
    case 413:
        return tr(k, "the server does not take so much at once (413)");
    case 415:
    case 422:
        return tr(k, "the server cannot use what was sent");
    case 429:
        return tr(k, "the server has been asked too often (429): try again later");
    default:
        return NULL;
    }
}

static bool status_refused(const struct session *s, const char *url, unsigned status,
                           struct err *err)
{
    const char *why = why_not(s->in->catalog, status);
    return why ? err_set(err, ERR_DENIED, "%.200s: %s", url, why)
               : err_set(err, ERR_IO, tr(s->in->catalog, "%.200s: the server answered %u"), url,
                         status);
}

bool session_refuses(const struct session *s, str url, const struct taxii_problem *p,
                     struct err *err)
{
    const struct catalog *k = s->in->catalog;
    int len = url.len > 200 ? 200 : (int)url.len;
    switch (p->fault) {
    case TAXII_INVALID:
        return err_set(err, ERR_INPUT, tr(k, "%.*s: the answer lacks \"%s\", or has a wrong one"),
                       len, url.p, p->property);
    case TAXII_ACCESS:
        return err_set(err, ERR_DENIED, tr(k, "%.*s: this collection says %s: false"), len, url.p,
                       p->property);
    case TAXII_ARGUMENT:
        return err_set(err, ERR_USAGE, tr(k, "%s cannot be asked for twice"), p->property);
    case TAXII_CIRCLE:
        return err_set(err, ERR_INPUT,
                       tr(k, "%.*s: the pages do not end: each says there is more, "
                             "and none leads on"),
                       len, url.p);
    default:
        return err_set(err, ERR_INPUT, tr(k, "%.*s: the answer is not JSON as it should be"), len,
                       url.p);
    }
}

bool session_ask(struct session *s, const struct http_ask *q, struct http_reply *out,
                 struct err *err)
{
    struct taxii_problem p;
    if (!http_client_ask(s->client, q, out, err)) {
        return false;
    }
    if (taxii_is_answer(out->status, out->type, &p)) {
        return true;
    }
    if (p.fault == TAXII_HTTP) {
        return status_refused(s, q->url, out->status, err);
    }
    return err_set(err, ERR_INPUT, tr(s->in->catalog, "%.200s: the answer is %.*s, not TAXII 2.1"),
                   q->url, (int)(out->type.len > 60 ? 60 : out->type.len),
                   out->type.p ? out->type.p : "");
}

/* ---- from the server to its collections */

struct finding_out {
    struct session *session;
    struct found_collection *list;
    size_t count;
};

static const struct json_value *get(struct session *s, str url, struct err *err)
{
    struct http_reply reply;
    struct taxii_problem p;
    struct http_ask q = {.url = url.p, .accept = TAXII_MEDIA};
    if (!session_ask(s, &q, &reply, err)) {
        return NULL;
    }
    if (reply.body.len > ABOUT_MAX) {
        (void)err_set(err, ERR_FULL, "%.200s: the answer is longer than %d bytes", url.p,
                      ABOUT_MAX);
        return NULL;
    }
    const struct json_value *v =
        taxii_body(arena_bytes(s->in->arena, reply.body), s->in->arena, &p);
    if (!v) {
        (void)session_refuses(s, url, &p, err);
    }
    return v;
}

static bool add_collection(struct finding_out *f, const struct found_collection *found,
                           struct err *err)
{
    const struct share_options *o = f->session->in->options;
    bool asked = !o->collection || str_eq_nocase(found->told.id, str_of(o->collection));
    if (!asked) {
        return true;
    }
    if (f->count == COLLECTIONS_MAX) {
        return err_set(err, ERR_FULL, "%.*s: more collections than one server has",
                       STR_ARG(found->root));
    }
    f->list[f->count++] = *found;
    return true;
}

static bool read_collections(struct finding_out *f, str root, uint64_t longest, struct err *err)
{
    struct arena *a = f->session->in->arena;
    struct taxii_problem p;
    str url = taxii_address(a, root, STR("collections"));
    const struct json_value *v = get(f->session, url, err);
    const struct json_value *list = json_member(v, STR("collections"));
    bool ok = v != NULL;
    for (const struct json_value *c = list ? list->first : NULL; c && ok; c = c->next) {
        struct found_collection found = {.root = root, .longest = longest};
        ok = taxii_read_collection(c, STR_NONE, &found.told, &p) ||
             session_refuses(f->session, url, &p, err);
        found.address = ok ? taxii_address(a, url, http_encoded(a, found.told.id)) : STR_NONE;
        ok = ok && add_collection(f, &found, err);
    }
    return ok;
}

static bool read_root(struct finding_out *f, str url, const struct json_value *v, struct err *err)
{
    struct taxii_problem p;
    struct taxii_root root;
    return (taxii_read_root(v, &root, &p) || session_refuses(f->session, url, &p, err)) &&
           read_collections(f, url, root.longest, err);
}

/* A root that cannot be read does not keep the others from being. */
static void skip_root(struct finding_out *f, struct err *err)
{
    f->session->skipped++;
    (void)share_fail(err);
    *err = (struct err){0};
}

static bool read_roots(struct finding_out *f, str url, const struct json_value *v, struct err *err)
{
    struct arena *a = f->session->in->arena;
    const struct json_value *roots = json_member(v, STR("api_roots"));
    size_t left = ROOTS_MAX;
    for (const struct json_value *r = roots ? roots->first : NULL; r && left > 0;
         r = r->next, left--) {
        str root = taxii_resolve(a, url, r->text);
        if (!http_same_host(url, root)) {
            (void)err_set(err, ERR_DENIED,
                          tr(f->session->in->catalog, "%.*s: this root is on another host, "
                                                      "which is not asked"),
                          (int)(root.len > 200 ? 200 : root.len), root.p);
            skip_root(f, err);
            continue;
        }
        const struct json_value *answer = get(f->session, root, err);
        if (!answer || !read_root(f, root, answer, err)) {
            skip_root(f, err);
        }
    }
    return true;
}

/* Given its own address: the root is two steps up. */
static bool read_one(struct finding_out *f, str url, const struct json_value *v, struct err *err)
{
    struct arena *a = f->session->in->arena;
    struct taxii_problem p;
    struct taxii_root root = {.longest = UINT64_MAX};
    struct found_collection found = {.address = url};
    size_t at = str_find(url, STR("/collections/"));
    found.root = arena_str(a, str_sub(url, 0, at == url.len ? 0 : at + 1));
    if (!taxii_read_collection(v, STR_NONE, &found.told, &p)) {
        return session_refuses(f->session, url, &p, err);
    }
    const struct json_value *above = found.root.len ? get(f->session, found.root, err) : NULL;
    if (above && taxii_read_root(above, &root, &p)) {
        found.longest = root.longest;
    }
    *err = (struct err){0};
    found.longest = found.longest ? found.longest : UINT64_MAX;
    return add_collection(f, &found, err);
}

bool session_find(struct session *s, const char *url, struct found_collection **out, size_t *count,
                  struct err *err)
{
    const struct share_options *o = s->in->options;
    struct taxii_problem p;
    str first = taxii_address(s->in->arena, str_of(url), STR_NONE);
    struct finding_out f = {s, ARENA_ARRAY(s->in->arena, struct found_collection, COLLECTIONS_MAX),
                            0};
    const struct json_value *v = f.list ? get(s, first, err) : NULL;
    if (!v) {
        return false;
    }
    enum taxii_kind kind = taxii_kind_of(v);
    bool ok = kind == TAXII_COLLECTION    ? read_one(&f, first, v, err)
              : kind == TAXII_ROOT        ? read_root(&f, first, v, err)
              : taxii_is_discovery(v, &p) ? read_roots(&f, first, v, err)
                                          : session_refuses(s, first, &p, err);
    *out = f.list;
    *count = f.count;
    if (ok && f.count == 0) {
        return o->collection ? err_set(err, ERR_NOT_FOUND,
                                       tr(s->in->catalog, "%.200s: there is no collection %s"), url,
                                       o->collection)
                             : err_set(err, ERR_NOT_FOUND,
                                       tr(s->in->catalog, "%.200s: there are no collections"), url);
    }
    return ok;
}
