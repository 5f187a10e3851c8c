/* What the files of the TAXII server share. */
#ifndef SERVE_TAXII_PARTS_H
#define SERVE_TAXII_PARTS_H

#include "serve/taxii.h"

enum { TAXII_VALUES_MAX = 1 << 20 };

/* What a query asks for. */
struct taxii_wish {
    str id, type, version, spec;  /* comma lists; empty: not said */
    bool all_versions, all_specs; /* unless said otherwise */
    usec after;                   /* TIME_NONE: from the beginning */
    uint64_t limit, from;         /* objects an answer; the place in the collection's order */
};

/* False when the query cannot be understood. */
bool taxii_wish_of(str query, struct arena *a, struct taxii_wish *out);

struct taxii_page {
    const struct taxii_object **objects;
    size_t count;
    bool more;
    size_t next; /* place of the first that is not in it, when there is more */
};

/* NULL objects when memory is short. */
struct taxii_page taxii_select(const struct taxii_collection *c, const struct taxii_wish *w,
                               struct arena *a);

/* What somebody asked, and where the answer goes. */
struct taxii_turn {
    struct taxii *taxii;
    const struct http_request *request;
    struct http_answer *out;
    struct arena *arena;
};

void taxii_refuse(struct taxii_turn *t, unsigned status, const char *why);
void taxii_post(struct taxii_turn *t, struct taxii_root *root, struct taxii_collection *c);
void taxii_delete(struct taxii_turn *t, struct taxii_collection *c, str id);
bool taxii_has(const struct taxii_collection *c, str id);

#endif
