/* Is a STIX 2.1 object what the standard says it must be?
 *
 * Only what a MUST or the schemas of the text ask for is looked at, so that what is merely unusual
 * is read. Who shares what limier cannot use is told why: the property, and a class of reason that
 * a script can count. A bundle or an array is as bad as the first bad one of its objects; who reads
 * one looks at each alone. */
#ifndef DETECT_STIX_OBJECTS_H
#define DETECT_STIX_OBJECTS_H

#include "detect/stix/stix.h"

enum stix_breach {
    STIX_SOUND,
    STIX_SHAPE,    /* no object, a property of another kind than it must be, an empty list */
    STIX_MISSING,  /* a property, or one of several */
    STIX_NAMING,   /* of types, properties and extensions */
    STIX_ID,       /* of the object, or one it refers to */
    STIX_TIME,     /* no time, or one before another that it cannot be before */
    STIX_VALUE,    /* out of what the property may hold */
    STIX_MARKING,  /* and what it marks */
    STIX_PATTERN,  /* of an indicator */
    STIX_CONFLICT, /* properties that exclude each other */
    STIX_BREACHES,
};

/* How names of what the standard does not know have to look: the older custom that prefixes are
 * needed is asked for by few. */
enum stix_naming { STIX_ANY_NAME, STIX_X_PREFIX, STIX_X_SOURCE_PREFIX };

struct stix_verdict {
    enum stix_breach breach;
    str property;    /* where; empty for the whole object */
    const char *why; /* a message id */
};

/* `a` is needed while it lasts. Members nest as deep as json.h allows. */
struct stix_verdict stix_object_check(const struct json_value *object, enum stix_naming naming,
                                      struct arena *a);

/* "missing", "time", ...: for scripts. */
const char *stix_breach_name(enum stix_breach b);

#endif
