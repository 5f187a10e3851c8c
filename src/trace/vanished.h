/* Pages that ASP.NET compiled, which were therefore asked for and run, and that are not on disk any
 * more: in a collection that holds others of their folder there is no file of their name. */
#ifndef TRACE_VANISHED_H
#define TRACE_VANISHED_H

#include "model/finding.h"
#include "model/unit.h"

struct vanished {
    const struct finding *mark; /* of the page: what ASP.NET keeps */
    str page;                   /* its path on the server, as the mark says */
    usec marked;                /* when the mark was last written; TIME_NONE: not known */
};

/* `units` ordered by path. Where half of the pages that a folder's marks name are gone, the folder
 * was not collected whole or the program was updated: none is told. False over budget. */
bool trace_vanished(const struct finding *findings, size_t nfindings, const struct unit_row *units,
                    size_t nunits, struct arena *a, struct vanished **out, size_t *count);

extern const struct rule_info rule_vanished;

#endif
