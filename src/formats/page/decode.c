#include "formats/page/decode.h"

#include "base/text.h"

#include <string.h>
#include <zlib.h>

enum { OUT_MAX = 4 << 20 };

/* Where a character stands in the alphabet, from 1; 0 when it does not. */
static const uint8_t decode_sextets[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['-'] = 63,
    ['/'] = 64, ['_'] = 64,
};

static size_t decode_base64(str in, char *out)
{
    uint32_t word = 0;
    size_t bits = 0, len = 0;
    for (size_t i = 0; i < in.len && in.p[i] != '='; i++) {
        uint32_t six = decode_sextets[(uint8_t)in.p[i]];
        if (!six) {
            continue; /* PHP passes over what is no base64 */
        }
        word = word << 6 | (six - 1);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[len++] = (char)(uint8_t)(word >> bits);
        }
    }
    return len;
}

static int decode_nibble(char c)
{
    char low = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static size_t decode_hex(str in, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i + 1 < in.len; i += 2) {
        int high = decode_nibble(in.p[i]), low = decode_nibble(in.p[i + 1]);
        if (high < 0 || low < 0) {
            return 0;
        }
        out[len++] = (char)(uint8_t)(high << 4 | low);
    }
    return len;
}

static char decode_rot13(char c)
{
    char low = ascii_lower(c);
    if (low < 'a' || low > 'z') {
        return c;
    }
    return low <= 'm' ? (char)(c + 13) : (char)(c - 13);
}

static size_t decode_url(str in, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        int high = in.p[i] == '%' && i + 2 < in.len ? decode_nibble(in.p[i + 1]) : -1;
        int low = high >= 0 ? decode_nibble(in.p[i + 2]) : -1;
        bool escape = high >= 0 && low >= 0;
        if (escape) {
            out[len++] = (char)(uint8_t)(high << 4 | low);
        } else {
            out[len++] = in.p[i] == '+' ? ' ' : in.p[i];
        }
        i += escape ? 2 : 0;
    }
    return len;
}

static size_t decode_uu(str in, char *out)
{
    size_t len = 0;
    for (str line, rest = in; str_cut(&rest, '\n', &line);) {
        size_t want = line.len ? ((uint8_t)line.p[0] - 32U) & 63 : 0;
        for (size_t i = 1; want && i + 3 < line.len; i += 4) {
            uint32_t word = 0;
            for (size_t k = 0; k < 4; k++) {
                word = word << 6 | (((uint8_t)line.p[i + k] - 32U) & 63);
            }
            for (size_t k = 0; k < 3 && want; k++, want--) {
                out[len++] = (char)(uint8_t)(word >> (16 - 8 * k));
            }
        }
    }
    return len;
}

static size_t decode_slashes(str in, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        i += in.p[i] == '\\' && i + 1 < in.len;
        out[len++] = in.p[i];
    }
    return len;
}

static size_t decode_each(enum decode how, str in, char *out)
{
    for (size_t i = 0; i < in.len; i++) {
        char c = in.p[i];
        switch (how) {
        case DECODE_ROT13:
            out[i] = decode_rot13(c);
            break;
        case DECODE_LOWER:
            out[i] = ascii_lower(c);
            break;
        case DECODE_UPPER:
            out[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
            break;
        default:
            out[in.len - 1 - i] = c;
        }
    }
    return in.len;
}

static bool decode_stream(str text, int window, struct arena *a, str *out)
{
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)text.p, .avail_in = (uInt)text.len};
    if (inflateInit2(&z, window) != Z_OK) {
        return false;
    }
    size_t cap = text.len * 2 + 1024, len = 0;
    char *p = arena_alloc(a, cap < OUT_MAX ? cap : OUT_MAX);
    cap = cap < OUT_MAX ? cap : OUT_MAX;
    int status = Z_OK;
    while (p && status == Z_OK && len < OUT_MAX) {
        if (len == cap) {
            p = arena_grow(a, p, &cap, cap + 1, 1);
            continue;
        }
        z.next_out = (Bytef *)p + len;
        z.avail_out = (uInt)(cap - len);
        status = inflate(&z, Z_NO_FLUSH);
        len = cap - z.avail_out;
        if (z.avail_in == 0 && z.avail_out) {
            break;
        }
    }
    (void)inflateEnd(&z);
    *out = (str){p, len};
    return p && len > 0;
}

