#include "serve/envelope.h"

#include "base/json.h"

struct walk {
    struct json json;
    on_object *found; /* NULL: only looking */
    void *ctx;
    struct envelope seen;
    bool listed;
    struct arena *arena; /* NULL: `next` is not asked for */
};

/* `t` was just read, and begins so many bytes back. */
static size_t length_of(const struct json *j, enum json_token t)
{
    return t == JSON_OBJECT || t == JSON_ARRAY ? 1 : t == JSON_STRING ? j->raw.len + 2 : j->raw.len;
}

static void each_item(struct walk *w)
{
    struct json *j = &w->json;
    for (enum json_token t = json_next(j); t != JSON_ARRAY_END && t != JSON_END; t = json_next(j)) {
        uint64_t from = j->at - length_of(j, t);
        json_skip(j, t);
        w->seen.count++;
        if (w->found && !json_bad(j)) {
            w->found(w->ctx, (bytes){j->in.p + from, (size_t)(j->at - from)});
        }
    }
}

static void member(struct walk *w, str name)
{
    struct json *j = &w->json;
    enum json_token t = json_next(j);
    if (str_eq(name, STR("objects")) && t == JSON_ARRAY && !w->listed) {
        w->listed = true;
        each_item(w);
    } else if (str_eq(name, STR("more"))) {
        w->seen.more = t == JSON_TRUE;
        json_skip(j, t);
    } else if (str_eq(name, STR("next")) && t == JSON_STRING && w->arena) {
        w->seen.next = arena_str(w->arena, json_text(j, w->arena));
    } else {
        json_skip(j, t);
    }
}

static enum envelope_fault walk(struct walk *w)
{
    struct json *j = &w->json;
    enum json_token t = json_next(j);
    bool is_object = t == JSON_OBJECT;
    if (!is_object) {
        json_skip(j, t);
    }
    while (is_object && t != JSON_END) {
        t = json_next(j);
        if (t == JSON_KEY) {
            member(w, j->raw);
        }
    }
    bool blank = str_trim(str_from(str_of_bytes(j->in), (size_t)j->at)).len == 0;
    return json_bad(j) || !blank ? ENVELOPE_NO_JSON
           : w->listed           ? ENVELOPE_FINE
                                 : ENVELOPE_NO_OBJECTS;
}

enum envelope_fault envelope_look(bytes in, struct arena *a, struct envelope *out)
{
    struct walk w = {.json = json_of(in), .arena = a};
    enum envelope_fault fault = walk(&w);
    *out = w.seen;
    return fault;
}

enum envelope_fault envelope_each(bytes in, on_object *found, void *ctx)
{
    struct envelope ignored;
    enum envelope_fault fault = envelope_look(in, NULL, &ignored);
    struct walk w = {.json = json_of(in), .found = found, .ctx = ctx};
    return fault == ENVELOPE_FINE ? walk(&w) : fault;
}
