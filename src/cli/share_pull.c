/* limier share pull: the objects of collections into files, page by page. */
#include "cli/share.h"
#include "cli/share_store.h"
#include "cli/terminal.h"
#include "detect/stix/objects.h"
#include "model/stix_id.h"
#include "os/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MEGABYTE = 1 << 20,
    SIZE_MAX_MB = 1024,
    OBJECT_BUDGET = 1 << 28,
    VALUES_MAX = 1 << 20,
    FILTERS_MAX = 32
};

struct pull {
    const struct invocation *in;
    struct session *session;
    struct share_store *store;
    const struct found_collection *from;
    uint64_t left; /* bytes that may still come */
    size_t aside;
};

/* ---- objects */

/* STIX 2.0 has no spec_version, and its own rules: who reads it later knows them. */
static bool is_of_old(const struct json_value *v, const struct stix_verdict *verdict)
{
    struct uuid ignored;
    str type;
    return verdict->breach == STIX_MISSING && str_eq(verdict->property, STR("spec_version")) &&
           stix_id_parse(json_member_text(v, STR("id")), &type, &ignored);
}

static void take_object(void *ctx, bytes json)
{
    struct pull *p = ctx;
    struct arena a;
    enum json_fault fault;
    uint64_t at;
    struct stix_verdict verdict = {STIX_SHAPE, STR_NONE, "it is no object, or too large"};
    arena_init(&a, OBJECT_BUDGET);
    const struct json_value *v = json_tree(json, &a, VALUES_MAX, &fault, &at);
    if (json_is(v, JSON_OBJECT)) {
        verdict = stix_object_check(v, STIX_ANY_NAME, &a);
    }
    if (verdict.breach == STIX_SOUND || is_of_old(v, &verdict)) {
        share_store_add(p->store, json);
    } else {
        share_store_set_aside(p->store, json, stix_breach_name(verdict.breach), verdict.property,
                              verdict.why);
        p->aside++;
    }
    arena_done(&a);
}

/* ---- pages */

static bool filters_of(const struct pull *p, const struct taxii_pages *pages, str *query,
                       struct err *err)
{
    const struct share_options *o = p->in->options;
    struct taxii_filter list[FILTERS_MAX];
    struct taxii_problem problem;
    size_t count = 0;
    if (pages->after.len) {
        list[count++] = (struct taxii_filter){STR("added_after"), pages->after};
    }
    if (pages->next.len) {
        list[count++] = (struct taxii_filter){STR("next"), pages->next};
    }
    for (size_t i = 0; i < o->matches.count && count < FILTERS_MAX; i++) {
        str text = str_of(o->matches.items[i]);
        size_t equals = str_find_char(text, '=');
        list[count++] = (struct taxii_filter){str_sub(text, 0, equals), str_from(text, equals + 1)};
    }
    return taxii_query(p->in->arena, list, count, query, &problem) ||
           session_refuses(p->session, p->from->address, &problem, err);
}

/* Nothing of a page counts unless all of it can be read. */
static bool take_page(struct pull *p, const struct http_reply *reply, struct envelope *e,
                      struct err *err)
{
    static const struct taxii_problem no_json = {TAXII_NO_JSON, NULL};
    if (reply->body.len > p->left) {
        return err_set(err, ERR_FULL, tr(p->in->catalog, "%.*s: more than --max-size allows"),
                       STR_ARG(str_sub(p->from->address, 0, 200)));
    }
    p->left -= reply->body.len;
    if (envelope_look(reply->body, p->in->arena, e) == ENVELOPE_NO_JSON) {
        return session_refuses(p->session, p->from->address, &no_json, err);
    }
    (void)envelope_each(reply->body, take_object, p);
    return true;
}

static bool pull_page(struct pull *p, struct taxii_pages *pages, bool *more, struct err *err)
{
    struct taxii_problem problem;
    struct http_reply reply;
    struct envelope e = {0};
    str query;
    if (!filters_of(p, pages, &query, err)) {
        return false;
    }
    str url =
        arena_printf(p->in->arena, "%.*sobjects/%.*s", STR_ARG(p->from->address), STR_ARG(query));
    struct http_ask q = {.url = url.p, .accept = TAXII_MEDIA};
    if (!session_ask(p->session, &q, &reply, err) || !take_page(p, &reply, &e, err)) {
        return false;
    }
    str last = http_reply_header(&reply, STR("X-TAXII-Date-Added-Last"));
    last = time_parse(last) != TIME_NONE ? last : STR_NONE;
    if (!share_store_keep(p->store, last, err)) {
        return false;
    }
    *more = taxii_pages_turn(pages, &e, last, &problem);
    return *more || problem.fault == TAXII_FINE ||
           session_refuses(p->session, p->from->address, &problem, err);
}

