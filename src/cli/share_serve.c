/* limier share serve: cases and bundles as collections of a read-only TAXII server. */
#include "cli/share.h"
#include "cli/terminal.h"
#include "model/stix_id.h"
#include "os/clock.h"
#include "os/file.h"
#include "serve/http.h"

#include <stdio.h>

enum { PAGE = 1000, BODY_MAX = 1 << 20, VALUES_MAX = 1 << 24 };

struct serving {
    const struct invocation *in;
    struct taxii taxii;
    struct taxii_root root;
    struct http_server *server;
};

struct loading {
    const struct invocation *in;
    struct taxii_collection *collection;
    usec added;
    size_t refused;
};

/* Each object comes a microsecond after the one before, so that whoever goes on from
 * X-TAXII-Date-Added-Last misses none. */
static void load_object(void *ctx, bytes json)
{
    struct loading *l = ctx;
    struct taxii_object o;
    bool ok = taxii_object_of(json, l->added + (usec)l->collection->count, l->in->arena, &o) &&
              taxii_add(l->collection, &o, l->in->arena);
    l->refused += !ok;
}

/* Of a report the same each time it is written; else of the file's name. */
static void name_collection(struct taxii_collection *c, const char *path, struct arena *a)
{
    str title = str_base(str_of(path)), own = title;
    for (size_t i = 0; i < c->count; i++) {
        if (str_eq(c->objects[i].type, STR("report"))) {
            enum json_fault fault;
            uint64_t at;
            own = c->objects[i].id;
            title = json_member_text(
                json_tree(bytes_of_str(c->objects[i].json), a, VALUES_MAX, &fault, &at),
                STR("name"));
        }
    }
    c->id =
        str_from(stix_own_id(a, STR("x"), arena_printf(a, "collection\n%.*s", STR_ARG(own))), 3);
    c->title = title.len ? title : str_base(str_of(path));
}

static bool load(struct serving *s, const char *path, const struct sharing *sharing,
                 struct err *err)
{
    struct arena *a = s->in->arena;
    struct taxii_collection *c = &s->root.collections[s->root.ncollections];
    struct os_stat st;
    str bundle;
    if (!os_stat(path, &st, err) || !share_bundle(s->in, path, sharing, &bundle, err)) {
        return false;
    }
    struct loading l = {s->in, c, st.modified, 0};
    *c = (struct taxii_collection){.can_read = true, .media = {STR(STIX_MEDIA "2.1")}};
    (void)envelope_each(bytes_of_str(bundle), load_object, &l);
    name_collection(c, path, a);
    for (size_t i = 0; i < s->root.ncollections; i++) {
        if (str_eq(s->root.collections[i].id, c->id)) {
            return err_set(err, ERR_USAGE, tr(s->in->catalog, "%s: this was given already"), path);
        }
    }
    if (l.refused) {
        (void)fprintf(
            stderr,
            tr(s->in->catalog, "limier: %s: %zu objects without a type and an id are left out\n"),
            path, l.refused);
    }
    s->root.ncollections++;
    return taxii_arrange(c, a) ||
           err_set(err, ERR_FULL, "%s: more objects than fit into memory", path);
}

static bool load_all(struct serving *s, struct err *err)
{
    const struct share_options *o = s->in->options;
    struct sharing sharing;
    bool ok = choose_sharing(s->in, &o->sharing, &sharing, err);
    s->root =
        (struct taxii_root){.name = STR("limier"), .title = STR("limier"), .longest = BODY_MAX};
    s->root.collections = ARENA_ARRAY(s->in->arena, struct taxii_collection, s->in->nargs);
    for (size_t i = 1; ok && i < s->in->nargs; i++) {
        ok = s->root.collections && load(s, s->in->args[i], &sharing, err);
    }
    return ok;
}

/* As the caller calls this machine; he alone reads it. */
static str origin_of(const struct serving *s, const struct http_request *r, struct arena *a)
{
    const struct share_options *o = s->in->options;
    str host = http_header(r, STR("host"));
    bool plain = host.len > 0 && host.len < 256;
    for (size_t i = 0; plain && i < host.len; i++) {
        plain = ascii_is_alnum(host.p[i]) || str_find_char(STR("-.:[]"), host.p[i]) < 5;
    }
    return plain ? arena_printf(a, "http%s://%.*s", o->cert ? "s" : "", STR_ARG(host))
                 : str_of(http_origin(s->server));
}

static void answer(void *ctx, const struct http_request *r, struct http_answer *out,
                   struct arena *a)
{
    struct serving *s = ctx;
    s->taxii.now = os_now();
    s->taxii.origin = origin_of(s, r, a);
    taxii_answer(&s->taxii, r, out, a);
}

static bool open_server(struct serving *s, struct err *err)
{
    const struct share_options *o = s->in->options;
    str token = STR_NONE;
    if ((o->cert != NULL) != (o->key != NULL)) {
        return err_set(err, ERR_USAGE, "%s",
                       tr(s->in->catalog, "--cert and --key belong together"));
    }
    if (!choose_password(s->in, o->token_file, &token, err)) {
        return false;
    }
    s->taxii = (struct taxii){
        .title = STR("limier"),
        .roots = &s->root,
        .nroots = 1,
        .access = {STR_NONE, token},
        .page = PAGE,
        .arena = s->in->arena,
    };
    s->server = http_open(
        &(struct http_options){
            .listen = o->listen ? o->listen : "127.0.0.1:0",
            .cert = o->cert,
            .key = o->key,
            .has_secret = token.len > 0,
            .body_max = BODY_MAX,
            .handle = answer,
            .ctx = s,
        },
        err);
    return s->server != NULL;
}

int share_serve(const struct invocation *in)
{
    struct serving s = {.in = in};
    struct err err = {0};
    if (!load_all(&s, &err) || !open_server(&s, &err)) {
        return share_fail(&err);
    }
    (void)printf("%s/taxii2/\n", http_origin(s.server));
    for (size_t i = 0; i < s.root.ncollections; i++) {
        const struct taxii_collection *c = &s.root.collections[i];
        (void)printf("%.*s  %zu  %s\n", STR_ARG(c->id), c->count, in->args[i + 1]);
    }
    (void)fflush(stdout);
    http_run(s.server, interruption_watch());
    http_close(s.server);
    return STATUS_DONE;
}
