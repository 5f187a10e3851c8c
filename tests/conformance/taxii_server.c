/* Scenarios of a TAXII server: requests, and what has to be answered.
 *
 *     taxii_server SEED FILE...          or, without, those of LIMIER_SHARED */
#include "base/json_tree.h"
#include "kit.h"
#include "serve/taxii.h"

enum { FILE_LONGEST = 1 << 24, VALUES_MAX = 1 << 20, NOW = 1700000000 };

static str file_text(const char *path, struct arena *a)
{
    FILE *f = fopen(path, "rb");
    char *room = f ? arena_alloc(a, FILE_LONGEST) : NULL;
    size_t len = room ? fread(room, 1, FILE_LONGEST, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    return (str){room, len};
}

static const struct json_value *tree(str text, struct arena *a)
{
    enum json_fault fault;
    uint64_t at;
    return json_tree(bytes_of_str(str_trim(text)), a, VALUES_MAX, &fault, &at);
}

static const struct json_value *child(const struct json_value *v)
{
    return v ? v->first : NULL;
}

static str written(const struct json_value *v, struct arena *a)
{
    SCOPED(buf_done) struct buf out;
    buf_init(&out, FILE_LONGEST);
    json_canonical(&out, v);
    return arena_str(a, buf_str(&out));
}

/* ---- the seed */

static void seed_objects(struct taxii_collection *c, const struct json_value *v, struct arena *a)
{
    for (const struct json_value *o = child(json_member(v, STR("objects"))); o; o = o->next) {
        struct taxii_object object;
        CHECK(taxii_object_of(bytes_of_str(written(o, a)), 0, a, &object));
        const struct json_value *m = child(json_member(v, STR("manifest")));
        for (; m; m = m->next) {
            if (str_eq(json_member_text(m, STR("id")), object.id) &&
                str_eq(json_member_text(m, STR("version")), object.version)) {
                object.added = time_parse(json_member_text(m, STR("date_added")));
            }
        }
        CHECK(taxii_add(c, &object, a));
    }
    CHECK(taxii_arrange(c, a));
}

static void seed_collection(struct taxii_collection *c, const struct json_value *v, struct arena *a)
{
    size_t n = 0;
    *c = (struct taxii_collection){
        .id = json_member_text(v, STR("id")),
        .title = json_member_text(v, STR("title")),
        .description = json_member_text(v, STR("description")),
        .can_read = json_is(json_member(v, STR("can_read")), JSON_TRUE),
        .can_write = json_is(json_member(v, STR("can_write")), JSON_TRUE),
    };
    for (const struct json_value *m = child(json_member(v, STR("media_types"))); m; m = m->next) {
        c->media[n++] = m->text;
    }
    seed_objects(c, v, a);
}

static void seed_root(struct taxii_root *root, const struct json_value *v, struct arena *a)
{
    const struct json_value *info = json_member(v, STR("information"));
    const struct json_value *collections = json_member(v, STR("collections"));
    const struct json_value *statuses = json_member(v, STR("status"));
    *root = (struct taxii_root){.name = v->name,
                                .title = json_member_text(info, STR("title")),
                                .description = json_member_text(info, STR("description"))};
    CHECK(str_u64(json_member(info, STR("max_content_length"))->text, &root->longest));
    root->collections = ARENA_ARRAY(a, struct taxii_collection, collections->count + 1);
    root->statuses = ARENA_ARRAY(a, struct taxii_status, statuses->count + 1);
    root->statuses_cap = statuses->count + 1;
    for (const struct json_value *c = collections->first; c; c = c->next) {
        seed_collection(&root->collections[root->ncollections++], c, a);
    }
    for (const struct json_value *s = statuses->first; s; s = s->next) {
        root->statuses[root->nstatuses++] =
            (struct taxii_status){json_member_text(s, STR("id")), written(s, a)};
    }
}

static void seed(struct taxii *t, const struct json_value *v, struct arena *a)
{
    const struct json_value *about = json_member(v, STR("discovery"));
    const struct json_value *roots = json_member(v, STR("api_roots"));
    *t = (struct taxii){
        .title = json_member_text(about, STR("title")),
        .description = json_member_text(about, STR("description")),
        .contact = json_member_text(about, STR("contact")),
        .origin = STR("http://localhost:5000"),
        .roots = ARENA_ARRAY(a, struct taxii_root, roots->count),
        .access = {STR("admin"), STR("Password0")},
        .page = 20,
        .arena = a,
        .now = time_of_unix(NOW),
    };
    for (const struct json_value *r = roots->first; r; r = r->next) {
        str address = arena_printf(a, "%.*s/%.*s/", STR_ARG(t->origin), STR_ARG(r->name));
        t->usual = str_eq(address, json_member_text(about, STR("default"))) ? t->nroots : t->usual;
        seed_root(&t->roots[t->nroots++], r, a);
    }
}

/* ---- what has to be answered */

static bool is_like(const struct json_value *want, const struct json_value *got, struct arena *a);

static bool has_keys(const struct json_value *want, const struct json_value *got)
{
    bool same = json_is(got, JSON_OBJECT) && got->count == want->count;
    for (const struct json_value *k = want->first; k; k = k->next) {
        same = same && json_member(got, k->text);
    }
    return same;
}

static bool is_member_like(const struct json_value *want, const struct json_value *got,
                           struct arena *a)
{
    const struct json_value *found = json_member(got, want->name);
    uint64_t count = 0;
    if (str_eq(want->name, STR("_keys"))) {
        return has_keys(want, got);
    }
    if (str_eq(want->name, STR("has_next"))) {
        return json_is(json_member(got, STR("next")), JSON_STRING);
    }
    if (str_eq(want->name, STR("count"))) {
        const struct json_value *objects = json_member(got, STR("objects"));
        return str_u64(want->text, &count) && (objects ? objects->count : 0) == count;
    }
    return want->kind == JSON_NULL ? !found : is_like(want, found, a);
}

/* Objects may have more members than are asked for; lists may not. */
static bool is_like(const struct json_value *want, const struct json_value *got, struct arena *a)
{
    bool list = json_is(want, JSON_ARRAY);
    if (!got || want->kind != got->kind || (list && want->count != got->count)) {
        return false;
    }
    bool like = str_eq(want->text, got->text);
    const struct json_value *theirs = got->first;
    for (const struct json_value *m = want->first; m && like; m = m->next) {
        like = list ? is_like(m, theirs, a) : is_member_like(m, got, a);
        theirs = list ? theirs->next : NULL;
    }
    return like;
}

static bool has_status(const struct json_value *want, unsigned status, struct arena *a)
{
    const struct json_value *any = json_member(want, STR("status_any"));
    str got = arena_printf(a, "%u", status);
    bool found = str_eq(json_member(want, STR("status"))->text, got);
    for (const struct json_value *v = child(any); v; v = v->next) {
        found |= str_eq(v->text, got);
    }
    return found;
}

static str answered(const struct http_answer *out, str name)
{
    str found = STR_NONE;
    for (size_t i = 0; i < out->nheaders; i++) {
        found = str_eq_nocase(out->headers[i].name, name) ? out->headers[i].value : found;
    }
    return found;
}

static bool is_right(const struct json_value *want, const struct http_answer *out, struct arena *a)
{
    const struct json_value *json = json_member(want, STR("json"));
    str type = json_member_text(want, STR("content_type"));
    bool right = has_status(want, out->status, a) && (type.len == 0 || str_eq(type, out->type));
    for (const struct json_value *h = child(json_member(want, STR("headers"))); h; h = h->next) {
        str value = str_eq(h->text, STR("${now}")) ? taxii_stamp(a, time_of_unix(NOW)) : h->text;
        right = right && str_eq(value, answered(out, h->name));
    }
    if (json_member(want, STR("www_authenticate"))) {
        right = right && answered(out, STR("WWW-Authenticate")).len;
    }
    return right && (!json || is_like(json, tree(buf_str(out->body), a), a));
}

/* ---- requests */

static str replaced(str s, str what, str with, struct arena *a)
{
    size_t at = str_find(s, what);
    return at == s.len ? s
                       : arena_printf(a, "%.*s%.*s%.*s", (int)at, s.p, STR_ARG(with),
                                      STR_ARG(str_from(s, at + what.len)));
}

enum { HEADERS_MAX = 8 };

static void ask(struct taxii *t, const struct json_value *want, str next, struct http_answer *out,
                struct arena *a)
{
    struct http_header headers[HEADERS_MAX];
    struct http_request r = {.headers = headers, .method = json_member_text(want, STR("method"))};
    str path = replaced(json_member_text(want, STR("path")), STR("${next}"), next, a);
    size_t mark = str_find_char(path, '?');
    const struct json_value *json = json_member(want, STR("json"));
    str auth = json_member_text(want, STR("auth"));
    r.path = str_sub(path, 0, mark);
    r.query = str_from(path, mark + 1);
    r.body = bytes_of_str(json ? written(json, a) : json_member_text(want, STR("body")));
    for (const struct json_value *h = child(json_member(want, STR("headers"))); h; h = h->next) {
        headers[r.nheaders++] = (struct http_header){h->name, h->text};
    }
    if (!str_eq(auth, STR("none"))) {
        bool good = str_eq(auth, STR("good")); /* admin:Password0, admin:wrong */
        headers[r.nheaders++] =
            (struct http_header){STR("Authorization"), good ? STR("Basic YWRtaW46UGFzc3dvcmQw")
                                                            : STR("Basic YWRtaW46d3Jvbmc=")};
    }
    *out = (struct http_answer){.body = out->body};
    buf_clear(out->body);
    taxii_answer(t, &r, out, a);
}

static bool plays(const struct json_value *scenario, str seed_text)
{
    struct arena a;
    struct taxii t;
    SCOPED(buf_done) struct buf body;
    struct http_answer out = {.body = &body};
    str next = STR_NONE;
    bool right = true;
    arena_init(&a, UINT64_C(1) << 30);
    buf_init(&body, FILE_LONGEST);
    seed(&t, tree(seed_text, &a), &a);
    const struct json_value *step = json_member(scenario, STR("steps"))->first;
    for (; step && right; step = step->next) {
        ask(&t, json_member(step, STR("request")), next, &out, &a);
        right = is_right(json_member(step, STR("response")), &out, &a);
        next = json_member_text(tree(arena_str(&a, buf_str(&body)), &a), STR("next"));
        next = arena_str(&a, next);
    }
    if (!right) {
        (void)fprintf(stderr, "%.*s: %u %.*s\n", STR_ARG(json_member_text(scenario, STR("name"))),
                      out.status, STR_ARG(buf_str(&body)));
    }
    arena_done(&a);
    return right;
}

static bool try_file(const char *seed_path, const char *path)
{
    struct arena a;
    size_t seen = 0, wrong = 0;
    arena_init(&a, UINT64_C(1) << 30);
    str seed_text = file_text(seed_path, &a), text = file_text(path, &a), line;
    while (text.len && str_cut(&text, '\n', &line)) {
        const struct json_value *v = tree(line, &a);
        if (json_member(v, STR("steps"))) {
            seen++;
            wrong += !plays(v, seed_text);
        }
    }
    bool there = seed_text.len > 0 && seen > 0;
    if (there) {
        (void)printf("%s: %zu of %zu wrong\n", path, wrong, seen);
        CHECK(wrong == 0);
    }
    arena_done(&a);
    return there;
}

static int nfiles;
static char **files;

static void every_scenario_is_answered_as_it_must_be(void)
{
    char seed_path[4096], path[4096];
    const char *root = kit_shared() ? kit_shared() : "";
    (void)snprintf(seed_path, sizeof seed_path, "%s/conformance/taxii/taxii-seed.json", root);
    (void)snprintf(path, sizeof path, "%s/conformance/taxii/taxii-server.dev.jsonl", root);
    if (nfiles == 0 && !try_file(seed_path, path)) {
        SKIP("LIMIER_SHARED has no scenarios of TAXII");
    }
    for (int i = 1; i < nfiles; i++) {
        CHECK(try_file(files[0], files[i]));
    }
}

int main(int argc, char **argv)
{
    nfiles = argc - 1;
    files = argv + 1;
    RUN(every_scenario_is_answered_as_it_must_be);
    return kit_end();
}
