/* What a TAXII client has to make of answers, and what it has to ask.
 *
 *     taxii_client FILE...          or, without one, those of LIMIER_SHARED */
#include "serve/taxii_client.h"
#include "kit.h"
#include "os/http_client.h"

enum { LINE_LONGEST = 1 << 20, VALUES_MAX = 1 << 16 };

#define COLLECTION "91a7b528-80eb-42ed-a74d-c6fbd5a26116"

static const struct json_value *tree(str text, struct arena *a)
{
    enum json_fault fault;
    uint64_t at;
    return json_tree(bytes_of_str(text), a, VALUES_MAX, &fault, &at);
}

static uint64_t number(const struct json_value *v, const char *name)
{
    uint64_t n = UINT64_MAX;
    const struct json_value *m = json_member(v, str_of(name));
    return m && str_u64(m->text, &n) ? n : UINT64_MAX;
}

static const char *fault_name(enum taxii_fault f)
{
    return f == TAXII_HTTP       ? "http"
           : f == TAXII_TYPE     ? "media-type"
           : f == TAXII_NO_JSON  ? "bad-json"
           : f == TAXII_INVALID  ? "invalid"
           : f == TAXII_ACCESS   ? "access"
           : f == TAXII_ARGUMENT ? "argument"
                                 : "";
}

static bool fails_so(const struct json_value *then, const struct taxii_problem *p)
{
    str property = json_member_text(then, STR("property"));
    return str_eq(json_member_text(then, STR("error")), str_of(fault_name(p->fault))) &&
           (property.len == 0 || str_eq(property, str_of(p->property)));
}

/* ---- answers */

static bool is_fine(const struct json_value *given, const struct json_value *v,
                    struct taxii_problem *p)
{
    str path = json_member_text(given, STR("GET"));
    struct taxii_root root;
    struct taxii_collection c;
    struct taxii_outcome outcome;
    if (str_ends(path, STR("/objects/"))) {
        return true;
    }
    if (str_has(path, STR("/collections/"))) {
        return taxii_read_collection(v, STR(COLLECTION), &c, p);
    }
    if (str_has(path, STR("/status/"))) {
        return taxii_read_status(v, &outcome, p);
    }
    return str_eq(path, STR("/taxii2/")) ? taxii_is_discovery(v, p) : taxii_read_root(v, &root, p);
}

static bool holds(const struct json_value *then, const struct json_value *v)
{
    const struct json_value *kept = json_member(then, STR("kept")),
                            *roots = json_member(v, STR("api_roots"));
    const struct json_value *usual = json_member(then, STR("default"));
    bool right = json_is(json_member(then, STR("ok")), JSON_TRUE);
    if (json_member(then, STR("api_roots"))) {
        right = right && number(then, "api_roots") == (roots ? roots->count : 0);
    }
    if (usual) {
        right = right && str_eq(usual->text, json_member_text(v, STR("default")));
    }
    for (const struct json_value *k = kept ? kept->first : NULL; k; k = k->next) {
        const struct json_value *m = json_member(v, k->name);
        right = right && m && str_eq(m->text, k->text);
    }
    return right;
}

static bool reads_answer(const struct json_value *given, const struct json_value *then,
                         struct arena *a)
{
    SCOPED(buf_done) struct buf body;
    struct taxii_problem p;
    const struct json_value *json = json_member(given, STR("json")), *v = NULL;
    unsigned status = (unsigned)number(given, "status");
    buf_init(&body, LINE_LONGEST);
    if (json) {
        json_canonical(&body, json);
    } else {
        buf_add(&body, json_member_text(given, STR("body")));
    }
    bool ok = taxii_is_answer(status, json_member_text(given, STR("type")), &p) &&
              (v = taxii_body(bytes_of_str(buf_str(&body)), a, &p)) && is_fine(given, v, &p);
    bool same_status = number(then, "status") == UINT64_MAX || number(then, "status") == status;
    return ok ? holds(then, v) : fails_so(then, &p) && same_status;
}

/* ---- questions */

static bool asks_for(const struct json_value *want, str query, struct arena *a)
{
    size_t seen = 0;
    str name, value;
    query = str_starts(query, STR("?")) ? str_from(query, 1) : query;
    while (http_parameter(&query, a, &name, &value)) {
        seen++;
        if (!str_eq(json_member_text(want, name), value)) {
            return false;
        }
    }
    return seen == want->count;
}

