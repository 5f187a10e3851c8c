/* Events put together field by field, for reports of telephones. */
#ifndef FORMATS_PHONE_TELLING_H
#define FORMATS_PHONE_TELLING_H

#include "formats/format.h"
#include "formats/origins.h"

enum { TELLING_FIELDS = 64 };

struct telling {
    struct parse *p;
    struct origins origins;
    struct field fields[TELLING_FIELDS];
    size_t nfields;
    uint64_t record; /* of the last event */
    bool stopped;
};

/* In the arena of the parse; NULL, and noted, over its budget. */
struct telling *telling_new(struct parse *p);

/* A value that is empty, or one too many, is left out. Both are borrowed until the event is given.
 */
void telling_add(struct telling *t, const char *name, str value);

/* Gives what was added as one event, and begins anew. False: stop. */
bool telling_give(struct telling *t, const char *channel, usec time, uint64_t offset, uint64_t len);

#endif
