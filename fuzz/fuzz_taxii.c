/* A request to a TAXII server that may be written to, and the same bytes as an answer to its
 * client: "GET /api/collections/?limit=1", header lines, an empty line, a body. */
#include "base/json_tree.h"
#include "fuzz.h"
#include "serve/taxii_client.h"

#include <stdlib.h>

enum { BUDGET = 1 << 26, HEADERS_MAX = 16, BODY_MAX = 1 << 24 };

#define ID "91a7b528-80eb-42ed-a74d-c6fbd5a26116"

static str line_of(str *rest)
{
    str line = STR_NONE;
    (void)str_cut(rest, '\n', &line);
    return str_trim(line);
}

static struct http_request request_of(str text, struct http_header *headers, struct arena *a)
{
    str target = line_of(&text);
    struct http_request r = {.headers = headers};
    (void)str_cut(&target, ' ', &r.method);
    size_t mark = str_find_char(target, '?');
    r.path = http_decoded(a, str_sub(target, 0, mark), false);
    r.query = str_from(target, mark + 1);
    for (str line = line_of(&text); line.len && r.nheaders < HEADERS_MAX; line = line_of(&text)) {
        size_t colon = str_find_char(line, ':');
        headers[r.nheaders++] =
            (struct http_header){str_sub(line, 0, colon), str_trim(str_from(line, colon + 1))};
    }
    r.body = bytes_of_str(text);
    return r;
}

static void ask(str text, struct arena *a)
{
    static const str json =
        STR_INIT("{\"id\":\"malware--" ID "\",\"modified\":\"2021-03-01T00:00:00Z\"}");
    struct http_header headers[HEADERS_MAX];
    struct taxii_object o;
    struct taxii_collection c = {
        .id = STR(ID), .title = STR("c"), .can_read = true, .can_write = true};
    struct taxii_root root = {
        .name = STR("api"), .longest = 1 << 20, .collections = &c, .ncollections = 1};
    struct taxii t = {.roots = &root, .nroots = 1, .page = 2, .arena = a, .now = 0};
    SCOPED(buf_done) struct buf body;
    struct http_answer out = {.body = &body};
    enum json_fault fault;
    uint64_t at;
    buf_init(&body, BODY_MAX);
    for (usec added = 0; added < 4; added++) {
        if (!taxii_object_of(bytes_of_str(json), added, a, &o) || !taxii_add(&c, &o, a)) {
            return;
        }
    }
    struct http_request r = request_of(text, headers, a);
    if (!taxii_arrange(&c, a)) {
        return;
    }
    taxii_answer(&t, &r, &out, a);
    if (out.status < 200 || !json_tree(bytes_of_str(buf_str(&body)), a, 1 << 20, &fault, &at)) {
        abort(); /* an answer that nobody can read */
    }
}

static void read_answer(bytes body, struct arena *a)
{
    struct taxii_problem p;
    struct taxii_root root;
    struct taxii_collection c;
    struct taxii_outcome outcome;
    struct envelope e;
    struct taxii_pages pages;
    const struct json_value *v = taxii_body(body, a, &p);
    taxii_pages_begin(&pages, STR_NONE, a);
    if (envelope_look(body, a, &e) != ENVELOPE_NO_JSON) {
        (void)taxii_pages_turn(&pages, &e, STR_NONE, &p);
    }
    if (v) {
        (void)taxii_is_discovery(v, &p);
        (void)taxii_read_root(v, &root, &p);
        (void)taxii_read_collection(v, STR_NONE, &c, &p);
        (void)taxii_read_status(v, &outcome, &p);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a, BUDGET);
    ask(str_of_bytes((bytes){data, size}), &a);
    read_answer((bytes){data, size}, &a);
    arena_done(&a);
    return 0;
}
