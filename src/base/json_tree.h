/* A JSON value as a tree, for whoever has to look at members in an order of his own: objects whose
 * checks refer to each other, canonical text. Evidence in bulk goes through json.h instead.
 *
 *     struct json_value *v = json_tree(text, arena, NODES_MAX, &fault);
 *     const struct json_value *name = json_member(v, STR("name"));
 *
 * Names and strings are decoded; they borrow from the input where nothing is escaped. Depth is
 * limited by json.h, the number of values by the caller, memory by the arena. */
#ifndef BASE_JSON_TREE_H
#define BASE_JSON_TREE_H

#include "base/buf.h"
#include "base/json.h"

struct json_value {
    enum json_token kind; /* JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_NUMBER, JSON_TRUE, ... */
    str name;             /* of a member of an object */
    str text;             /* STRING: decoded; NUMBER: as written */
    const struct json_value *first, *next; /* children of OBJECT and ARRAY, in their order */
    size_t count;                          /* of children */
};

enum json_fault { JSON_FINE, JSON_MALFORMED, JSON_TOO_LARGE };

/* The only value of `in`, or NULL with the reason and where. */
const struct json_value *json_tree(bytes in, struct arena *a, size_t values_max,
                                   enum json_fault *fault, uint64_t *at);

/* Of a name that stands twice the last; NULL when absent, or when `object` is none. */
const struct json_value *json_member(const struct json_value *object, str name);

/* The text of a string member; empty when it is absent or something else. */
str json_member_text(const struct json_value *object, str name);

static inline bool json_is(const struct json_value *v, enum json_token kind)
{
    return v && v->kind == kind;
}

/* RFC 8785: members by their names' UTF-16 units, the shortest numbers, no blanks. Numbers are
 * doubles there; one that is beyond them makes `out` bad. */
void json_canonical(struct buf *out, const struct json_value *v);

#endif
