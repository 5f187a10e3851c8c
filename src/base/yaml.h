/* YAML documents as a tree with places, read with libyaml; for rules, dossiers and mappings.
 *
 * Input is hostile too: bytes, depth, nodes and alias expansion are limited. Scalars keep their
 * text and whether they were plain, so that each reader decides what `yes` or `0x10` means.
 * Aliases are followed by sharing the node; a cycle is an error. Duplicate keys are kept: the
 * reader decides. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/err.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    uint32_t line, column;                /* from 1 */
    str text;                             /* scalars */
    bool plain;                           /* scalars: written without quotes or block marks */
    const struct yaml_node *const *keys;  /* maps: scalars or not, as written */
    const struct yaml_node *const *items; /* lists and maps */
    size_t count;
    const struct yaml_node *next; /* the next document of the stream, on roots only */
};

/* Where it went wrong: `where.line` and `column` from 1, 0 when not known. */
struct yaml_error {
    uint32_t line, column;
    char text[256];
};

/* The first document, or NULL with `*error` set; an empty stream is an error. */
const struct yaml_node *yaml_read(struct arena *a, bytes in, struct yaml_error *error);

const struct yaml_node *yaml_get(const struct yaml_node *map, str key); /* NULL when absent */
str yaml_text(const struct yaml_node *map, str key); /* scalar under key, or empty */
bool yaml_is_null(const struct yaml_node *n);        /* plain, and empty, `~`, `null` */

#endif
