#include "engine/spell.h"

#include "base/json.h"
#include "base/reader.h"
#include "base/text.h"
#include "model/value.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    STEP = 16,   /* characters looked at together */
    TURN = 4096, /* characters between two looks at the room */
    LONGEST = 6, /* bytes that one becomes: \u0007, &quot; */
    SHORT = 128, /* longer than any number, time or GUID */
    SID_PARTS = 15,
};

static void wrote(struct buf *b, const char *end)
{
    b->len = (size_t)(end - b->p);
}

enum spelling { SPELL_JSON, SPELL_XML };

/* ---- escapes ---- */

static char *put(char *o, str s)
{
    memcpy(o, s.p, s.len);
    return o + s.len;
}

static char *put_hex(char *o, uint64_t n, unsigned digits, const char *alphabet)
{
    for (unsigned i = digits; i > 0; i--) {
        *o++ = alphabet[n >> (4 * (i - 1)) & 15];
    }
    return o;
}

static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";

static char *put_json(char *o, uint32_t c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *hit = c && c < 0x80 ? memchr(from, (int)c, sizeof from - 1) : NULL;
    if (hit) {
        *o++ = '\\';
        *o++ = to[hit - from];
        return o;
    }
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
        return put_hex(put(o, STR("\\u")), c, 4, lower);
    }
    return o + utf8_put(o, c);
}

static char *put_xml(char *o, uint32_t c)
{
    switch (c) {
    case '<':
        return put(o, STR("&lt;"));
    case '>':
        return put(o, STR("&gt;"));
    case '&':
        return put(o, STR("&amp;"));
    case '"':
        return put(o, STR("&quot;"));
    case '\'':
        return put(o, STR("&#39;"));
    case '\t':
        return put(o, STR("&#9;"));
    case '\n':
        return put(o, STR("&#10;"));
    case '\r':
        return put(o, STR("&#13;"));
    default:
        return o + utf8_put(o, c < 0x20 || c == 0xfffe || c == 0xffff ? 0xfffd : c);
    }
}

static inline char *put_character(char *o, uint32_t c, enum spelling how)
{
    return how == SPELL_JSON ? put_json(o, c) : put_xml(o, c);
}

/* ---- sixteen characters at a time ---- */

#if defined(__SSE2__)

/* Bits of the bytes that cannot stand as they are; those that are no ASCII among them. */
static inline unsigned odd_ones(__m128i x, enum spelling how)
{
    __m128i odd = _mm_or_si128(_mm_cmplt_epi8(x, _mm_set1_epi8(0x20)),
                               _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f)));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
    if (how == SPELL_JSON) {
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
    } else {
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('<')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('>')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('&')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('\'')));
    }
    return (unsigned)_mm_movemask_epi8(odd);
}

