#include "attribute/observed.h"

#include "base/json.h"

enum { OBSERVED_MAX = 4096 };

struct reading {
    struct json *json;
    struct arena *arena;
    struct err *err;
    const char *source;
};

static bool refuse(const struct reading *r, const char *what)
{
    size_t line = 1;
    for (uint64_t i = 0; i < r->json->at && i < r->json->in.len; i++) {
        line += r->json->in.p[i] == '\n';
    }
    return err_set(r->err, ERR_INPUT, "%s:%zu: %s", r->source, line, what);
}

static bool holds(const str *list, size_t count, str s)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i], s)) {
            return true;
        }
    }
    return false;
}

/* An array of texts, each kept once; what `is_kind` refuses goes to the unknown. */
static bool read_list(const struct reading *r, bool (*is_kind)(str), str **list, size_t *count,
                      struct observed *out)
{
    enum json_token t = json_next(r->json);
    if (t == JSON_NULL) {
        return true;
    }
    if (t != JSON_ARRAY) {
        return refuse(r, "a list of ids is wanted here");
    }
    while ((t = json_next(r->json)) != JSON_ARRAY_END) {
        if (t != JSON_STRING || *count + out->nunknown >= OBSERVED_MAX) {
            return refuse(r, t == JSON_STRING ? "too many ids" : "a list holds ids between quotes");
        }
        str id = json_text(r->json, r->arena);
        bool known = is_kind(id);
        str *to = known ? *list : out->unknown;
        size_t *n = known ? count : &out->nunknown;
        if (!holds(to, *n, id)) {
            to[(*n)++] = id;
        }
    }
    return true;
}

static bool read_member(const struct reading *r, struct observed *out)
{
    str key = json_text(r->json, r->arena);
    if (str_eq(key, STR("techniques"))) {
        return read_list(r, is_technique_id, &out->techniques, &out->ntechniques, out);
    }
    if (str_eq(key, STR("software"))) {
        return read_list(r, is_software_id, &out->software, &out->nsoftware, out);
    }
    enum json_token t = json_next(r->json);
    if (str_eq(key, STR("id")) && t == JSON_STRING) {
        out->id = json_text(r->json, r->arena);
        return true;
    }
    json_skip(r->json, t);
    return true;
}

bool observed_read(bytes json, const char *source, struct arena *a, struct observed *out,
                   struct err *err)
{
    struct json j = json_of(json);
    struct reading r = {.json = &j, .arena = a, .err = err, .source = source};
    *out = (struct observed){
        .techniques = ARENA_ARRAY(a, str, OBSERVED_MAX),
        .software = ARENA_ARRAY(a, str, OBSERVED_MAX),
        .unknown = ARENA_ARRAY(a, str, OBSERVED_MAX),
    };
    if (!out->techniques || !out->software || !out->unknown) {
        return err_set(err, ERR_FULL, "%s: more than fits into memory", source);
    }
    if (json_next(&j) != JSON_OBJECT) {
        return refuse(&r, "this is not a JSON object");
    }
    enum json_token t;
    while ((t = json_next(&j)) == JSON_KEY) {
        if (!read_member(&r, out)) {
            return false;
        }
    }
    return (t == JSON_OBJECT_END && !json_bad(&j)) || refuse(&r, "this is not valid JSON");
}

/* Two ids may have become one. */
static size_t map_forward(str *list, size_t count, const struct actors *k, size_t *mapped)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        str id = actors_current(k, list[i]);
        *mapped += !str_eq(id, list[i]);
        if (!holds(list, kept, id)) {
            list[kept++] = id;
        }
    }
    return kept;
}

static void list_unheard(struct observed *o, const struct actors *k, enum item_kind kind,
                         const str *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!actors_item(k, kind, list[i]) && !actors_item_name(k, list[i]) &&
            !holds(o->unknown, o->nunknown, list[i])) {
            o->unknown[o->nunknown++] = list[i];
        }
    }
}

bool observed_update(struct observed *o, const struct actors *k, struct arena *a)
{
    o->ntechniques = map_forward(o->techniques, o->ntechniques, k, &o->nmapped);
    o->nsoftware = map_forward(o->software, o->nsoftware, k, &o->nmapped);
    str *all = ARENA_ARRAY(a, str, o->nunknown + o->ntechniques + o->nsoftware + 1);
    for (size_t i = 0; all && i < o->nunknown; i++) {
        all[i] = o->unknown[i];
    }
    if (!all) {
        return false;
    }
    o->unknown = all;
    list_unheard(o, k, ITEM_TECHNIQUE, o->techniques, o->ntechniques);
    list_unheard(o, k, ITEM_SOFTWARE, o->software, o->nsoftware);
    return true;
}
