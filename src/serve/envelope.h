/* A TAXII envelope or a STIX bundle: its objects as the bytes they were written in, so that what
 * this program does not know is handed on unchanged. */
#ifndef SERVE_ENVELOPE_H
#define SERVE_ENVELOPE_H

#include "base/arena.h"

enum envelope_fault { ENVELOPE_FINE, ENVELOPE_NO_JSON, ENVELOPE_NO_OBJECTS };

struct envelope { /* of a page */
    bool more;
    str next; /* empty: not told */
    size_t count;
};

/* All of the text is looked at; `next` lives in `a`. An empty object is an envelope without
 * objects: NO_OBJECTS. */
enum envelope_fault envelope_look(bytes in, struct arena *a, struct envelope *out);

typedef void on_object(void *ctx, bytes json); /* whatever stands in the list, objects or not */

/* Nothing is found in what is not FINE. */
enum envelope_fault envelope_each(bytes in, on_object *found, void *ctx);

#endif
