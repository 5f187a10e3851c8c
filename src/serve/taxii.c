#include "serve/taxii.h"

#include "base/json_tree.h"
#include "export/write_json.h"
#include "model/stix_id.h"
#include "serve/taxii_parts.h"

#include <stdlib.h>

enum { PARTS_MAX = 6 };

str taxii_stamp(struct arena *a, usec t)
{
    struct civil c = civil_of_time(t);
    return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", c.year, c.month, c.day, c.hour,
                        c.minute, c.second, c.usec);
}

/* ---- collections */

bool taxii_object_of(bytes json, usec added, struct arena *a, struct taxii_object *out)
{
    enum json_fault fault;
    uint64_t at;
    struct uuid ignored;
    const struct json_value *v = json_tree(json, a, TAXII_VALUES_MAX, &fault, &at);
    str spec = json_member_text(v, STR("spec_version"));
    str modified = json_member_text(v, STR("modified"));
    str created = json_member_text(v, STR("created"));
    *out = (struct taxii_object){.json = str_of_bytes(json), .added = added};
    out->id = json_member_text(v, STR("id"));
    out->spec = spec.len ? spec : created.len ? STR("2.0") : STR("2.1"); /* observables need none */
    out->version = modified.len ? modified : created.len ? created : taxii_stamp(a, added);
    out->moment = time_parse(out->version);
    return stix_id_parse(out->id, &out->type, &ignored) && out->moment != TIME_NONE;
}

bool taxii_add(struct taxii_collection *c, const struct taxii_object *o, struct arena *a)
{
    struct taxii_object *grown = arena_grow(a, c->objects, &c->cap, c->count + 1, sizeof *grown);
    if (!grown || c->count >= UINT32_MAX) {
        return false;
    }
    c->objects = grown;
    c->objects[c->count] = *o;
    c->objects[c->count].number = (uint32_t)c->count;
    c->count++;
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct taxii_object *x = *(const struct taxii_object *const *)a;
    const struct taxii_object *y = *(const struct taxii_object *const *)b;
    return str_cmp(x->id, y->id);
}

/* What came at the same moment: the newest version first. */
static int by_coming(const void *a, const void *b)
{
    const struct taxii_object *x = a, *y = b;
    return x->added != y->added     ? (x->added > y->added) - (x->added < y->added)
           : x->moment != y->moment ? (x->moment < y->moment) - (x->moment > y->moment)
                                    : (x->number > y->number) - (x->number < y->number);
}

bool taxii_arrange(struct taxii_collection *c, struct arena *a)
{
    struct taxii_object **order = ARENA_ARRAY(a, struct taxii_object *, c->count + 1);
    if (!order) {
        return false;
    }
    for (size_t i = 0; i < c->count; i++) {
        order[i] = &c->objects[i];
    }
    qsort(order, c->count, sizeof *order, by_id);
    c->families = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->families += i > 0 && !str_eq(order[i]->id, order[i - 1]->id);
        order[i]->family = (uint32_t)c->families;
    }
    c->families++;
    if (c->count) {
        qsort(c->objects, c->count, sizeof *c->objects, by_coming);
    }
    return true;
}

