#include "formats/web/columns.h"

#include <string.h>

static str columns_name(struct columns *c, size_t *used, str written)
{
    char *out = c->names_text + *used;
    size_t len = 0;
    bool header_of = str_find_char(written, '(') < written.len;
    for (size_t i = 0; i < written.len; i++) {
        char ch = written.p[i];
        if (header_of) {
            ch = ascii_lower(ch);
        }
        if (ch == '(') {
            ch = '-';
        }
        if (ch != ')') {
            out[len++] = ch;
        }
    }
    *used += len;
    return (str){out, len};
}

bool columns_bind(struct columns *c, const struct names *names, str header, char separator)
{
    if (c->count && str_eq(header, c->header)) {
        return true;
    }
    c->count = 0;
    if (!header.len || header.len > COLUMNS_TEXT) {
        return false;
    }
    memcpy(c->header_text, header.p, header.len);
    c->header = (str){c->header_text, header.len};
    size_t used = 0, count = 0;
    for (str rest = c->header, written; str_cut(&rest, separator, &written); count++) {
        if (count == COLUMNS_MAX) {
            return false;
        }
        str name = columns_name(c, &used, str_trim(written));
        c->list[count] = (struct column){name, names_find(names, name)};
    }
    c->count = count;
    return true;
}

int columns_find(const struct columns *c, str name)
{
    for (size_t i = 0; i < c->count; i++) {
        if (str_eq_nocase(c->list[i].name, name)) {
            return (int)i;
        }
    }
    return COLUMN_NONE;
}
