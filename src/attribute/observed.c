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

static bool keep(struct observed *o, str **list, size_t *count, size_t *cap, str id)
{
    str *grown =
        *count < OBSERVED_MAX ? arena_grow(o->arena, *list, cap, *count + 1, sizeof **list) : NULL;
    if (grown) {
        *list = grown;
        grown[(*count)++] = id;
    }
    return grown != NULL;
}

bool observed_add(struct observed *o, enum item_kind kind, str id)
{
    struct observed_items *items = &o->of[kind];
    return !holds(items->ids, items->count, id) &&
           keep(o, &items->ids, &items->count, &items->cap, id);
}

static bool add_unknown(struct observed *o, str id)
{
    return holds(o->unknown, o->nunknown, id) ||
           keep(o, &o->unknown, &o->nunknown, &o->unknown_cap, id);
}

/* An array of texts, each kept once; what no item of the kind looks like goes to the unknown. */
static bool read_list(const struct reading *r, enum item_kind kind, struct observed *out)
{
    enum json_token t = json_next(r->json);
    if (t == JSON_NULL) {
        return true;
    }
    if (t != JSON_ARRAY) {
        return refuse(r, "a list of ids is wanted here");
    }
    while ((t = json_next(r->json)) != JSON_ARRAY_END) {
        if (t != JSON_STRING || out->of[kind].count + out->nunknown >= OBSERVED_MAX) {
            return refuse(r, t == JSON_STRING ? "too many ids" : "a list holds ids between quotes");
        }
        str id = json_text(r->json, r->arena);
        if (item_is_spelled(kind, id)) {
            (void)observed_add(out, kind, id);
        } else if (!add_unknown(out, id)) {
            return refuse(r, "more than fits into memory");
        }
    }
    return true;
}

static bool read_member(const struct reading *r, struct observed *out)
{
    static const struct {
        const char *key;
        enum item_kind kind;
    } lists[] = {
        {"techniques",     ITEM_TECHNIQUE     },
        {"software",       ITEM_SOFTWARE      },
        {"infrastructure", ITEM_INFRASTRUCTURE},
        {"code",           ITEM_CODE          },
        {"flaws",          ITEM_FLAW          },
        {"targets",        ITEM_TARGET        },
        {"habits",         ITEM_HABIT         },
    };
    str key = json_text(r->json, r->arena);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        if (str_eq(key, str_of(lists[i].key))) {
            return read_list(r, lists[i].kind, out);
        }
    }
    enum json_token t = json_next(r->json);
    if (str_eq(key, STR("id")) && t == JSON_STRING) {
        out->id = json_text(r->json, r->arena);
        return true;
    }
    json_skip(r->json, t);
    return true;
}

bool observed_read(bytes json, uint64_t *at, const char *source, struct arena *a,
                   struct observed *out, struct err *err)
{
    struct json j = json_of(json);
    struct reading r = {.json = &j, .arena = a, .err = err, .source = source};
    j.at = *at;
    *out = (struct observed){.arena = a};
    if (json_next(&j) != JSON_OBJECT) {
        return refuse(&r, "this is not a JSON object");
    }
    enum json_token t;
    while ((t = json_next(&j)) == JSON_KEY) {
        if (!read_member(&r, out)) {
            return false;
        }
    }
    for (*at = j.at; *at < json.len && ascii_is_space((char)json.p[*at]); ++*at) {
    }
    return (t == JSON_OBJECT_END && !json_bad(&j)) || refuse(&r, "this is not valid JSON");
}

/* Two ids may have become one. */
static void map_forward(struct observed_items *items, const struct actors *k, size_t *mapped)
{
    size_t kept = 0;
    for (size_t i = 0; i < items->count; i++) {
        str id = actors_current(k, items->ids[i]);
        *mapped += !str_eq(id, items->ids[i]);
        if (!holds(items->ids, kept, id)) {
            if (items->trust) {
                items->trust[kept] = items->trust[i];
            }
            items->ids[kept++] = id;
        }
    }
    items->count = kept;
}

static bool list_unheard(struct observed *o, const struct actors *k, enum item_kind kind)
{
    const struct observed_items *items = &o->of[kind];
    bool ok = true;
    for (size_t i = 0; i < items->count && ok; i++) {
        ok = actors_item(k, kind, items->ids[i]) || actors_item_name(k, items->ids[i]) ||
             add_unknown(o, items->ids[i]);
    }
    return ok;
}

bool observed_update(struct observed *o, const struct actors *k)
{
    static const enum item_kind named[] = {ITEM_TECHNIQUE, ITEM_SOFTWARE};
    bool ok = true;
    for (size_t i = 0; i < ARRAY_LEN(named) && ok; i++) {
        map_forward(&o->of[named[i]], k, &o->nmapped);
        ok = list_unheard(o, k, named[i]);
    }
    return ok;
}