bool taxii_has(const struct taxii_collection *c, str id)
{
    for (size_t i = 0; i < c->count; i++) {
        if (str_eq(c->objects[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* ---- answers */

static void refuse_method(struct taxii_turn *t, const char *allowed)
{
    taxii_refuse(t, 405, "this cannot be done here");
    http_answer_header(t->out, STR("Allow"), str_of(allowed));
}

void taxii_refuse(struct taxii_turn *t, unsigned status, const char *why)
{
    struct buf *out = t->out->body;
    buf_clear(out);
    t->out->status = status;
    json_begin(out);
    json_pair(out, "title", STR("ProcessingError"));
    json_pair(out, "description", str_of(why));
    json_pair(out, "http_status", arena_printf(t->arena, "%u", status));
    json_shut(out, '}');
}

static void tell_discovery(struct taxii_turn *t)
{
    const struct taxii *k = t->taxii;
    struct buf *out = t->out->body;
    json_begin(out);
    json_pair(out, "title", k->title);
    json_pair(out, "description", k->description);
    json_pair(out, "contact", k->contact);
    json_pair(
        out, "default",
        arena_printf(t->arena, "%.*s/%.*s/", STR_ARG(k->origin), STR_ARG(k->roots[k->usual].name)));
    json_key_open(out, "api_roots", '[');
    for (size_t i = 0; i < k->nroots; i++) {
        json_put(out, arena_printf(t->arena, "%.*s/%.*s/", STR_ARG(k->origin),
                                   STR_ARG(k->roots[i].name)));
    }
    json_shut(out, ']');
    json_shut(out, '}');
}

static void tell_root(struct taxii_turn *t, const struct taxii_root *root)
{
    struct buf *out = t->out->body;
    json_begin(out);
    json_pair(out, "title", root->title);
    json_pair(out, "description", root->description);
    json_key_open(out, "versions", '[');
    json_put(out, STR(TAXII_MEDIA));
    json_shut(out, ']');
    json_pair_u64(out, "max_content_length", root->longest);
    json_shut(out, '}');
}

static void put_collection(struct buf *out, const struct taxii_collection *c)
{
    json_open(out, '{');
    json_pair(out, "id", c->id);
    json_pair(out, "title", c->title);
    json_pair(out, "description", c->description);
    json_pair_bool(out, "can_read", c->can_read);
    json_pair_bool(out, "can_write", c->can_write);
    json_key_open(out, "media_types", '[');
    for (size_t i = 0; i < ARRAY_LEN(c->media) && c->media[i].len; i++) {
        json_put(out, c->media[i]);
    }
    json_shut(out, ']');
    json_shut(out, '}');
}

static void tell_collections(struct taxii_turn *t, const struct taxii_root *root)
{
    struct buf *out = t->out->body;
    json_begin(out);
    if (root->ncollections) {
        json_key_open(out, "collections", '[');
        for (size_t i = 0; i < root->ncollections; i++) {
            put_collection(out, &root->collections[i]);
        }
        json_shut(out, ']');
    }
    json_shut(out, '}');
}

/* ---- pages */

enum page_of { OBJECTS, MANIFEST, VERSIONS };

static void put_item(struct taxii_turn *t, enum page_of what, const struct taxii_object *o)
{
    struct buf *out = t->out->body;
    if (what == VERSIONS) {
        json_put(out, o->version);
        return;
    }
    if (what == OBJECTS) {
        buf_add(out, out->p[out->len - 1] == '[' ? STR_NONE : STR(","));
        buf_add(out, o->json);
        return;
    }
    json_open(out, '{');
    json_pair(out, "id", o->id);
    json_pair(out, "date_added", taxii_stamp(t->arena, o->added));
    json_pair(out, "version", o->version);
    json_pair(out, "media_type", arena_printf(t->arena, STIX_MEDIA "%.*s", STR_ARG(o->spec)));
    json_shut(out, '}');
}

static void put_page(struct taxii_turn *t, enum page_of what, const struct taxii_page *page)
{
    struct buf *out = t->out->body;
    json_begin(out);
    if (page->count) {
        json_pair_bool(out, "more", page->more);
        if (page->more) {
            json_pair(out, "next", arena_printf(t->arena, "n%zu", page->next));
        }
        json_key_open(out, what == VERSIONS ? "versions" : "objects", '[');
        for (size_t i = 0; i < page->count; i++) {
            put_item(t, what, page->objects[i]);
        }
        json_shut(out, ']');
        http_answer_header(t->out, STR("X-TAXII-Date-Added-First"),
                           taxii_stamp(t->arena, page->objects[0]->added));
        http_answer_header(t->out, STR("X-TAXII-Date-Added-Last"),
                           taxii_stamp(t->arena, page->objects[page->count - 1]->added));
    }
    json_shut(out, '}');
}

/* `id` is empty for all of the collection. */
static void tell_page(struct taxii_turn *t, const struct taxii_collection *c, str id,
                      enum page_of what)
{
    struct taxii_wish w;
    if (!c->can_read) {
        taxii_refuse(t, 403, "this collection cannot be read");
        return;
    }
    if (id.len && !taxii_has(c, id)) {
        taxii_refuse(t, 404, "there is no such object");
        return;
    }
    if (!taxii_wish_of(t->request->query, t->arena, &w)) {
        taxii_refuse(t, 400, "this query cannot be understood");
        return;
    }
    w.id = id.len ? id : w.id;
    w.all_versions = what == VERSIONS;
    w.limit = w.limit < t->taxii->page ? w.limit : t->taxii->page;
    struct taxii_page page = taxii_select(c, &w, t->arena);
    if (page.objects) {
        put_page(t, what, &page);
    } else {
        taxii_refuse(t, 500, "no memory for the answer");
    }
}

/* ---- where a path leads */

struct place {
    str parts[PARTS_MAX + 1];
    size_t count;
};

static struct place place_of(str path)
{
    struct place p = {0};
    str part;
    path = str_starts(path, STR("/")) ? str_from(path, 1) : path;
    while (path.len && p.count <= PARTS_MAX && str_cut(&path, '/', &part)) {
        p.parts[p.count++] = part;
    }
    return p;
}

static bool part_is(const struct place *p, size_t i, const char *name)
{
    return i < p->count && str_eq(p->parts[i], str_of(name));
}

static struct taxii_root *root_named(struct taxii *t, str name)
{
    for (size_t i = 0; i < t->nroots; i++) {
        if (str_eq(t->roots[i].name, name)) {
            return &t->roots[i];
        }
    }
    return NULL;
}

static struct taxii_collection *collection_named(struct taxii_root *root, str id)
{
    for (size_t i = 0; i < root->ncollections; i++) {
        if (str_eq_nocase(root->collections[i].id, id)) {
            return &root->collections[i];
        }
    }
    return NULL;
}

static bool is_method(const struct taxii_turn *t, const char *method)
{
    return str_eq(t->request->method, str_of(method));
}

static bool reads(const struct taxii_turn *t)
{
    return is_method(t, "GET") || is_method(t, "HEAD");
}

static void nowhere(struct taxii_turn *t)
{
    taxii_refuse(t, 404, "there is nothing at this address");
}

static void answer_objects(struct taxii_turn *t, struct taxii_root *root,
                           struct taxii_collection *c, const struct place *p)
{
    str id = p->parts[4];
    bool versions = p->count == 6 && part_is(p, 5, "versions");
    if (p->count == 6 && !versions) {
        nowhere(t);
    } else if (reads(t)) {
        tell_page(t, c, id, versions ? VERSIONS : OBJECTS);
    } else if (p->count == 4 && is_method(t, "POST")) {
        taxii_post(t, root, c);
    } else if (p->count == 5 && is_method(t, "DELETE")) {
        taxii_delete(t, c, id);
    } else {
        refuse_method(t, p->count == 4 ? "GET, POST" : p->count == 5 ? "GET, DELETE" : "GET");
    }
}

static void answer_collection(struct taxii_turn *t, struct taxii_root *root, const struct place *p)
{
    struct taxii_collection *c = collection_named(root, p->parts[2]);
    bool objects = part_is(p, 3, "objects"), manifest = part_is(p, 3, "manifest") && p->count == 4;
    if (!c || (p->count > 3 && !objects && !manifest)) {
        nowhere(t);
    } else if (objects) {
        answer_objects(t, root, c, p);
    } else if (!reads(t)) {
        refuse_method(t, "GET");
    } else if (manifest) {
        tell_page(t, c, STR_NONE, MANIFEST);
    } else {
        put_collection(t->out->body, c);
    }
}

static void answer_status(struct taxii_turn *t, const struct taxii_root *root, str id)
{
    for (size_t i = 0; i < root->nstatuses; i++) {
        if (str_eq_nocase(root->statuses[i].id, id)) {
            buf_add(t->out->body, root->statuses[i].json);
            return;
        }
    }
    nowhere(t);
}

static void answer_root(struct taxii_turn *t, struct taxii_root *root, const struct place *p)
{
    bool collections = part_is(p, 1, "collections");
    bool status = part_is(p, 1, "status") && p->count == 3;
    if (collections && p->count > 2) {
        answer_collection(t, root, p);
    } else if (p->count > 1 && !collections && !status) {
        nowhere(t);
    } else if (!reads(t)) {
        refuse_method(t, "GET");
    } else if (status) {
        answer_status(t, root, p->parts[2]);
    } else if (collections) {
        tell_collections(t, root);
    } else {
        tell_root(t, root);
    }
}

/* What he accepts; nothing said is anything. */
static bool accepts(const struct http_request *r)
{
    str accept = http_header(r, STR("accept")), item, type;
    bool found = accept.len == 0;
    while (!found && accept.len && str_cut(&accept, ',', &item)) {
        str version = http_media(item, STR("version"), &type);
        found = str_eq(type, STR("*/*")) || str_eq_nocase(type, STR("application/*")) ||
                (str_eq_nocase(type, STR("application/taxii+json")) &&
                 (version.len == 0 || str_eq(version, STR("2.1"))));
    }
    return found;
}

static void ask_for_the_secret(struct http_answer *out)
{
    out->status = 401;
    out->type = STR("text/html; charset=utf-8");
    http_answer_header(out, STR("WWW-Authenticate"),
                       STR("Basic realm=\"TAXII\", charset=\"UTF-8\""));
    buf_add(out->body, STR("<!doctype html><title>401</title>Who are you?\n"));
}

void taxii_answer(struct taxii *t, const struct http_request *r, struct http_answer *out,
                  struct arena *a)
{
    struct taxii_turn turn = {t, r, out, a};
    struct place p = place_of(r->path);
    struct taxii_root *root = p.count ? root_named(t, p.parts[0]) : NULL;
    out->status = 200;
    out->type = STR(TAXII_MEDIA);
    if (!http_may_ask(&t->access, r, a)) {
        ask_for_the_secret(out);
    } else if (!accepts(r)) {
        taxii_refuse(&turn, 406, "answers are " TAXII_MEDIA);
    } else if (p.count > PARTS_MAX || (!root && !(p.count == 1 && part_is(&p, 0, "taxii2")))) {
        nowhere(&turn);
    } else if (root) {
        answer_root(&turn, root, &p);
    } else if (reads(&turn)) {
        tell_discovery(&turn);
    } else {
        refuse_method(&turn, "GET");
    }
}
