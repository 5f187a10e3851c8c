/* Everything a format says about a unit, as JSON lines: for golden files, and to compare. */
#ifndef TESTS_GOLDEN_RECORD_H
#define TESTS_GOLDEN_RECORD_H

#include "base/buf.h"
#include "formats/format.h"

struct record_options {
    uint64_t from, to;     /* to 0: the whole unit */
    uint64_t arena_budget; /* 0: plenty */
    bool heads_only;       /* nobody wants the fields */
    bool carve;            /* look for what the unit has given up too */
    struct memory *memory; /* from one unit to the next; may be NULL */
};

/* Adds to `out`, which has room enough or goes bad. */
void record_unit(const struct format *f, bytes unit, str path, const struct record_options *o,
                 struct buf *out);

/* The same, in parts of about `step` bytes, as one worker would read it that remembers the parts
 * before, or, without memory, as several. */
void record_parts(const struct format *f, bytes unit, str path, uint64_t step,
                  struct memory *memory, struct buf *out);

#endif
