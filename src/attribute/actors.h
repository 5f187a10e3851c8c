/* What is known of actors: which techniques and which software reports credit to each of them.
 *
 * A knowledge base is text, a line an actor, its columns between tabs:
 *
 *     id  name  country  reports  technique=n,...  software=n,...
 *
 * `reports` are the dates of the reports on the actor, separated by commas; n is how many of them
 * say so. A line that begins with # is a remark. */
#ifndef ATTRIBUTE_ACTORS_H
#define ATTRIBUTE_ACTORS_H

#include "base/err.h"
#include "base/table.h"

enum item_kind { ITEM_TECHNIQUE, ITEM_PARENT, ITEM_SOFTWARE, ITEM_KINDS };

/* One actor has an item: `count` reports say so. */
struct holder {
    uint32_t actor, count;
};

/* A technique, a technique without its sub-technique, or software; and who has it. */
struct item {
    str id;
    struct holder *holders; /* in order of actor */
    uint32_t nholders, cap;
};

struct items {
    struct table table;
    struct item *list;
    size_t count, cap;
};

struct actor {
    str id, name, country; /* country: where others suspect it to work from; often empty */
    uint32_t reports;
    bool live; /* something is known of it */
};

struct actors {
    struct arena *arena;
    struct actor *list;
    size_t count, cap;
    size_t live;
    struct table by_id;
    struct items items[ITEM_KINDS];
};

/* `text` is borrowed and must outlive `out`. False: a line does not follow the form; the error
 * names `source` and the line. */
bool actors_read(str text, const char *source, struct arena *a, struct actors *out,
                 struct err *err) MUST_USE;

/* NULL when nobody has it. */
const struct item *actors_item(const struct actors *k, enum item_kind kind, str id);

const struct actor *actors_named(const struct actors *k, str id); /* by id; NULL */

str technique_parent(str technique); /* T1505.003 is T1505 */
bool is_technique_id(str s);         /* T1505, T1505.003 */
bool is_software_id(str s);          /* S0020 */

#endif
