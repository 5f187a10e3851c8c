/* What an event or a file shows, as objects of STIX. */
#ifndef DETECT_STIX_SEEN_H
#define DETECT_STIX_SEEN_H

#include "detect/stix/stix.h"
#include "model/event.h"

enum stix_thing {
#define THING(name, type, of, by) THING_##name,
#include "detect/stix/things.def"
#undef THING
    THINGS,
    THING_NONE = THINGS,
};

struct stix_showing { /* what a field shows */
    uint8_t thing, reading;
    str property;
};

/* By field_id; those of no interest have THING_NONE. NULL over budget. */
struct stix_showing *stix_showings(struct arena *a, const struct names *names, size_t *count);

struct stix_seen {
    struct stix_observation observation;
    struct stix_object objects[THINGS];
};

/* False when it shows nothing, or over the budget of `a`, where all of it lives. */
bool stix_seen_event(struct stix_seen *out, const struct stix_showing *showings, size_t count,
                     const struct event *e, struct arena *a);
bool stix_seen_file(struct stix_seen *out, str path, uint64_t size, const uint8_t *sha256,
                    struct arena *a);

/* Can evidence show objects of this type? */
bool stix_is_seen(str type);

#endif
