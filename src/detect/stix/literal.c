#include "detect/stix/token.h"
#include "detect/stix/tree.h"

#include "model/time.h"

#include <stdlib.h>
#include <string.h>

#define NANOS INT64_C(1000000000)

bool stix_literal_text(struct arena *a, str inside, str *out)
{
    char *p = arena_alloc(a, inside.len + 1);
    size_t len = 0;
    for (size_t i = 0; p && i < inside.len; i++) {
        i += inside.p[i] == '\\';
        p[len++] = inside.p[i];
    }
    *out = (str){p, len};
    return p != NULL;
}

static int sextet(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : ascii_is_digit(c)    ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

bool stix_literal_base64(struct arena *a, str inside, str *out)
{
    char *p = inside.len % 4 == 0 ? arena_alloc(a, inside.len / 4 * 3 + 1) : NULL;
    size_t len = 0, body = inside.len;
    while (body > 0 && inside.len - body < 2 && inside.p[body - 1] == '=') {
        body--;
    }
    unsigned held = 0;
    for (size_t i = 0; p && i < body; i++) {
        int n = sextet(inside.p[i]);
        if (n < 0) {
            return false;
        }
        held = held << 6 | (unsigned)n;
        if (i % 4 > 0) {
            p[len++] = (char)(held >> (6 - 2 * (i % 4)));
        }
    }
    *out = (str){p, len};
    return p != NULL;
}

static int hex_digit(char c)
{
    char low = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

bool stix_literal_hex(struct arena *a, str inside, str *out)
{
    char *p = inside.len % 2 == 0 ? arena_alloc(a, inside.len / 2 + 1) : NULL;
    for (size_t i = 0; p && i < inside.len; i += 2) {
        int high = hex_digit(inside.p[i]), low = hex_digit(inside.p[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        p[i / 2] = (char)(high << 4 | low);
    }
    *out = (str){p, inside.len / 2};
    return p != NULL;
}

/* Whole numbers of 64 bits exactly, others as the double they stand for. */
bool stix_literal_number(str digits, long double *out)
{
    enum { LONGEST = 400 };
    char copy[LONGEST + 1] = {0};
    int64_t whole = 0;
    bool plus = digits.len && digits.p[0] == '+';
    digits = str_from(digits, plus);
    if (digits.len == 0 || digits.len > LONGEST) {
        return false;
    }
    if (str_find_char(digits, 'x') == digits.len && str_i64(digits, &whole)) {
        *out = (long double)whole;
        return true;
    }
    memcpy(copy, digits.p, digits.len);
    char *end = NULL;
    *out = strtod(copy, &end);
    return *end == '\0';
}

/* ---- times */

static int two(str s, size_t at)
{
    return (s.p[at] - '0') * 10 + s.p[at + 1] - '0';
}

/* The first nine digits of a fraction. */
static int64_t nanos_of(str fraction)
{
    int64_t n = 0;
    for (size_t i = 0; i < 9; i++) {
        n = n * 10 + (i < fraction.len && ascii_is_digit(fraction.p[i]) ? fraction.p[i] - '0' : 0);
    }
    return n;
}

static stix_time clamped(int64_t seconds, int64_t nanos)
{
    stix_time t = 0;
    bool over = __builtin_mul_overflow(seconds, NANOS, &t) || __builtin_add_overflow(t, nanos, &t);
    return !over ? t : seconds < 0 ? INT64_MIN + 1 : INT64_MAX;
}

static stix_time time_at(str s, int day, int64_t days_more)
{
    int year = two(s, 0) * 100 + two(s, 2);
    struct civil c = {year, two(s, 5), day, two(s, 11), two(s, 14), two(s, 17), 0};
    usec t = time_of_civil(c);
    if (t == TIME_NONE) {
        return INT64_MIN;
    }
    t += days_more * USEC_PER_DAY;
    int64_t seconds = t / USEC_PER_SEC - (t % USEC_PER_SEC < 0);
    return clamped(seconds, s.p[19] == '.' ? nanos_of(str_from(s, 20)) : 0);
}

/* The 31st of a shorter month is the first day of the next. */
stix_time stix_literal_time(str s)
{
    return time_at(s, 1, two(s, 8) - 1);
}

bool stix_time_parse(str s, stix_time *out)
{
    *out = stix_is_time(s) ? time_at(s, two(s, 8), 0) : INT64_MIN;
    return *out != INT64_MIN;
}

bool stix_literal_seconds(str digits, stix_time *out)
{
    digits = str_from(digits, digits.p[0] == '+');
    size_t point = str_find_char(digits, '.');
    uint64_t whole = 0;
    str head = str_sub(digits, 0, point);
    if (head.len && !str_u64(head, &whole)) {
        whole = INT64_MAX;
    }
    whole = whole > INT64_MAX / 2 ? INT64_MAX / 2 : whole;
    *out = clamped((int64_t)whole, nanos_of(str_from(digits, point + 1)));
    return *out > 0;
}

/* ---- networks */

static void clear_behind(struct network *n)
{
    for (unsigned bit = n->prefix; bit < n->base.bits; bit++) {
        n->base.byte[bit / 8] &= (uint8_t) ~(1u << (7 - bit % 8));
    }
}

bool stix_network(str s, struct network *out)
{
    size_t slash = str_find_char(s, '/');
    uint64_t prefix = 0;
    str digits = str_from(s, slash + 1);
    if (!address_parse(str_sub(s, 0, slash), &out->base)) {
        return false;
    }
    bool decimal = digits.len > 0 && digits.len <= 3;
    for (size_t i = 0; i < digits.len; i++) {
        decimal = decimal && ascii_is_digit(digits.p[i]);
    }
    if (slash == s.len) {
        prefix = out->base.bits;
    } else if (!decimal || !str_u64(digits, &prefix) || prefix > out->base.bits) {
        return false;
    }
    out->prefix = (uint8_t)prefix;
    clear_behind(out);
    return true;
}