static bool pull_pages(struct pull *p, struct err *err)
{
    const struct share_options *o = p->in->options;
    const volatile int *stop = interruption_watch();
    struct taxii_pages pages;
    bool ok = true, more = true;
    str after =
        o->since != TIME_NONE ? taxii_stamp(p->in->arena, o->since) : share_store_after(p->store);
    taxii_pages_begin(&pages, after, p->in->arena);
    while (ok && more && !*stop) {
        ok = pull_page(p, &pages, &more, err);
    }
    return ok && (!*stop ||
                  err_set(err, ERR_IO, "%s",
                          tr(p->in->catalog, "interrupted: the same command goes on from here")));
}

/* ---- files */

static bool is_plain_name(str id)
{
    bool plain = id.len > 0 && id.len <= 64;
    for (size_t i = 0; i < id.len; i++) {
        plain = plain && (ascii_is_alnum(id.p[i]) || id.p[i] == '-');
    }
    return plain;
}

static bool make_folder(const char *path, struct err *err)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST ||
           err_set(err, ERR_IO, "%s: it cannot be made: %s", path, strerrordesc_np(errno));
}

static bool is_folder(const char *path)
{
    struct os_stat st;
    struct err ignored;
    return str_ends(str_of(path), STR("/")) ||
           (os_stat(path, &st, &ignored) && st.kind == OS_FOLDER);
}

/* A folder holds bundles alone, so that it can be given to `scan -i`. */
static bool place(const struct pull *p, str *path, str *beside, struct err *err)
{
    const struct share_options *o = p->in->options;
    struct arena *a = p->in->arena;
    str output = str_of(o->output), id = p->from->told.id;
    if (o->collection && !is_folder(o->output)) {
        *path = *beside = output;
        return true;
    }
    while (output.len > 1 && str_ends(output, STR("/"))) {
        output = str_sub(output, 0, output.len - 1);
    }
    if (!is_plain_name(id)) {
        return err_set(err, ERR_INPUT,
                       tr(p->in->catalog, "%.*s: the id of this collection is none"),
                       STR_ARG(str_sub(p->from->address, 0, 200)));
    }
    str folder = arena_printf(a, "%.*s", STR_ARG(output)),
        state = arena_printf(a, "%.*s.pull", STR_ARG(output));
    *path = arena_printf(a, "%s/%.*s.json", folder.p, STR_ARG(id));
    *beside = arena_printf(a, "%s/%.*s", state.p, STR_ARG(id));
    return make_folder(folder.p, err) && make_folder(state.p, err);
}

static void tell(const struct pull *p, const char *path, const char *beside,
                 const struct share_counts *c)
{
    (void)printf(tr(p->in->catalog, "%s: %zu objects, %zu of them new\n"), path, c->objects,
                 c->fresh);
    if (c->aside) {
        (void)printf(tr(p->in->catalog,
                        "%s.bad: %zu objects are not what STIX asks for, and were set aside\n"),
                     beside, c->aside);
    }
}

/* What is asked for: with other filters the point to go on from would be another. */
static str subject_of(const struct pull *p)
{
    const struct share_options *o = p->in->options;
    str out = p->from->address;
    for (size_t i = 0; i < o->matches.count; i++) {
        out = arena_printf(p->in->arena, "%.*s %s", STR_ARG(out), o->matches.items[i]);
    }
    return out;
}

static bool pull_collection(struct pull *p, struct err *err)
{
    struct taxii_problem problem;
    struct share_counts counts;
    str path = STR_NONE, beside = STR_NONE;
    if (!taxii_may_read(&p->from->told, &problem)) {
        return session_refuses(p->session, p->from->address, &problem, err);
    }
    if (!place(p, &path, &beside, err) ||
        !share_store_open(path.p, beside.p, subject_of(p), p->in->arena, &p->store, err)) {
        return false;
    }
    bool ok = pull_pages(p, err) && share_store_finish(p->store, &counts, err);
    if (ok) {
        tell(p, path.p, beside.p, &counts);
    }
    share_store_close(p->store);
    return ok;
}

/* Of several, one that fails does not keep the others. */
static int pull_all(struct pull *p, const struct found_collection *list, size_t count)
{
    size_t failed = 0;
    int status = STATUS_FAILED;
    for (size_t i = 0; i < count; i++) {
        struct err err = {0};
        p->from = &list[i];
        if (!pull_collection(p, &err)) {
            failed++;
            status = share_fail(&err);
        }
    }
    return failed == count                             ? status
           : failed || p->aside || p->session->skipped ? STATUS_PARTLY
                                                       : STATUS_DONE;
}

int share_pull(const struct invocation *in)
{
    const struct share_options *o = in->options;
    struct session session;
    struct found_collection *list = NULL;
    size_t count = 0;
    struct err err = {0};
    struct pull p = {.in = in, .session = &session};
    p.left = (uint64_t)(o->max_size ? o->max_size : SIZE_MAX_MB) * MEGABYTE;
    if (!session_open(in, &session, &err)) {
        return share_fail(&err);
    }
    bool ok = session_find(&session, in->args[1], &list, &count, &err);
    int status = ok ? pull_all(&p, list, count) : share_fail(&err);
    session_close(&session);
    return status;
}
