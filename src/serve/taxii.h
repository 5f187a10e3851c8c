/* A TAXII 2.1 server without its socket: a request in, an answer out, over collections in memory.
 *
 *     struct taxii t = {.title = STR("limier"), .roots = &root, .nroots = 1, .page = 1000, ...};
 *     taxii_arrange(&collection, &arena)        after objects were added
 *     taxii_answer(&t, &request, &answer, &scratch);
 *
 * Collections that nobody may write to are the rule; objects written to the others live as long as
 * `t` does. Facts: the TAXII 2.1 text; where it leaves room, as its reference server does, except
 * that a missing slash is no redirect, and that whoever says not what he accepts gets an answer. */
#ifndef SERVE_TAXII_H
#define SERVE_TAXII_H

#include "model/time.h"
#include "serve/message.h"

#define TAXII_MEDIA "application/taxii+json;version=2.1"
#define STIX_MEDIA  "application/stix+json;version="

struct taxii_object {
    str json;           /* as it was written */
    str id, type, spec; /* "2.1" */
    str version;        /* `modified`, else `created`, as written */
    usec moment, added; /* of the version; when it came here */
    uint32_t number;    /* in the order of coming */
    uint32_t family;    /* of those with the same id; set by taxii_arrange */
};

struct taxii_collection {
    str id, title, description;
    bool can_read, can_write;
    str media[2]; /* of its objects */
    struct taxii_object *objects;
    size_t count, cap, families;
};

struct taxii_status {
    str id, json;
};

struct taxii_root {
    str name, title, description; /* name: of the path */
    uint64_t longest;             /* body that is taken, bytes */
    struct taxii_collection *collections;
    size_t ncollections;
    struct taxii_status *statuses;
    size_t nstatuses, statuses_cap;
};

struct taxii {
    str title, description, contact;
    str origin; /* "http://localhost:5000": roots are told with it in front */
    struct taxii_root *roots;
    size_t nroots, usual; /* the root that is told as the default */
    struct http_access access;
    size_t page;         /* objects an answer, at most */
    struct arena *arena; /* of what is written to collections */
    usec now;
};

void taxii_answer(struct taxii *t, const struct http_request *r, struct http_answer *out,
                  struct arena *a);

/* The object that `json` is, or false when it has no type and id. Its texts borrow from `json` or
 * live in `a`. Without a time of its own, `added` is its version. */
bool taxii_object_of(bytes json, usec added, struct arena *a, struct taxii_object *out);

/* False when memory is short. */
bool taxii_add(struct taxii_collection *c, const struct taxii_object *o, struct arena *a) MUST_USE;

/* Brings them in the order in which they are told. */
bool taxii_arrange(struct taxii_collection *c, struct arena *a) MUST_USE;

/* "2014-05-08T09:00:00.000000Z": always to the microsecond. */
str taxii_stamp(struct arena *a, usec t);

#endif
