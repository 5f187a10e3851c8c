/* GetThis.csv of DFIR-ORC, which lies in an archive beside the samples that it lists: how each was
 * called on its host, and when it was last written there. The names in the archive keep neither. */
#ifndef FORMATS_ARCHIVE_SAMPLES_H
#define FORMATS_ARCHIVE_SAMPLES_H

#include "base/table.h"
#include "model/time.h"

struct sample {
    str path;      /* `/` between components, without the drive: `Windows/x.evtx` */
    usec modified; /* TIME_NONE: not known */
};

struct samples {
    struct table names; /* as in the archive, to the number in `items` */
    struct sample *items;
    size_t count, cap;
};

bool samples_is_list(str member);   /* GetThis.csv */
bool samples_is_sample(str member); /* is called as a sample or the list */

/* What the list says; what does not fit into the arena is left out. */
void samples_read(struct samples *s, struct arena *a, str csv);

/* NULL when the list does not name it. */
const struct sample *samples_find(const struct samples *s, str member);

#endif
