/* Names of fields, as they stand in front of their values: spelled once.
 *
 * Events of one kind have the same names in the same order. So the names are kept as a tree: each
 * is a name behind those above it, and the names of an event are a way down, most often one that
 * was gone before. */
#ifndef ENGINE_KNOWN_NAMES_H
#define ENGINE_KNOWN_NAMES_H

#include "base/arena.h"
#include "model/event.h"

enum {
    KNOWN_NAMES_MAX = 64, /* of an event; those of more are not kept */
    KNOWN_NAME_STEP = 16, /* a key may be read up to a multiple of this */
};

struct known_name {
    str name, key;   /* Name, and ,"Name": */
    uint32_t first;  /* which name of the event is the first like it: most often itself */
    uint32_t count;  /* of those below */
    bool any_repeat; /* here or above */
    struct known_name *above, *below, *beside;
};

/* Zero it and give its arena a budget. */
struct known_names {
    struct arena arena;
    struct known_name *root;
    bool full; /* there was one it could not keep */
};

/* Between units: forgets all when it is full. */
void known_names_tidy(struct known_names *k);

/* The names of `e` in their order, as `way`; false when they cannot be kept. */
bool known_names_of(struct known_names *k, const struct event *e,
                    const struct known_name *way[KNOWN_NAMES_MAX]);

static inline str known_name_of(const struct field *f)
{
    return f->name.len > 0 ? f->name : STR("Data");
}

#endif
