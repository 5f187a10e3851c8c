#include "formats/web/columns.h"

#include "base/reader.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

#ifdef __SSE2__

enum { COLUMNS_BLOCK = 16, COLUMNS_BITS = 1 };

/* A bit for each byte that is the separator, among the COLUMNS_BITS that stand for it. */
static uint64_t columns_hits(const uint8_t *p, char separator)
{
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(separator)));
}

#else

enum { COLUMNS_BLOCK = 8, COLUMNS_BITS = 8 };

static uint64_t columns_hits(const uint8_t *p, char separator)
{
    const uint64_t lows = 0x7f7f7f7f7f7f7f7f;
    uint64_t x = load_u64le(p) ^ UINT64_C(0x0101010101010101) * (uint8_t)separator;
    return ~(((x & lows) + lows) | x | lows);
}

#endif

struct splitting {
    str row, *cells;
    size_t count, start; /* where the cell at hand begins */
};

static inline void columns_end(struct splitting *s, size_t end)
{
    s->cells[s->count] = (str){s->row.p + s->start, end - s->start};
    s->count += s->count < COLUMNS_MAX;
    s->start = end + 1;
}

size_t columns_split(str row, char separator, str cells[CELLS_MAX])
{
    struct splitting s = {.row = row, .cells = cells};
    const uint8_t *p = (const uint8_t *)row.p;
    size_t at = 0;
    for (; at + COLUMNS_BLOCK <= row.len; at += COLUMNS_BLOCK) {
        for (uint64_t hits = columns_hits(p + at, separator); hits; hits &= hits - 1) {
            columns_end(&s, at + (size_t)__builtin_ctzll(hits) / COLUMNS_BITS);
        }
    }
    for (; at < row.len; at++) {
        if (row.p[at] == separator) {
            columns_end(&s, at);
        }
    }
    cells[s.count] = (str){row.p + s.start, row.len - s.start};
    return s.count + 1;
}
