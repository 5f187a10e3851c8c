/* The inside of the compiler of binary XML: what is read between tags. evtx_template.h is what the
 * rest of the format sees. */
#ifndef FORMATS_WINDOWS_EVTX_COMPILE_H
#define FORMATS_WINDOWS_EVTX_COMPILE_H

#include "formats/windows/evtx_template.h"

enum { EVTX_MORE = 0x40 }; /* in a token */

struct evtx_compiler {
    struct reader *r;
    bytes chunk;
    const struct names *names;
    struct arena *arena;
    bool in_definition;  /* elements carry a dependency, and seams are wanted */
    const uint8_t *copy; /* of the definition, which outlives the chunk; NULL for elements */
    bool over_budget;

    struct evtx_item *items;
    size_t count, cap;
    struct evtx_seam *seams;
    size_t nseams, seams_cap;
    uint32_t seams_from;
};

/* The text between two tags, or of an attribute. */
struct evtx_content {
    struct evtx_part *parts;
    size_t count, cap;
    bool has_elements;
};

/* Ends the compiling for want of memory. */
void evtx_over_budget(struct evtx_compiler *c);

uint8_t evtx_peek(const struct evtx_compiler *c); /* the next byte; 0 at the end */

/* A u32 that says how long something is; nobody needs it. */
void evtx_skip_size(struct evtx_compiler *c);

str evtx_read_name(struct evtx_compiler *c);

/* Reads one token of text; false when another kind of token stands there. */
bool evtx_read_text(struct evtx_compiler *c, struct evtx_content *to);

/* What the content says, without a name yet. */
struct evtx_item evtx_content_item(struct evtx_compiler *c, const struct evtx_content *from);

#endif
