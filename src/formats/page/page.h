/* A unit told as a server-side page, for formats of files that may be one besides. */
#ifndef FORMATS_PAGE_PAGE_H
#define FORMATS_PAGE_PAGE_H

#include "formats/format.h"

/* The first event of the unit, whose origin names the channel "page". What it makes stays in the
 * scratch arena. False: stop. */
bool page_tell(struct parse *p, const struct origin *origin);

#endif
