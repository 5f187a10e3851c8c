/* What others write to a collection that they may write to, and take out of it again. */
#include "export/write_json.h"
#include "model/stix_id.h"
#include "serve/envelope.h"
#include "serve/taxii_parts.h"

enum { STATUS_MAX = 1 << 26 };

struct taking {
    struct taxii_turn *turn;
    struct taxii_collection *collection;
    struct buf good, bad; /* lists of the status */
    size_t ngood, nbad;
    bool full;
};

static void tell(struct buf *out, size_t *count, str id, str version, const char *why)
{
    json_open(out, '{');
    json_pair(out, "id", id);
    json_pair(out, "version", version);
    json_pair(out, "message", str_of(why));
    json_shut(out, '}');
    ++*count;
}

/* What is there already is as well there: only a new version is added. */
static bool is_there(const struct taxii_collection *c, const struct taxii_object *o)
{
    for (size_t i = 0; i < c->count; i++) {
        if (str_eq(c->objects[i].id, o->id) && c->objects[i].moment == o->moment &&
            str_eq(c->objects[i].spec, o->spec)) {
            return true;
        }
    }
    return false;
}

static void take_object(void *ctx, bytes json)
{
    struct taking *k = ctx;
    struct arena *mine = k->turn->taxii->arena;
    struct taxii_object o;
    bytes kept = arena_bytes(mine, json);
    if (!kept.p || !taxii_object_of(kept, k->turn->taxii->now, mine, &o)) {
        tell(&k->bad, &k->nbad, STR("unknown--00000000-0000-4000-8000-000000000000"), STR_NONE,
             "no object with a type and an id");
        return;
    }
    if (!is_there(k->collection, &o)) {
        k->full = !taxii_add(k->collection, &o, mine) || k->full;
    }
    tell(&k->good, &k->ngood, o.id, o.version, NULL);
}

static void pair_list(struct buf *out, const char *name, const struct buf *list)
{
    if (list->len > 1) {
        json_key(out, name);
        buf_add(out, buf_str(list));
        buf_char(out, ']');
    }
}

static str status_text(struct taking *k, str id, struct arena *a)
{
    SCOPED(buf_done) struct buf out;
    buf_init(&out, STATUS_MAX);
    json_begin(&out);
    json_pair(&out, "id", id);
    json_pair(&out, "status", STR("complete"));
    json_pair(&out, "request_timestamp", taxii_stamp(a, k->turn->taxii->now));
    json_pair_u64(&out, "total_count", k->ngood + k->nbad);
    json_pair_u64(&out, "success_count", k->ngood);
    json_pair_u64(&out, "failure_count", k->nbad);
    json_pair_u64(&out, "pending_count", 0);
    pair_list(&out, "successes", &k->good);
    pair_list(&out, "failures", &k->bad);
    json_shut(&out, '}');
    return buf_ok(&out) ? arena_str(a, buf_str(&out)) : STR_NONE;
}

static bool keep_status(struct taking *k, struct taxii_root *root, struct arena *a)
{
    str name =
        arena_printf(a, "status\n%lld\n%zu", (long long)k->turn->taxii->now, root->nstatuses);
    str id = str_from(stix_own_id(a, STR("x"), name), 3);
    str text = status_text(k, id, a);
    struct taxii_status *grown = arena_grow(a, root->statuses, &root->statuses_cap,
                                            root->nstatuses + 1, sizeof *root->statuses);
    if (!grown || text.len == 0) {
        return false;
    }
    root->statuses = grown;
    root->statuses[root->nstatuses++] = (struct taxii_status){id, text};
    buf_add(k->turn->out->body, text);
    return true;
}

static void take_all(struct taking *k, struct taxii_root *root)
{
    struct arena *mine = k->turn->taxii->arena;
    buf_char(&k->good, '[');
    buf_char(&k->bad, '[');
    enum envelope_fault fault = envelope_each(k->turn->request->body, take_object, k);
    if (fault == ENVELOPE_NO_JSON) {
        taxii_refuse(k->turn, 400, "the body is no JSON");
    } else if (fault == ENVELOPE_NO_OBJECTS) {
        taxii_refuse(k->turn, 422, "the body has no list of objects");
    } else if (k->full || !taxii_arrange(k->collection, mine) || !keep_status(k, root, mine)) {
        taxii_refuse(k->turn, 500, "no memory for them");
    } else {
        k->turn->out->status = 202;
    }
}

void taxii_post(struct taxii_turn *t, struct taxii_root *root, struct taxii_collection *c)
{
    str type,
        version = http_media(http_header(t->request, STR("content-type")), STR("version"), &type);
    if (!c->can_write) {
        taxii_refuse(t, 403, "this collection cannot be written to");
    } else if (!str_eq_nocase(type, STR("application/taxii+json")) ||
               (version.len && !str_eq(version, STR("2.1")))) {
        taxii_refuse(t, 415, "the body has to be " TAXII_MEDIA);
    } else if (t->request->body.len > root->longest) {
        taxii_refuse(t, 413, "the body is longer than max_content_length");
    } else {
        struct taking k = {.turn = t, .collection = c};
        buf_init(&k.good, STATUS_MAX);
        buf_init(&k.bad, STATUS_MAX);
        take_all(&k, root);
        buf_done(&k.good);
        buf_done(&k.bad);
    }
}

void taxii_delete(struct taxii_turn *t, struct taxii_collection *c, str id)
{
    struct taxii_wish w;
    if (!c->can_read || !c->can_write) {
        taxii_refuse(t, 403, "nothing can be taken out of this collection");
        return;
    }
    if (!taxii_has(c, id)) {
        taxii_refuse(t, 404, "there is no such object");
        return;
    }
    if (!taxii_wish_of(t->request->query, t->arena, &w)) {
        taxii_refuse(t, 400, "this query cannot be understood");
        return;
    }
    w.id = id;
    w.limit = UINT64_MAX;
    w.all_versions = w.all_specs = true;
    struct taxii_page gone = taxii_select(c, &w, t->arena);
    size_t kept = 0, next = 0;
    for (size_t i = 0; i < c->count; i++) {
        bool is_gone = next < gone.count && gone.objects[next] == &c->objects[i];
        next += is_gone;
        if (!is_gone) {
            c->objects[kept++] = c->objects[i];
        }
    }
    c->count = gone.objects ? kept : c->count;
    buf_add(t->out->body, STR("{}"));
}