static bool filters_so(const struct json_value *filters, const struct json_value *then,
                       struct arena *a)
{
    struct taxii_filter list[8];
    size_t count = 0;
    str query;
    struct taxii_problem p;
    for (const struct json_value *f = filters->first; f; f = f->next) {
        str values = f->text;
        for (const struct json_value *v = f->first; v; v = v->next) {
            values = arena_printf(a, "%.*s%s%.*s", STR_ARG(values), values.len ? "," : "",
                                  STR_ARG(v->text));
        }
        list[count++] = (struct taxii_filter){f->name, values};
    }
    bool ok = taxii_query(a, list, count, &query, &p);
    return ok ? asks_for(json_member(then, STR("query")), query, a) : fails_so(then, &p);
}

static bool pages_so(const struct json_value *pages, const struct json_value *then, struct arena *a)
{
    struct taxii_pages state;
    struct taxii_problem p;
    uint64_t objects = 0, asked = 0;
    bool more = true, right = true;
    taxii_pages_begin(&state, STR_NONE, a);
    const struct json_value *second = json_member(then, STR("second_query"));
    for (const struct json_value *page = pages->first; page && more; page = page->next) {
        struct envelope e = {json_is(json_member(page, STR("more")), JSON_TRUE),
                             json_member_text(page, STR("next")), (size_t)number(page, "objects")};
        objects += e.count;
        asked++;
        more = taxii_pages_turn(&state, &e, STR_NONE, &p);
        right = right &&
                (!more || !second || str_eq(state.next, json_member_text(second, STR("next"))));
    }
    return right && !more && objects == number(then, "objects") &&
           asked == number(then, "requests_sent");
}

static bool may_so(const struct json_value *given, const struct json_value *then)
{
    struct taxii_collection c;
    struct taxii_problem p;
    bool write = str_eq(json_member_text(given, STR("call")), STR("add_objects"));
    bool ok = taxii_read_collection(json_member(given, STR("collection")), STR_NONE, &c, &p) &&
              (write ? taxii_may_write(&c, &p) : taxii_may_read(&c, &p));
    return !ok && fails_so(then, &p);
}

static bool is_named(void)
{
    struct err err;
    struct http_client *c = http_client_new(&(struct http_client_options){.agent = ""}, &err);
    http_client_free(c);
    return c == NULL;
}

static bool is_right(const struct json_value *v, struct arena *a)
{
    const struct json_value *given = json_member(v, STR("given")),
                            *then = json_member(v, STR("then"));
    if (json_member(given, STR("GET"))) {
        return reads_answer(given, then, a);
    }
    if (json_member(given, STR("filters"))) {
        return filters_so(json_member(given, STR("filters")), then, a);
    }
    if (json_member(given, STR("pages"))) {
        return pages_so(json_member(given, STR("pages")), then, a);
    }
    if (json_member(given, STR("collection"))) {
        return may_so(given, then);
    }
    str path = json_member_text(then, STR("request_path"));
    if (path.len) {
        return str_eq(taxii_address(a, STR("/api1/collections/" COLLECTION), STR_NONE), path);
    }
    return json_member(then, STR("header_not_empty")) && is_named();
}

static bool try_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char *line = malloc(LINE_LONGEST);
    size_t seen = 0, wrong = 0;
    while (f && line && fgets(line, LINE_LONGEST, f)) {
        struct arena a;
        arena_init(&a, UINT64_C(1) << 26);
        const struct json_value *v = tree(str_trim(str_of(line)), &a);
        if (json_member(v, STR("then"))) {
            bool right = is_right(v, &a);
            seen++;
            wrong += !right;
            if (!right) {
                (void)fprintf(stderr, "wrong: %.*s\n", STR_ARG(json_member_text(v, STR("name"))));
            }
        }
        arena_done(&a);
    }
    if (f) {
        (void)printf("%s: %zu of %zu wrong\n", path, wrong, seen);
        CHECK(seen > 0 && wrong == 0);
        (void)fclose(f);
    }
    free(line);
    return f != NULL;
}

static int nfiles;
static char **files;

static void every_answer_is_taken_as_it_must_be(void)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/conformance/taxii/taxii-client.jsonl",
                   kit_shared() ? kit_shared() : "");
    if (nfiles == 0 && !try_file(path)) {
        SKIP("LIMIER_SHARED has no cases of TAXII");
    }
    for (int i = 0; i < nfiles; i++) {
        CHECK(try_file(files[i]));
    }
}

int main(int argc, char **argv)
{
    nfiles = argc - 1;
    files = argv + 1;
    RUN(every_answer_is_taken_as_it_must_be);
    return kit_end();
}