/* Bare deflate is what gzinflate() takes; the others have a header. */
static bool decode_inflate(str text, struct arena *a, str *out)
{
    bool headed = text.len > 2 && ((uint8_t)text.p[0] == 0x1f ||
                                   (((uint8_t)text.p[0] & 0x0f) == 8 &&
                                    (((uint8_t)text.p[0] << 8) | (uint8_t)text.p[1]) % 31 == 0));
    return (headed && decode_stream(text, 15 + 32, a, out)) || decode_stream(text, -15, a, out);
}

static bool decode_html(str text, struct arena *a, str *out)
{
    static const str pairs[][2] = {
        {STR_INIT("&lt;"),   STR_INIT("<") },
        {STR_INIT("&gt;"),   STR_INIT(">") },
        {STR_INIT("&quot;"), STR_INIT("\"")},
        {STR_INIT("&#39;"),  STR_INIT("'") },
        {STR_INIT("&apos;"), STR_INIT("'") },
        {STR_INIT("&amp;"),  STR_INIT("&") }
    };
    bool ok = true;
    for (size_t i = 0; ok && i < ARRAY_LEN(pairs); i++) {
        ok = decode_replace(text, pairs[i][0], pairs[i][1], a, &text);
    }
    *out = text;
    return ok;
}

bool decode_text(enum decode how, str text, struct arena *a, str *out)
{
    if (how == DECODE_INFLATE) {
        return text.len && decode_inflate(text, a, out);
    }
    if (how == DECODE_TRIM) {
        *out = str_trim(text);
        return true;
    }
    if (how == DECODE_HTML) {
        return decode_html(text, a, out);
    }
    if (text.len > OUT_MAX) {
        return false;
    }
    char *p = arena_alloc(a, text.len + 4);
    if (!p) {
        return false;
    }
    size_t len = how == DECODE_BASE64     ? decode_base64(text, p)
                 : how == DECODE_HEX      ? decode_hex(text, p)
                 : how == DECODE_URL      ? decode_url(text, p)
                 : how == DECODE_UUDECODE ? decode_uu(text, p)
                 : how == DECODE_SLASHES  ? decode_slashes(text, p)
                                          : decode_each(how, text, p);
    *out = (str){p, len};
    return len > 0 || text.len == 0;
}

static size_t decode_count(str text, str what)
{
    size_t count = 0;
    for (size_t at = 0; (at += str_find(str_from(text, at), what)) < text.len; at += what.len) {
        count++;
    }
    return count;
}

bool decode_replace(str text, str what, str with, struct arena *a, str *out)
{
    size_t count = what.len ? decode_count(text, what) : 0;
    *out = text;
    if (!count) {
        return true;
    }
    size_t len = text.len + count * with.len - count * what.len;
    char *p = len > OUT_MAX ? NULL : arena_alloc(a, len + 1);
    if (!p) {
        return false;
    }
    *out = (str){p, len};
    while (text.len) {
        size_t at = str_find(text, what);
        memcpy(p, text.p, at);
        p += at;
        if (at < text.len && with.len) {
            memcpy(p, with.p, with.len);
        }
        p += at < text.len ? with.len : 0;
        text = str_from(text, at + what.len);
    }
    return true;
}

str decode_xor(str a, str b, struct arena *arena)
{
    size_t len = a.len < b.len ? a.len : b.len;
    char *p = arena_alloc(arena, len + 1);
    for (size_t i = 0; p && i < len; i++) {
        p[i] = (char)(a.p[i] ^ b.p[i]);
    }
    return (str){p, p ? len : 0};
}
