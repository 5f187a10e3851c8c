/* A pull parser for JSON (RFC 8259) over bytes in memory: no tree, no allocation but for
 * strings that hold escapes. Bad input stops it with json_bad() and the offset.
 *
 *     struct json j = json_of(bytes);
 *     for (enum json_token t = json_next(&j); t != JSON_END; t = json_next(&j)) ...
 *
 * Depth is limited to JSON_MAX_DEPTH. After the top-level value json_next gives JSON_END and
 * `at` stands behind it, so that values can follow each other (JSON lines). */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/arena.h"

enum { JSON_MAX_DEPTH = 64 };

enum json_token {
    JSON_END, /* the value is complete, or the input is bad: ask json_bad() */
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
};

struct json {
    bytes in;
    uint64_t at;
    str raw;      /* of KEY and STRING: between the quotes, undecoded; NUMBER: its text */
    bool escaped; /* raw holds a backslash: json_text() decodes */
    bool bad;
    uint8_t depth;
    uint8_t state;
    uint64_t arrays; /* a bit a level: array or object */
};

struct json json_of(bytes in);
enum json_token json_next(struct json *j);
bool json_bad(const struct json *j);

/* The text of the KEY, STRING or NUMBER just read, as UTF-8; borrowed when nothing is escaped. */
str json_text(const struct json *j, struct arena *a);

/* Skips the rest of the value whose first token was just read. */
void json_skip(struct json *j, enum json_token first);

#endif
