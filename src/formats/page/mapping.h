/* What .htaccess and .user.ini make a server run that it would not run by itself. */
#ifndef FORMATS_PAGE_MAPPING_H
#define FORMATS_PAGE_MAPPING_H

#include "model/event.h"
#include "model/names.h"

enum { MAPPING_FIELDS_MAX = 16 };

/* Adds `Maps` (an extension or a file that is no page by its name and becomes one) and `Prepends`
 * (a file that is run before or after each page) to `fields`; their number. What they borrow lies
 * in `text`. */
size_t mapping_fields(str path, str text, const struct names *names, struct field *fields);

#endif
