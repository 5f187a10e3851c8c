#include "formats/sheet.h"

/* Of a quoted cell, with its quotes; of any other up to the separator. */
static size_t length_of(str rest, char separator)
{
    size_t len = 1;
    if (!str_starts(rest, STR("\""))) {
        return str_find_char(rest, separator);
    }
    while (len < rest.len) {
        bool quote = rest.p[len] == '"';
        if (quote && !str_starts(str_from(rest, len + 1), STR("\""))) {
            return len + 1;
        }
        len += quote ? 2 : 1;
    }
    return rest.len;
}

size_t sheet_cells(str row, char separator, str cells[SHEET_CELLS])
{
    size_t count = 0, at = 0;
    while (at <= row.len && count < SHEET_CELLS) {
        str rest = str_from(row, at);
        size_t len = length_of(rest, separator);
        str cell = str_sub(rest, 0, len);
        bool quoted = cell.len > 1 && cell.p[0] == '"' && cell.p[cell.len - 1] == '"';
        cells[count++] = quoted ? str_sub(cell, 1, cell.len - 2) : cell;
        at += len + 1;
    }
    return count;
}

size_t sheet_find(const str *cells, size_t count, str name)
{
    size_t i = 0;
    while (i < count && !str_eq_nocase(cells[i], name)) {
        i++;
    }
    return i;
}
