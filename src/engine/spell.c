#include "engine/spell.h"

#include "base/json.h"
#include "base/reader.h"
#include "model/value.h"

#include <string.h>

enum {
    SHORT = 128, /* longer than any number, time or GUID */
    SID_PARTS = 15,
};

/* ---- digits, two at a time ---- */

#define TEN(t)     t "0" t "1" t "2" t "3" t "4" t "5" t "6" t "7" t "8" t "9"
#define SIXTEEN(h) TEN(h) h "A" h "B" h "C" h "D" h "E" h "F"

static const char decimal[] =
    TEN("0") TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6") TEN("7") TEN("8") TEN("9");
static const char hex[] = SIXTEEN("0") SIXTEEN("1") SIXTEEN("2") SIXTEEN("3") SIXTEEN("4")
    SIXTEEN("5") SIXTEEN("6") SIXTEEN("7") SIXTEEN("8") SIXTEEN("9") SIXTEEN("A") SIXTEEN("B")
        SIXTEEN("C") SIXTEEN("D") SIXTEEN("E") SIXTEEN("F");

static inline char *put_two(char *o, unsigned n)
{
    memcpy(o, decimal + (size_t)2 * n, 2);
    return o + 2;
}

static inline char *put_byte(char *o, uint8_t n)
{
    memcpy(o, hex + (size_t)2 * n, 2);
    return o + 2;
}

static unsigned digits_of(uint64_t n)
{
    unsigned digits = 1;
    for (; n >= 10000; n /= 10000) {
        digits += 4;
    }
    return digits + (n >= 10) + (n >= 100) + (n >= 1000);
}

static char *put_u64(char *o, uint64_t n)
{
    char *end = o + digits_of(n), *at = end;
    for (; n >= 100; n /= 100) {
        at -= 2;
        (void)put_two(at, (unsigned)(n % 100));
    }
    if (n >= 10) {
        (void)put_two(o, (unsigned)n);
    } else {
        *o = (char)('0' + n);
    }
    return end;
}

static char *put_0x(char *o, uint64_t n)
{
    static const char lower[] = "0123456789abcdef";
    unsigned digits = (67 - (unsigned)__builtin_clzll(n | 1)) / 4;
    *o++ = '0';
    *o++ = 'x';
    for (unsigned i = digits; i > 0; i--) {
        *o++ = lower[n >> (4 * (i - 1)) & 15];
    }
    return o;
}

/* ---- times ---- */

static char *put_second(char *o, struct civil c)
{
    unsigned year = (unsigned)c.year % 10000; /* as much as there is room for */
    o = put_two(o, year / 100);
    o = put_two(o, year % 100);
    *o++ = '-';
    o = put_two(o, (unsigned)c.month);
    *o++ = '-';
    o = put_two(o, (unsigned)c.day);
    *o++ = 'T';
    o = put_two(o, (unsigned)c.hour);
    *o++ = ':';
    o = put_two(o, (unsigned)c.minute);
    *o++ = ':';
    return put_two(o, (unsigned)c.second);
}

/* An odd number of digits. */
static char *put_fraction(char *o, unsigned n, unsigned digits)
{
    for (unsigned i = digits; i > 1; i -= 2, n /= 100) {
        (void)put_two(o + i - 2, n % 100);
    }
    *o = (char)('0' + n);
    return o + digits;
}

static char *put_time(char *o, usec t)
{
    struct civil c = civil_of_time(t);
    unsigned micro = (unsigned)c.usec;
    o = put_second(o, c);
    if (micro != 0) {
        *o++ = '.';
        bool milli = micro % 1000 == 0;
        o = put_fraction(o, milli ? micro / 1000 : micro / 10, milli ? 3 : 5);
        if (!milli) {
            *o++ = (char)('0' + micro % 10);
        }
    }
    *o++ = 'Z';
    return o;
}
void spell_time(struct buf *b, usec t)
{
    char *o = t == TIME_NONE ? NULL : spell_room(b, SHORT);
    if (o) {
        spell_end(b, put_time(o, t));
    }
}

void spell_u64(struct buf *b, uint64_t n)
{
    char *o = spell_room(b, SHORT);
    if (o) {
        spell_end(b, put_u64(o, n));
    }
}

/* ---- values ---- */

static char *put_filetime(char *o, uint64_t filetime)
{
    usec t = time_of_filetime(filetime);
    if (t == TIME_NONE) {
        return put_u64(o, filetime);
    }
    o = put_second(o, civil_of_time(t));
    *o++ = '.';
    o = put_fraction(o, (unsigned)(filetime % 10000000), 7);
    *o++ = 'Z';
    return o;
}

static inline char *put_bytes(char *o, const uint8_t *p, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        o = put_byte(o, p[i]);
    }
    return o;
}

/* A number of the GUID, with a dash behind it. */
static inline char *put_backwards(char *o, const uint8_t *p, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        o = put_byte(o, p[i - 1]);
    }
    *o++ = '-';
    return o;
}

static char *put_guid(char *o, const uint8_t *p)
{
    *o++ = '{';
    o = put_backwards(o, p, 4);
    o = put_backwards(o, p + 4, 2);
    o = put_backwards(o, p + 6, 2);
    o = put_bytes(o, p + 8, 2);
    *o++ = '-';
    o = put_bytes(o, p + 10, 6);
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

static bool is_number(const struct field *f)
{
    return f->len == 1 || f->len == 2 || f->len == 4 || f->len == 8;
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

/* The types of a size, in one they can have; NULL for others. */
static char *put_short(char *o, const struct field *f)
{
    switch (f->type) {
    case VALUE_UINT:
        return is_number(f) ? put_u64(o, number_of(f)) : NULL;
    case VALUE_INT:
        return is_number(f) ? put_signed(o, f) : NULL;
    case VALUE_HEX:
        return is_number(f) ? put_0x(o, number_of(f)) : NULL;
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
    char *o = spell_room(b, (size_t)2 * SHORT);
    if (!o) {
        return true; /* and nothing can be written */
    }
    *o = '"';
    char *end = put_short(o + quotes, f);
    if (end) {
        *end = '"';
        spell_end(b, end + quotes);
    }
    return end != NULL;
}

static void spell_binary(struct buf *b, bytes raw)
{
    char *o = spell_room(b, 2 * raw.len);
    if (o) {
        spell_end(b, put_bytes(o, raw.p, raw.len));
    }
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
        spell_json_utf16(b, raw);
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
        spell_xml_utf16(b, raw);
    } else if (f->type == VALUE_BINARY) {
        spell_binary(b, raw);
    } else if (!spell_short(b, f, false)) {
        spell_xml_text(b, value_text(f, a));
    }
}
