/* What was seen in a case, as items that can be held against what is known of actors.
 *
 *     {"id": "...", "techniques": ["T1505.003", ...], "software": ["S0020", ...], "date":
 * "2021-03"} */
#ifndef ATTRIBUTE_OBSERVED_H
#define ATTRIBUTE_OBSERVED_H

#include "base/arena.h"
#include "base/err.h"

struct observed {
    str id;          /* of the case; may be empty */
    str *techniques; /* each once, in order */
    size_t ntechniques;
    str *software;
    size_t nsoftware;
    str *unknown; /* ids that are neither: told, not dropped */
    size_t nunknown;
};

/* False: it is not such an object; the error names `source` and the line. */
bool observed_read(bytes json, const char *source, struct arena *a, struct observed *out,
                   struct err *err) MUST_USE;

#endif
