/* The cells of a row of a sheet: separated, and in RFC 4180's double quotes where they hold the
 * separator. A row is one line. */
#ifndef FORMATS_SHEET_H
#define FORMATS_SHEET_H

#include "base/str.h"

enum { SHEET_CELLS = 64 };

/* How many, at most SHEET_CELLS. Borrowed, without their quotes; a doubled quote stays doubled. */
size_t sheet_cells(str row, char separator, str cells[SHEET_CELLS]);

/* The first cell called so, without letter case; `count` when there is none. */
size_t sheet_find(const str *cells, size_t count, str name);

#endif
