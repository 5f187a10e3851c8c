/* The insides of attack_bundle.c: what was read of bundles, and how it becomes text. */
#ifndef ATTRIBUTE_ATTACK_PARTS_H
#define ATTRIBUTE_ATTACK_PARTS_H

#include "base/buf.h"
#include "base/json.h"
#include "base/table.h"

enum { ATTACK_TEXT_MAX = 1 << 26 };

enum type { TYPE_GROUP, TYPE_CAMPAIGN, TYPE_SOFTWARE, TYPE_TECHNIQUE, TYPE_COUNT };

struct object { /* of one of the types */
    enum type type;
    str id;   /* ATT&CK's: G0125 */
    str uuid; /* STIX's */
    str name, aliases;
    str successor;
    bool revoked, dead;
    struct use *uses; /* newest first */
};

struct use { /* of a technique or software, by a group or campaign */
    enum type type;
    str id;
    str sources; /* numbers between plus signs; empty: none is cited */
    struct use *next;
};

enum link_kind { LINK_NONE, LINK_USES, LINK_REVOKED_BY, LINK_ATTRIBUTED_TO };

struct link { /* a relationship, whose ends may stand behind it in the bundle */
    enum link_kind kind;
    str from, to, sources;
};

struct report {
    str where, date; /* no date: none is told */
    bool cited;      /* for what a group uses */
};

struct bundle {
    struct arena *arena;
    struct json json;
    struct table by_stix, by_where;
    struct object *objects;
    size_t nobjects, objects_cap;
    struct link *links;
    size_t nlinks, links_cap;
    struct report *reports;
    size_t nreports, reports_cap;
    bool full;
};

/* "Who. (2021, March 2). Title. Retrieved March 3, 2021." gives 2021-03-02; empty when no date is
 * in it. */
str citation_date(str description, struct arena *a);

/* Writes the lines of actors.h. How many groups there are. */
size_t attack_write(struct bundle *b, struct buf *out);

#endif
