/* Apple's property lists, binary or XML, as a tree; and what NSKeyedArchiver wrote into one.
 *
 * Hostile lists may hold themselves or grow without end when they are unfolded: depth and
 * the number of values are bounded, and `cut` says that a bound was reached. */
#ifndef FORMATS_PHONE_PLIST_H
#define FORMATS_PHONE_PLIST_H

#include "base/arena.h"
#include "model/time.h"

enum { PLIST_DEPTH = 64, PLIST_VALUES = 1 << 20 };

enum plist_type {
    PLIST_NULL,
    PLIST_BOOL,
    PLIST_INT,
    PLIST_REAL,
    PLIST_DATE,
    PLIST_DATA,
    PLIST_TEXT,
    PLIST_UID, /* of an archive: the number of an object */
    PLIST_ARRAY,
    PLIST_DICT,
};

struct plist {
    enum plist_type type;
    int64_t number;            /* BOOL, INT, UID */
    double real;               /* REAL; DATE: seconds since 2001 */
    bytes data;                /* DATA; TEXT: UTF-8 */
    const struct plist *items; /* ARRAY; DICT: key, value, key, value ... */
    size_t count;              /* of items: a DICT has twice as many as keys */
};

struct plist_read {
    struct plist top;
    bool cut;        /* a bound was reached: some of it is missing */
    uint64_t wrong;  /* values that could not be read; the first: */
    uint64_t offset; /* in the file */
};

bool plist_is(bytes head); /* binary, or XML */

/* False: not one, or nothing of it can be read. Everything is in `a`, or borrowed from `file`. */
bool plist_read(bytes file, struct arena *a, struct plist_read *out);

/* NULL where there is none, or `p` is NULL or no dictionary. */
const struct plist *plist_at(const struct plist *p, str key);

str plist_string(const struct plist *p);                /* empty when it is no text */
bytes plist_data(const struct plist *p);                /* likewise */
int64_t plist_number(const struct plist *p);            /* 0 when it is no number */
usec plist_time(const struct plist *p);                 /* of a DATE; TIME_NONE for others */
str plist_text(const struct plist *p, struct arena *a); /* of any but ARRAY and DICT */
usec time_of_apple(double seconds);                     /* since 2001-01-01 */

/* Archives: the object that `$top` names; what a UID stands for, or `p` itself. */
const struct plist *plist_archive_root(const struct plist *top);
const struct plist *plist_archive_get(const struct plist *top, const struct plist *p);

/* Part of plist_read(): plist_xml.c. */
bool plist_read_xml(bytes file, struct arena *a, struct plist_read *out);

#endif
