/* What is known of actors: which techniques and which software reports credit to each of them.
 *
 * A knowledge base is text, a line an actor, its columns between tabs:
 *
 *     id  name  country  reports  technique=n,...  software=n,...  [aliases]
 *
 * `reports` are the dates of the reports on the actor, separated by commas; n is how many of them
 * say so, or, as technique@12+77, which: then their count is n. `aliases` stand between bars.
 * Lines of other kinds begin with their kind:
 *
 *     source  number  date  where it can be read
 *     item    id  name  id of its successor (revoked; else empty)  [UUID of ATT&CK's object]
 *     alias   actor  aliases between bars
 *     said    actor  words  who  date  confidence  where it can be read
 *     known   actor  kind  value  date  reliability in %  where it can be read
 *
 * The kinds of what else is known are those of item_kind_name, but for techniques and software. A
 * line that begins with # is a remark. */
#ifndef ATTRIBUTE_ACTORS_H
#define ATTRIBUTE_ACTORS_H

#include "base/err.h"
#include "base/table.h"

enum item_kind {
    ITEM_TECHNIQUE,
    ITEM_PARENT, /* a technique without its sub-technique */
    ITEM_SOFTWARE,
    ITEM_INFRASTRUCTURE, /* an address, a domain, a URL: lower case */
    ITEM_CODE,           /* a hash, a password, a key, a text in a program: of one's own making */
    ITEM_FLAW,           /* CVE-2021-26855 */
    ITEM_TARGET,         /* sector:defence, country:FR */
    ITEM_HABIT,          /* hours:UTC+8, language:zh */
    ITEM_KINDS
};

/* Kinds of evidence that one hand could leave without the other. */
enum family {
    FAMILY_TECHNIQUES, /* with parents and flaws */
    FAMILY_SOFTWARE,
    FAMILY_INFRASTRUCTURE,
    FAMILY_CODE,
    FAMILY_TARGETS,
    FAMILY_HABITS,
    FAMILIES
};

/* One actor has an item: `count` reports say so. */
struct holder {
    uint32_t actor, count;
    float reliability; /* 0 to 1, of the best of them */
    str sources;       /* their numbers, between plus signs; empty when only their count is known */
};

/* What an actor can be known for, and who is. */
struct item {
    str id;
    struct holder *holders;
    uint32_t nholders, cap;
};

struct items {
    struct table table;
    struct item *list;
    size_t count, cap;
};

struct actor {
    str id, name, country;     /* country: where others suspect it to work from; often empty */
    str aliases, more_aliases; /* between bars */
    uint32_t reports;
    bool live; /* something is known of it */
};

struct cited {
    str number, date, where;
};

struct item_name { /* of a technique or software, whoever has it */
    str id, name, successor, stix;
};

/* What somebody said in public of an actor: its words, not ours. */
struct statement {
    str actor, words, who, date, confidence, where;
};

struct actors {
    struct arena *arena;
    struct actor *list;
    size_t count, cap;
    size_t live;
    struct table by_id;
    struct items items[ITEM_KINDS];
    struct table by_source, by_name;
    struct cited *sources;
    size_t nsources, sources_cap;
    struct item_name *names;
    size_t nnames, names_cap;
    struct statement *said; /* in the order read */
    size_t nsaid, said_cap;
};

void actors_init(struct actors *k, struct arena *a);

/* `text` is borrowed and must outlive `k`. False: a line does not follow the form; the error names
 * `source` and the line. Knowledge may come in several texts; an actor stands in one of them. */
bool actors_add(struct actors *k, str text, const char *source, struct err *err) MUST_USE;

/* Both, of one text; knowing no actor is refused, too. */
bool actors_read(str text, const char *source, struct arena *a, struct actors *out,
                 struct err *err) MUST_USE;

const char *item_kind_name(enum item_kind kind); /* technique, parent, software, ... */
enum family item_family(enum item_kind kind);
const char *family_name(enum family f);

/* Could a stranger leave it to be found? */
bool item_plantable(enum item_kind kind);

/* Is `s` spelled as an item of this kind is? */
bool item_is_spelled(enum item_kind kind, str s);

/* NULL when nobody has it. */
const struct item *actors_item(const struct actors *k, enum item_kind kind, str id);

const struct actor *actors_named(const struct actors *k, str id);    /* by id; NULL */
const struct actor *actors_called(const struct actors *k, str name); /* by id, name or alias */

const struct cited *actors_source(const struct actors *k, str number); /* NULL */

/* NULL when it has no name here. */
const struct item_name *actors_item_name(const struct actors *k, str id);

/* The id that stands for it today: its successor's, when it was revoked. */
str actors_current(const struct actors *k, str id);

str technique_parent(str technique); /* T1505.003 is T1505 */
bool is_technique_id(str s);         /* T1505, T1505.003 */
bool is_software_id(str s);          /* S0020 */

#endif
