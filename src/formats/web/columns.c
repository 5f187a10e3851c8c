#include "formats/web/columns.h"

#include "base/reader.h"

#include <string.h>

/* What some proxies call otherwise than the rest. */
static const struct {
    str written, name;
} columns_renamed[] = {
    {STR_INIT("c-agent"),     STR_INIT("cs-user-agent")},
    {STR_INIT("cs-referred"), STR_INIT("cs-referer")   },
    {STR_INIT("cs-uri-path"), STR_INIT("cs-uri-stem")  },
    {STR_INIT("r-host"),      STR_INIT("cs-host")      },
    {STR_INIT("s-operation"), STR_INIT("cs-method")    },
};

static str columns_name(struct columns *c, size_t *used, str written)
{
    for (size_t i = 0; i < ARRAY_LEN(columns_renamed); i++) {
        if (str_eq(columns_renamed[i].written, written)) {
            return columns_renamed[i].name;
        }
    }
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

/* Eight bytes at once: the high bit of each byte that is the separator. */
static uint64_t columns_hits(uint64_t word, uint64_t separators)
{
    const uint64_t lows = 0x7f7f7f7f7f7f7f7f;
    uint64_t x = word ^ separators;
    return ~(((x & lows) + lows) | x | lows);
}

size_t columns_split(str row, char separator, str cells[CELLS_MAX])
{
    uint64_t separators = UINT64_C(0x0101010101010101) * (uint8_t)separator;
    const uint8_t *p = (const uint8_t *)row.p;
    size_t count = 0, start = 0, at = 0;
    for (; at + 8 <= row.len; at += 8) {
        for (uint64_t hits = columns_hits(load_u64le(p + at), separators); hits; hits &= hits - 1) {
            size_t end = at + (size_t)__builtin_ctzll(hits) / 8;
            cells[count] = (str){row.p + start, end - start};
            count += count < COLUMNS_MAX;
            start = end + 1;
        }
    }
    for (; at < row.len; at++) {
        if (row.p[at] == separator) {
            cells[count] = (str){row.p + start, at - start};
            count += count < COLUMNS_MAX;
            start = at + 1;
        }
    }
    cells[count] = (str){row.p + start, row.len - start};
    return count + 1;
}
