#include "base/text.h"

#include "base/reader.h"

#include <string.h>

enum { REPLACEMENT = 0xfffd };

size_t utf8_put(char out[4], uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 0x3f));
    out[2] = (char)(0x80 | ((c >> 6) & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* How many bytes a sequence that begins with `lead` has; 0 when it cannot begin one. */
static size_t sequence_len(uint8_t lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4) {
        return 0;
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

uint32_t utf8_next(str s, size_t *at)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = (uint8_t)s.p[*at];
    size_t len = sequence_len(lead);
    if (len < 2) {
        (*at)++;
        return len == 1 ? lead : REPLACEMENT;
    }
    uint32_t c = lead & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        uint8_t next = *at + i < s.len ? (uint8_t)s.p[*at + i] : 0;
        if ((next & 0xc0) != 0x80) {
            (*at)++;
            return REPLACEMENT;
        }
        c = (c << 6) | (next & 0x3f);
    }
    bool bad = c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000);
    *at += bad ? 1 : len;
    return bad ? REPLACEMENT : c;
}

bool utf8_valid(str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t before = at;
        if ((uint8_t)s.p[at] < 0x80) {
            at++;
            continue;
        }
        if (utf8_next(s, &at) == REPLACEMENT && at == before + 1) {
            return false;
        }
    }
    return true;
}

static uint32_t utf16_next(bytes b, size_t *at)
{
    uint32_t c = load_u16le(b.p + *at);
    *at += 2;
    if (c < 0xd800 || c > 0xdfff) {
        return c;
    }
    if (c < 0xdc00 && *at + 1 < b.len) {
        uint32_t low = load_u16le(b.p + *at);
        if (low >= 0xdc00 && low <= 0xdfff) {
            *at += 2;
            return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return REPLACEMENT;
}

/* Four units at a time, as long as they are ASCII; returns how many bytes were made. */
static size_t narrow(char *out, bytes utf16)
{
    size_t at = 0;
    for (; at + 8 <= utf16.len; at += 8) {
        uint64_t four = load_u64le(utf16.p + at);
        if (four & 0xff80ff80ff80ff80) {
            break;
        }
        four = (four | four >> 8) & 0x0000ffff0000ffff;
        uint32_t ascii = (uint32_t)(four | four >> 16);
        ascii = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ascii : __builtin_bswap32(ascii);
        memcpy(out + at / 2, &ascii, sizeof ascii);
    }
    return at / 2;
}

str text_utf16le(struct arena *a, bytes utf16)
{
    /* One unit becomes at most three bytes; two units of a pair become four. */
    size_t units = utf16.len / 2;
    char *p = arena_array(a, units + 1, 3);
    if (!p) {
        return STR_NONE;
    }
    size_t len = 0;
    for (size_t at = 0; at + 1 < utf16.len;) {
        size_t ascii = narrow(p + len, (bytes){utf16.p + at, utf16.len - at});
        len += ascii;
        at += 2 * ascii;
        if (at + 1 >= utf16.len) {
            break;
        }
        uint32_t c = utf16_next(utf16, &at);
        if (c < 0x80) {
            p[len++] = (char)c;
        } else {
            char utf8[4];
            size_t n = utf8_put(utf8, c);
            memcpy(p + len, utf8, n);
            len += n;
        }
    }
    return (str){p, len};
}

str text_utf16le_to_nul(struct arena *a, bytes utf16)
{
    const uint64_t ones = 0x0001000100010001;
    size_t len = 0;
    for (; len + 8 <= utf16.len; len += 8) {
        uint64_t four = load_u64le(utf16.p + len);
        if ((four - ones) & ~four & (ones << 15)) {
            break; /* a NUL unit is among them */
        }
    }
    while (len + 1 < utf16.len && (utf16.p[len] | utf16.p[len + 1])) {
        len += 2;
    }
    return text_utf16le(a, (bytes){utf16.p, len});
}

/* What Windows-1252 has where Latin-1 has control characters. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

str text_latin1(struct arena *a, bytes b)
{
    char *p = arena_array(a, b.len + 1, 3);
    if (!p) {
        return STR_NONE;
    }
    size_t len = 0;
    for (size_t i = 0; i < b.len; i++) {
        uint32_t c = b.p[i];
        c = c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;
        char utf8[4];
        size_t n = utf8_put(utf8, c);
        memcpy(p + len, utf8, n);
        len += n;
    }
    return (str){p, len};
}

static str digits(struct arena *a, uint64_t n, unsigned base, str prefix)
{
    char text[24];
    size_t at = sizeof text;
    do {
        text[--at] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n);
    at -= prefix.len;
    if (prefix.len) {
        memcpy(text + at, prefix.p, prefix.len);
    }
    return arena_str(a, (str){text + at, sizeof text - at});
}

str text_u64(struct arena *a, uint64_t n)
{
    return digits(a, n, 10, STR_NONE);
}

str text_i64(struct arena *a, int64_t n)
{
    return n < 0 ? digits(a, 0 - (uint64_t)n, 10, STR("-")) : digits(a, (uint64_t)n, 10, STR_NONE);
}

str text_hex_u64(struct arena *a, uint64_t n)
{
    return digits(a, n, 16, STR("0x"));
}

str text_hex(struct arena *a, bytes b)
{
    char *p = arena_array(a, b.len + 1, 2);
    if (!p) {
        return STR_NONE;
    }
    for (size_t i = 0; i < b.len; i++) {
        p[2 * i] = "0123456789ABCDEF"[b.p[i] >> 4];
        p[2 * i + 1] = "0123456789ABCDEF"[b.p[i] & 15];
    }
    return (str){p, b.len * 2};
}

str text_lower(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    if (!p) {
        return STR_NONE;
    }
    for (size_t i = 0; i < s.len; i++) {
        p[i] = ascii_lower(s.p[i]);
    }
    return (str){p, s.len};
}

/* Runs of code points that fold by adding a difference. */
static const struct {
    uint32_t first, last;
    uint8_t step;
    int32_t difference;
} folds[] = {
#include "base/fold.inc"
};

uint32_t unicode_fold(uint32_t c)
{
    if (c < 0x80) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }
    size_t low = 0, high = ARRAY_LEN(folds);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c > folds[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool inside = low < ARRAY_LEN(folds) && c >= folds[low].first &&
                  (c - folds[low].first) % folds[low].step == 0;
    return inside ? (uint32_t)((int32_t)c + folds[low].difference) : c;
}