static inline __m128i sixteen_at(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Writes STEP characters; says how many of them were plain. Those behind are rubbish. */
static inline size_t narrow(char *o, const uint8_t *p, size_t unit, enum spelling how)
{
    /* Units above 0xff saturate, those above 0x7fff become 0: odd ones, both. */
    __m128i x = unit == 1 ? sixteen_at(p) : _mm_packus_epi16(sixteen_at(p), sixteen_at(p + STEP));
    unsigned odd = odd_ones(x, how);
    _mm_storeu_si128((__m128i *)(void *)o, x);
    return odd ? (size_t)__builtin_ctz(odd) : STEP;
}

#else

static inline size_t narrow(char *o, const uint8_t *p, size_t unit, enum spelling how)
{
    static const char odd[] = "\"\\<>&'";
    size_t n = 0;
    for (; n < STEP; n++) {
        unsigned c = unit == 1 ? p[n] : load_u16le(p + 2 * n);
        const char *hit = memchr(odd, (int)c, how == SPELL_JSON ? 2 : 6);
        if (c < 0x20 || c >= 0x7f || (hit && !(how == SPELL_XML && c == '\\'))) {
            break;
        }
        o[n] = (char)c;
    }
    return n;
}

#endif

/* memcpy() of less than 2 * STEP bytes, without a call. */
static inline void copy_few(uint8_t *to, const uint8_t *from, size_t len)
{
    if (len >= 16) {
        memcpy(to, from, 16);
        memcpy(to + len - 16, from + len - 16, 16);
    } else if (len >= 8) {
        memcpy(to, from, 8);
        memcpy(to + len - 8, from + len - 8, 8);
    } else if (len >= 4) {
        memcpy(to, from, 4);
        memcpy(to + len - 4, from + len - 4, 4);
    } else {
        for (size_t i = 0; i < len; i++) {
            to[i] = from[i];
        }
    }
}

/* Of the last few characters: behind them lie zeros. */
static inline size_t narrow_last(char *o, const uint8_t *p, size_t left, size_t unit,
                                 enum spelling how)
{
    uint8_t last[2 * STEP] = {0};
    copy_few(last, p, left * unit);
    return narrow(o, last, unit, how);
}

static uint32_t utf16_next(const uint8_t *p, size_t count, size_t *at)
{
    uint32_t c = load_u16le(p + 2 * (*at)++);
    if (c < 0xd800 || c > 0xdfff) {
        return c;
    }
    uint32_t low = *at < count ? load_u16le(p + 2 * *at) : 0;
    if (c > 0xdbff || low < 0xdc00 || low > 0xdfff) {
        return 0xfffd;
    }
    ++*at;
    return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

static inline uint32_t next(const uint8_t *p, size_t count, size_t unit, size_t *at)
{
    return unit == 2 ? utf16_next(p, count, at) : utf8_next(str_of_bytes((bytes){p, count}), at);
}

/* What stands around a text. */
struct frame {
    char before[4], after[4];
    uint8_t nbefore, nafter;
};

static const struct frame bare = {0}, in_quotes = {"\"", "\"", 1, 1},
                          first_key = {"\"", "\":", 1, 2}, other_key = {",\"", "\":", 2, 2};

/* `count` characters of `unit` bytes; those of two end at the first NUL. Written out for each use,
 * so that its inner loop asks nothing. */
__attribute__((always_inline)) static inline void spell(struct buf *b, const struct frame *frame,
                                                        const uint8_t *p, size_t count, size_t unit,
                                                        enum spelling how)
{
    size_t i = 0;
    size_t nbefore = frame->nbefore;
    do {
        size_t stop = count - i < TURN ? count : i + TURN;
        char *o = buf_room(b, (stop - i + STEP) * LONGEST + STEP);
        if (!o) {
            return;
        }
        memcpy(o, frame->before, sizeof frame->before);
        o += nbefore;
        nbefore = 0;
        while (i < stop) {
            size_t n = count - i >= STEP ? narrow(o, p + i * unit, unit, how)
                                         : narrow_last(o, p + i * unit, count - i, unit, how);
            i += n;
            o += n;
            if (n == STEP || i == count) {
                continue;
            }
            uint32_t c = next(p, count, unit, &i);
            if (c == 0 && unit == 2) {
                i = count;
            } else {
                o = put_character(o, c, how);
            }
        }
        if (i == count) {
            memcpy(o, frame->after, sizeof frame->after);
            o += frame->nafter;
        }
        wrote(b, o);
    } while (i < count);
}

static void json_utf16(struct buf *b, const struct frame *frame, bytes raw)
{
    spell(b, frame, raw.p, raw.len / 2, 2, SPELL_JSON);
}

static void json_utf8(struct buf *b, const struct frame *frame, str s)
{
    spell(b, frame, bytes_of_str(s).p, s.len, 1, SPELL_JSON);
}

static void xml_utf16(struct buf *b, bytes raw)
{
    spell(b, &bare, raw.p, raw.len / 2, 2, SPELL_XML);
}

void spell_xml_text(struct buf *b, str s)
{
    spell(b, &bare, bytes_of_str(s).p, s.len, 1, SPELL_XML);
}

void spell_json_text(struct buf *b, str s)
{
    json_utf8(b, &in_quotes, s);
}

void spell_json_key(struct buf *b, str s, bool first)
{
    json_utf8(b, first ? &first_key : &other_key, s);
}

/* ---- what needs no escapes ---- */

static char *put_u64(char *o, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    memcpy(o, digits + at, sizeof digits - at);
    return o + (sizeof digits - at);
}

static char *put_digits(char *o, unsigned n, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--) {
        o[i - 1] = (char)('0' + n % 10);
        n /= 10;
    }
    return o + digits;
}

static char *put_second(char *o, struct civil c)
{
    o = put_digits(o, (unsigned)c.year, 4);
    *o++ = '-';
    o = put_digits(o, (unsigned)c.month, 2);
    *o++ = '-';
    o = put_digits(o, (unsigned)c.day, 2);
    *o++ = 'T';
    o = put_digits(o, (unsigned)c.hour, 2);
    *o++ = ':';
    o = put_digits(o, (unsigned)c.minute, 2);
    *o++ = ':';
    return put_digits(o, (unsigned)c.second, 2);
}

static char *put_time(char *o, usec t)
{
    struct civil c = civil_of_time(t);
    o = put_second(o, c);
    if (c.usec != 0) {
        *o++ = '.';
        bool milli = c.usec % 1000 == 0;
        o = put_digits(o, (unsigned)(milli ? c.usec / 1000 : c.usec), milli ? 3 : 6);
    }
    *o++ = 'Z';
    return o;
}

void spell_time(struct buf *b, usec t)
{
    char *o = t == TIME_NONE ? NULL : buf_room(b, SHORT);
    if (o) {
        wrote(b, put_time(o, t));
    }
}

static char *put_filetime(char *o, uint64_t filetime)
{
    usec t = time_of_filetime(filetime);
    if (t == TIME_NONE) {
        return put_u64(o, filetime);
    }
    o = put_second(o, civil_of_time(t));
    *o++ = '.';
    o = put_digits(o, (unsigned)(filetime % 10000000), 7);
    *o++ = 'Z';
    return o;
}

static char *put_guid(char *o, const uint8_t *p)
{
    *o++ = '{';
    o = put_hex(o, load_u32le(p), 8, upper);
    *o++ = '-';
    o = put_hex(o, load_u16le(p + 4), 4, upper);
    *o++ = '-';
    o = put_hex(o, load_u16le(p + 6), 4, upper);
    for (int i = 8; i < 16; i++) {
        if (i == 8 || i == 10) {
            *o++ = '-';
        }
        o = put_hex(o, p[i], 2, upper);
    }
    *o++ = '}';
    return o;
}

static char *put_sid(char *o, const struct field *f)
{
    uint64_t authority = (uint64_t)f->data[2] << 40 | (uint64_t)f->data[3] << 32 |
                         (uint64_t)f->data[4] << 24 | (uint64_t)f->data[5] << 16 |
                         (uint64_t)f->data[6] << 8 | f->data[7];
    uint32_t parts = (f->len - 8) / 4 < f->data[1] ? (f->len - 8) / 4 : f->data[1];
    *o++ = 'S';
    *o++ = '-';
    o = put_u64(o, f->data[0]);
    *o++ = '-';
    o = put_u64(o, authority);
    for (uint32_t i = 0; i < parts && i < SID_PARTS; i++) {
        *o++ = '-';
        o = put_u64(o, load_u32le(f->data + 8 + 4 * (size_t)i));
    }
    return o;
}

static uint64_t number_of(const struct field *f)
{
    switch (f->len) {
    case 1:
        return f->data[0];
    case 2:
        return load_u16le(f->data);
    case 4:
        return load_u32le(f->data);
    default:
        return load_u64le(f->data);
    }
}

static char *put_signed(char *o, const struct field *f)
{
    uint64_t sign = UINT64_C(1) << (8 * f->len - 1), n = (number_of(f) ^ sign) - sign;
    if (n >> 63) {
        *o++ = '-';
        n = 0 - n;
    }
    return put_u64(o, n);
}

static char *put_0x(char *o, uint64_t n)
{
    unsigned digits = 1;
    while (digits < 16 && n >> (4 * digits)) {
        digits++;
    }
    return put_hex(put(o, STR("0x")), n, digits, lower);
}

static void spell_binary(struct buf *b, bytes raw)
{
    char *o = buf_room(b, 2 * raw.len);
    if (o) {
        for (size_t i = 0; i < raw.len; i++) {
            o = put_hex(o, raw.p[i], 2, upper);
        }
        wrote(b, o);
    }
}

/* The common types in their common sizes; NULL for others. */
static char *put_short(char *o, const struct field *f)
{
    bool number = f->len == 1 || f->len == 2 || f->len == 4 || f->len == 8;
    switch (f->type) {
    case VALUE_UINT:
        return number ? put_u64(o, number_of(f)) : NULL;
    case VALUE_INT:
        return number ? put_signed(o, f) : NULL;
    case VALUE_HEX:
        return number ? put_0x(o, number_of(f)) : NULL;
    case VALUE_FILETIME:
        return f->len == 8 ? put_filetime(o, load_u64le(f->data)) : NULL;
    case VALUE_GUID:
        return f->len == 16 ? put_guid(o, f->data) : NULL;
    case VALUE_SID:
        return f->len >= 8 ? put_sid(o, f) : NULL;
    default:
        return NULL;
    }
}

/* False when the value is none of the short ones. */
static bool spell_short(struct buf *b, const struct field *f, bool quotes)
{
    char *o = buf_room(b, (size_t)2 * SHORT);
    if (!o) {
        return true; /* and nothing can be written */
    }
    *o = '"';
    char *end = put_short(o + quotes, f);
    if (end) {
        *end = '"';
        wrote(b, end + quotes);
    }
    return end != NULL;
}

static bool is_json(str s)
{
    struct json j = json_of(bytes_of_str(s));
    while (json_next(&j) != JSON_END) {
    }
    return !json_bad(&j) && str_trim(str_from(s, j.at)).len == 0;
}

/* What may be a JSON value as it is, and may not. */
static void spell_json_odd(struct buf *b, const struct field *f, struct arena *a)
{
    str text = value_text(f, a);
    if (text.len > 0 && is_json(text) && str_find_char(text, '\n') == text.len) {
        buf_add(b, text);
    } else {
        spell_json_text(b, text);
    }
}

void spell_json(struct buf *b, const struct field *f, struct arena *a)
{
    bytes raw = {f->data, f->len};
    switch (f->type) {
    case VALUE_NULL:
        buf_add(b, STR("null"));
        break;
    case VALUE_UTF16:
        json_utf16(b, &in_quotes, raw);
        break;
    case VALUE_TEXT:
        spell_json_text(b, str_of_bytes(raw));
        break;
    case VALUE_BINARY:
        buf_char(b, '"');
        spell_binary(b, raw);
        buf_char(b, '"');
        break;
    case VALUE_REAL:
    case VALUE_BOOL:
    case VALUE_JSON:
        spell_json_odd(b, f, a);
        break;
    default:
        if (!spell_short(b, f, f->type != VALUE_INT && f->type != VALUE_UINT)) {
            spell_json_text(b, value_text(f, a));
        }
        break;
    }
}

void spell_xml(struct buf *b, const struct field *f, struct arena *a)
{
    bytes raw = {f->data, f->len};
    if (f->type == VALUE_UTF16) {
        xml_utf16(b, raw);
    } else if (f->type == VALUE_BINARY) {
        spell_binary(b, raw);
    } else if (!spell_short(b, f, false)) {
        spell_xml_text(b, value_text(f, a));
    }
}
