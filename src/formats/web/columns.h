/* The columns of a text log, bound by the names its header gives, and the cells of a row.
 *
 * A header may come again, the same or another, any number of times: names live in room of
 * their own that is used again, so memory does not grow with them. */
#ifndef FORMATS_WEB_COLUMNS_H
#define FORMATS_WEB_COLUMNS_H

#include "base/arena.h"
#include "model/event.h"

enum { COLUMNS_MAX = 256, COLUMNS_TEXT = 16 << 10 };

struct column {
    str name; /* cs(User-Agent) is cs-user-agent, as Sigma has it */
    field_id id;
};

struct columns {
    struct column list[COLUMNS_MAX];
    size_t count;
    str header; /* what is bound, as written */
    char header_text[COLUMNS_TEXT], names_text[COLUMNS_TEXT];
};

enum { COLUMN_NONE = -1, CELLS_MAX = COLUMNS_MAX + 1 /* to see that there are too many */ };

/* False when there are too many columns, or none: then nothing is bound. */
bool columns_bind(struct columns *c, const struct names *names, str header, char separator);

/* The first column called so, without letter case; COLUMN_NONE. */
int columns_find(const struct columns *c, str name);

/* `-` is how web logs write that there is nothing. */
static inline str columns_value(str cell)
{
    return cell.len == 1 && cell.p[0] == '-' ? (str){cell.p, 0} : cell;
}

/* The cells of a row without quotes; how many there are, at most CELLS_MAX. */
size_t columns_split(str row, char separator, str cells[CELLS_MAX]);

#endif
