/* What was seen in a case, as items that can be held against what is known of actors.
 *
 *     {"id": "...", "techniques": ["T1505.003", ...], "software": ["S0020", ...],
 *      "infrastructure": ["203.0.113.7", "evil.example"], "code": ["<hash, password, text>"],
 *      "flaws": ["CVE-2021-26855"], "targets": ["sector:defence"], "habits": ["hours:UTC+8"]}
 *
 * Other members are ignored. */
#ifndef ATTRIBUTE_OBSERVED_H
#define ATTRIBUTE_OBSERVED_H

#include "attribute/actors.h"

struct observed_items {
    str *ids; /* each once, in order */
    size_t count, cap;
    double *trust; /* 0 to 1, by item; NULL: all are to be believed */
};

struct observed {
    struct arena *arena;
    str id;                               /* of the case; may be empty */
    struct observed_items of[ITEM_KINDS]; /* none of parents: techniques stand for them */
    str *unknown; /* ids that are neither, or that nobody is known for: told, not dropped */
    size_t nunknown, unknown_cap;
    size_t nmapped; /* ids that were revoked, and stand here as what they are today */
};

/* Reads the object at `*at`, which then stands behind it and the white space that follows: objects
 * may follow each other. False: it is not such an object; the error names `source` and the line. */
bool observed_read(bytes json, uint64_t *at, const char *source, struct arena *a,
                   struct observed *out, struct err *err) MUST_USE;

/* Adds an item, unless it is there, or there is no room: then false. */
bool observed_add(struct observed *o, enum item_kind kind, str id);

/* Puts today's ids in place of revoked ones, and lists what the knowledge base has never heard of
 * among the unknown, where it stays an item. False when the arena is used up. */
bool observed_update(struct observed *o, const struct actors *k) MUST_USE;

#endif
