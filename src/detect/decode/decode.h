/* Values that hide other values: names made up by an implant that hold who asks, and when. A rule
 * says in its `limier` section which field is written so, and how:
 *
 *     decode: {field: 'query|QueryName', with: sunburst-name}
 *
 * What comes out are fields of the finding, `Decoded` all of it in one line. */
#ifndef DETECT_DECODE_DECODE_H
#define DETECT_DECODE_DECODE_H

#include "model/finding.h"

enum { DECODED_MAX = 6 };

struct decoded {
    struct named_value fields[DECODED_MAX]; /* texts in the arena */
    size_t count;
};

bool decode_knows(str scheme);

/* False: there is no such scheme, or the value is not written so. */
bool decode_value(str scheme, str value, struct arena *a, struct decoded *out);

/* One scheme, in decode_sunburst.c. */
bool decode_sunburst_name(str value, struct arena *a, struct decoded *out);

#endif
