#include "serve/taxii_client.h"

static bool wrong(struct taxii_problem *p, enum taxii_fault fault, const char *property)
{
    *p = (struct taxii_problem){fault, property};
    return false;
}

bool taxii_is_answer(unsigned status, str type, struct taxii_problem *p)
{
    str name, version = http_media(type, STR("version"), &name);
    *p = (struct taxii_problem){TAXII_FINE, NULL};
    if (status < 200 || status > 299) {
        return wrong(p, TAXII_HTTP, NULL);
    }
    return (str_eq_nocase(name, STR("application/taxii+json")) &&
            (version.len == 0 || str_eq(version, STR("2.1")))) ||
           wrong(p, TAXII_TYPE, NULL);
}

const struct json_value *taxii_body(bytes body, struct arena *a, struct taxii_problem *p)
{
    enum { VALUES_MAX = 1 << 20 };
    enum json_fault fault;
    uint64_t at;
    const struct json_value *v = json_tree(body, a, VALUES_MAX, &fault, &at);
    if (!json_is(v, JSON_OBJECT)) {
        (void)wrong(p, TAXII_NO_JSON, NULL);
        return NULL;
    }
    return v;
}

/* ---- what must be there */

static bool has_text(const struct json_value *v, const char *name, str *out,
                     struct taxii_problem *p)
{
    *out = json_member_text(v, str_of(name));
    return out->len > 0 || wrong(p, TAXII_INVALID, name);
}

static bool has_flag(const struct json_value *v, const char *name, bool *out,
                     struct taxii_problem *p)
{
    const struct json_value *m = json_member(v, str_of(name));
    *out = json_is(m, JSON_TRUE);
    return *out || json_is(m, JSON_FALSE) || wrong(p, TAXII_INVALID, name);
}

static bool has_number(const struct json_value *v, const char *name, uint64_t *out,
                       struct taxii_problem *p)
{
    const struct json_value *m = json_member(v, str_of(name));
    return (json_is(m, JSON_NUMBER) && str_u64(m->text, out)) || wrong(p, TAXII_INVALID, name);
}

enum taxii_kind taxii_kind_of(const struct json_value *v)
{
    return json_member(v, STR("can_read")) ? TAXII_COLLECTION
           : json_member(v, STR("versions")) || json_member(v, STR("max_content_length"))
               ? TAXII_ROOT
               : TAXII_DISCOVERY;
}

bool taxii_is_discovery(const struct json_value *v, struct taxii_problem *p)
{
    str title;
    const struct json_value *roots = json_member(v, STR("api_roots"));
    return has_text(v, "title", &title, p) &&
           (!roots || json_is(roots, JSON_ARRAY) || wrong(p, TAXII_INVALID, "api_roots"));
}

bool taxii_read_root(const struct json_value *v, struct taxii_root *out, struct taxii_problem *p)
{
    *out = (struct taxii_root){.description = json_member_text(v, STR("description"))};
    return has_text(v, "title", &out->title, p) &&
           (json_is(json_member(v, STR("versions")), JSON_ARRAY) ||
            wrong(p, TAXII_INVALID, "versions")) &&
           has_number(v, "max_content_length", &out->longest, p);
}

bool taxii_read_collection(const struct json_value *v, str id, struct taxii_collection *out,
                           struct taxii_problem *p)
{
    *out = (struct taxii_collection){.description = json_member_text(v, STR("description"))};
    return has_text(v, "id", &out->id, p) &&
           (id.len == 0 || str_eq_nocase(id, out->id) || wrong(p, TAXII_INVALID, "id")) &&
           has_text(v, "title", &out->title, p) && has_flag(v, "can_read", &out->can_read, p) &&
           has_flag(v, "can_write", &out->can_write, p);
}

bool taxii_read_status(const struct json_value *v, struct taxii_outcome *out,
                       struct taxii_problem *p)
{
    str status;
    *out = (struct taxii_outcome){0};
    bool ok = has_text(v, "id", &out->id, p) && has_text(v, "status", &status, p) &&
              has_number(v, "total_count", &out->total, p) &&
              has_number(v, "success_count", &out->good, p) &&
              has_number(v, "failure_count", &out->bad, p) &&
              has_number(v, "pending_count", &out->pending, p);
    out->complete = ok && str_eq(status, STR("complete"));
    return ok;
}

