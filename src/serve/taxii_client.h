/* A TAXII 2.1 client without its socket: what to ask, and what an answer says or lacks. */
#ifndef SERVE_TAXII_CLIENT_H
#define SERVE_TAXII_CLIENT_H

#include "base/json_tree.h"
#include "base/table.h"
#include "serve/envelope.h"
#include "serve/taxii.h"

enum taxii_fault {
    TAXII_FINE,
    TAXII_HTTP,     /* a status that is no success */
    TAXII_TYPE,     /* another media type */
    TAXII_NO_JSON,  /* or more of it than one reads */
    TAXII_INVALID,  /* a property is missing, or another than it must be */
    TAXII_ACCESS,   /* the collection does not allow it */
    TAXII_ARGUMENT, /* a filter that cannot be asked for */
    TAXII_CIRCLE,   /* pages that lead to each other, or nowhere */
};

struct taxii_problem {
    enum taxii_fault fault;
    const char *property;
};

/* The body of an answer: FINE when its status and media type are right. */
bool taxii_is_answer(unsigned status, str type, struct taxii_problem *p);

/* NULL with a problem. In `a`, borrowing from `body`. */
const struct json_value *taxii_body(bytes body, struct arena *a, struct taxii_problem *p);

enum taxii_kind { TAXII_DISCOVERY, TAXII_ROOT, TAXII_COLLECTION };

/* By its members: who has the address of one may give it instead of that of the whole. */
enum taxii_kind taxii_kind_of(const struct json_value *v);

bool taxii_is_discovery(const struct json_value *v, struct taxii_problem *p);
bool taxii_read_root(const struct json_value *v, struct taxii_root *out, struct taxii_problem *p);
/* `id` empty: any. */
bool taxii_read_collection(const struct json_value *v, str id, struct taxii_collection *out,
                           struct taxii_problem *p);

struct taxii_outcome { /* of what was sent */
    str id;
    bool complete;
    uint64_t total, good, bad, pending;
};

bool taxii_read_status(const struct json_value *v, struct taxii_outcome *out,
                       struct taxii_problem *p);

/* Before anything is sent. */
bool taxii_may_read(const struct taxii_collection *c, struct taxii_problem *p);
bool taxii_may_write(const struct taxii_collection *c, struct taxii_problem *p);

/* `base`, which may lack its last slash, and `below` it. In `a`, NUL-terminated. */
str taxii_address(struct arena *a, str base, str below);
/* What an answer of `base` calls another address: absolute, or a path. */
str taxii_resolve(struct arena *a, str base, str address);

struct taxii_filter {
    str name, values; /* "type", "indicator,malware"; also added_after, limit and next */
};

/* "?match%5Btype%5D=indicator,malware", or empty without filters. */
bool taxii_query(struct arena *a, const struct taxii_filter *filters, size_t count, str *out,
                 struct taxii_problem *p);

/* ---- pages */

enum { TAXII_PAGES_MAX = 100000, TAXII_EMPTY_MAX = 8 };

struct taxii_pages {
    struct arena *arena;
    struct table seen; /* every `next`, so that none is followed twice */
    str after, next;   /* what the following question says; empty: nothing */
    size_t pages, empty;
};

void taxii_pages_begin(struct taxii_pages *p, str after, struct arena *a);

/* After a page: is there another to ask for? `last` is its X-TAXII-Date-Added-Last. False with
 * FINE at the end. */
bool taxii_pages_turn(struct taxii_pages *p, const struct envelope *e, str last,
                      struct taxii_problem *problem);

#endif
