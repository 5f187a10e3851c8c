#include "match/network.h"

#include <string.h>

/* Strict dotted quad: four decimal numbers without leading zeros. */
static bool parse_v4(str s, uint8_t out[4])
{
    size_t at = 0;
    for (int i = 0; i < 4; i++) {
        unsigned n = 0;
        size_t from = at;
        while (at < s.len && ascii_is_digit(s.p[at]) && at - from < 3) {
            n = n * 10 + (unsigned)(s.p[at++] - '0');
        }
        bool padded = at - from > 1 && s.p[from] == '0';
        if (at == from || padded || n > 255) {
            return false;
        }
        out[i] = (uint8_t)n;
        if (i < 3 && (at >= s.len || s.p[at++] != '.')) {
            return false;
        }
    }
    return at == s.len;
}

static int hex_digit(char c)
{
    c = ascii_lower(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One group of up to four hex digits. */
static bool parse_group(str s, size_t *at, uint8_t out[2])
{
    unsigned n = 0;
    size_t from = *at;
    while (*at < s.len && *at - from < 4 && hex_digit(s.p[*at]) >= 0) {
        n = n << 4 | (unsigned)hex_digit(s.p[(*at)++]);
    }
    out[0] = (uint8_t)(n >> 8);
    out[1] = (uint8_t)n;
    return *at > from;
}

/* RFC 4291 section 2.2: groups, one "::" for a run of zero groups, a dotted quad at the end. */
static bool parse_v6(str s, uint8_t out[16])
{
    uint8_t part[16] = {0};
    size_t len = 0, gap = SIZE_MAX, at = 0;
    if (str_starts(s, STR("::"))) {
        gap = 0;
        at = 2;
    }
    while (at < s.len) {
        size_t colon = at + str_find_char(str_from(s, at), ':');
        if (colon == s.len && len <= 12 && parse_v4(str_from(s, at), part + len)) {
            len += 4;
            at = s.len;
            break;
        }
        if (len >= 16 || !parse_group(s, &at, part + len)) {
            return false;
        }
        len += 2;
        if (at == s.len) {
            break;
        }
        if (s.p[at++] != ':' || at == s.len) {
            return false;
        }
        if (s.p[at] == ':') {
            if (gap != SIZE_MAX) {
                return false;
            }
            gap = len;
            at++;
        }
    }
    if (gap == SIZE_MAX ? len != 16 : len > 14) {
        return false;
    }
    memset(out, 0, 16);
    size_t head = gap == SIZE_MAX ? 16 : gap;
    memcpy(out, part, head);
    memcpy(out + 16 - (len - head), part + head, len - head);
    return true;
}

bool address_parse(str s, struct address *out)
{
    struct address a = {0};
    if (parse_v4(s, a.byte)) {
        a.bits = 32;
    } else if (parse_v6(s, a.byte)) {
        a.bits = 128;
    } else {
        return false;
    }
    *out = a;
    return true;
}

/* Do the first `bits` bits agree? */
static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    return !memcmp(a, b, whole) &&
           (rest == 0 || (uint8_t)((a[whole] ^ b[whole]) >> (8 - rest)) == 0);
}

static bool host_bits_clear(const struct network *n)
{
    for (unsigned bit = n->prefix; bit < n->base.bits; bit++) {
        if (n->base.byte[bit / 8] >> (7 - bit % 8) & 1) {
            return false;
        }
    }
    return true;
}

bool network_parse(str s, struct network *out)
{
    struct network n;
    size_t slash = str_find_char(s, '/');
    if (!address_parse(str_sub(s, 0, slash), &n.base)) {
        return false;
    }
    n.prefix = n.base.bits;
    if (slash < s.len) {
        uint64_t prefix = 0;
        str digits = str_from(s, slash + 1);
        if (digits.len > 3 || !str_u64(digits, &prefix) || prefix > n.base.bits) {
            return false;
        }
        n.prefix = (uint8_t)prefix;
    }
    if (!host_bits_clear(&n)) {
        return false;
    }
    *out = n;
    return true;
}

bool network_has(const struct network *n, const struct address *a)
{
    return n->base.bits == a->bits && same_bits(n->base.byte, a->byte, n->prefix);
}