bool taxii_may_read(const struct taxii_collection *c, struct taxii_problem *p)
{
    return c->can_read || wrong(p, TAXII_ACCESS, "can_read");
}

bool taxii_may_write(const struct taxii_collection *c, struct taxii_problem *p)
{
    return c->can_write || wrong(p, TAXII_ACCESS, "can_write");
}

/* ---- addresses */

str taxii_address(struct arena *a, str base, str below)
{
    base = str_sub(base, 0, str_find_char(base, '?'));
    const char *slash = str_ends(base, STR("/")) ? "" : "/";
    const char *last = below.len == 0 || str_ends(below, STR("/")) ? "" : "/";
    return arena_printf(a, "%.*s%s%.*s%s", STR_ARG(base), slash, STR_ARG(below), last);
}

str taxii_resolve(struct arena *a, str base, str address)
{
    if (str_has(address, STR("://"))) {
        return taxii_address(a, address, STR_NONE);
    }
    if (!str_starts(address, STR("/"))) {
        return taxii_address(a, base, address);
    }
    size_t host = str_find(base, STR("://")) + 3;
    str origin = str_sub(base, 0, host + str_find_char(str_from(base, host), '/'));
    return taxii_address(a, origin, str_from(address, 1));
}

/* ---- questions */

static str joined(struct arena *a, str list)
{
    str item, out = STR_NONE;
    while (list.len && str_cut(&list, ',', &item)) {
        out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out), out.len ? "," : "",
                           STR_ARG(http_encoded(a, item)));
    }
    return out;
}

bool taxii_query(struct arena *a, const struct taxii_filter *filters, size_t count, str *out,
                 struct taxii_problem *p)
{
    *out = STR_NONE;
    for (size_t i = 0; i < count; i++) {
        str name = filters[i].name, values = filters[i].values;
        bool single = str_eq(name, STR("added_after")) || str_eq(name, STR("limit"));
        bool opaque = str_eq(name, STR("next"));
        if (single && str_find_char(values, ',') < values.len) {
            return wrong(p, TAXII_ARGUMENT, "added_after");
        }
        const char *front = single || opaque ? "" : "match%5B", *behind = *front ? "%5D" : "";
        str value = opaque ? http_encoded(a, values) : joined(a, values);
        *out = arena_printf(a, "%.*s%s%s%.*s%s=%.*s", STR_ARG(*out), out->len ? "&" : "?", front,
                            STR_ARG(http_encoded(a, name)), behind, STR_ARG(value));
    }
    return true;
}

/* ---- pages */

void taxii_pages_begin(struct taxii_pages *p, str after, struct arena *a)
{
    *p = (struct taxii_pages){.arena = a, .after = after};
    table_init(&p->seen, a, false);
}

/* A `next` that was followed before leads round in a circle. */
static bool is_new(struct taxii_pages *p, str kind, str point)
{
    str key = arena_printf(p->arena, "%.*s%.*s", STR_ARG(kind), STR_ARG(point));
    uint32_t ignored;
    return table_get(&p->seen, key) == TABLE_NONE &&
           table_put(&p->seen, key, (uint32_t)p->pages, &ignored);
}

bool taxii_pages_turn(struct taxii_pages *p, const struct envelope *e, str last,
                      struct taxii_problem *problem)
{
    *problem = (struct taxii_problem){TAXII_FINE, NULL};
    p->pages++;
    p->empty = e->count ? 0 : p->empty + 1;
    if (!e->more) {
        return false;
    }
    /* Without `next` one asks for what was added after the last. */
    str kind = e->next.len ? STR("next ") : STR("after "), point = e->next.len ? e->next : last;
    if (point.len == 0 || !is_new(p, kind, point) || p->pages >= TAXII_PAGES_MAX ||
        p->empty >= TAXII_EMPTY_MAX) {
        return wrong(problem, TAXII_CIRCLE, NULL);
    }
    p->next = e->next.len ? arena_str(p->arena, e->next) : STR_NONE;
    p->after = e->next.len ? p->after : arena_str(p->arena, last);
    return true;
}
