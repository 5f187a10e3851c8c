/* A way out: a constant struct in one file, a line in exporters.list.
 *
 * Pure apart from its input: it writes into a buffer, and the same report gives the same bytes.
 * Formats for machines are in English whatever the reader's language. */
#ifndef EXPORT_EXPORTER_H
#define EXPORT_EXPORTER_H

#include "base/buf.h"
#include "export/report.h"
#include "export/sharing.h"

struct export_style { /* what a reader may wish; only `text` looks at all of it */
    enum lang lang;
    const struct catalog *catalog; /* of that language */
    unsigned width;                /* columns */
    bool colour;
    bool full;              /* text: all there is, instead of a page and a half */
    enum level min_level;   /* findings below it are left out, unless a sentence rests on them */
    struct sharing sharing; /* of exporters that are `shared` */
};

struct exporter {
    const char *name;
    const char *title; /* a message id: what it is for */
    void (*write)(const struct report *r, const struct export_style *style, struct buf *out);
    bool shared; /* leaves the house: under a mark, without the victim */
};

extern const struct exporter *const exporters[]; /* ended by NULL, in the order of the list */

const struct exporter *exporter_named(str name); /* NULL when there is none */

#endif
