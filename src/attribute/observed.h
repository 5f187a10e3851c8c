/* What was seen in a case, as items that can be held against what is known of actors.
 *
 *     {"id": "...", "techniques": ["T1505.003", ...], "software": ["S0020", ...], "date":
 * "2021-03"} */
#ifndef ATTRIBUTE_OBSERVED_H
#define ATTRIBUTE_OBSERVED_H

#include "attribute/actors.h"

struct observed {
    str id;          /* of the case; may be empty */
    str *techniques; /* each once, in order */
    size_t ntechniques;
    str *software;
    size_t nsoftware;
    double *technique_trust, *software_trust; /* 0 to 1, by item; NULL: all are to be believed */
    str *unknown; /* ids that are neither, or that nobody is known for: told, not dropped */
    size_t nunknown;
    size_t nmapped; /* ids that were revoked, and stand here as what they are today */
};

/* False: it is not such an object; the error names `source` and the line. */
bool observed_read(bytes json, const char *source, struct arena *a, struct observed *out,
                   struct err *err) MUST_USE;

/* Puts today's ids in place of revoked ones, and lists what the knowledge base has never heard of
 * among the unknown, where it stays an item. False when the arena is used up. */
bool observed_update(struct observed *o, const struct actors *k, struct arena *a) MUST_USE;

#endif
