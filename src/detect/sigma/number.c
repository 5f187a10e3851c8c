#include "detect/sigma/number.h"

#include <string.h>

static str take_digits(str s, size_t *at)
{
    size_t from = *at;
    while (*at < s.len && ascii_is_digit(s.p[*at])) {
        (*at)++;
    }
    return str_sub(s, from, *at - from);
}

bool number_parse(str s, struct number *out)
{
    size_t at = s.len && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0;
    struct number n = {.negative = at && s.p[0] == '-'};
    n.whole = take_digits(s, &at);
    if (n.whole.len == 0) {
        return false;
    }
    if (at < s.len && s.p[at] == '.') {
        at++;
        n.fraction = take_digits(s, &at);
        if (n.fraction.len == 0) {
            return false;
        }
    }
    if (at != s.len) {
        return false;
    }
    while (n.whole.len && n.whole.p[0] == '0') {
        n.whole = str_from(n.whole, 1);
    }
    while (n.fraction.len && n.fraction.p[n.fraction.len - 1] == '0') {
        n.fraction.len--;
    }
    n.negative = n.negative && (n.whole.len || n.fraction.len);
    *out = n;
    return true;
}

static int compare_sizes(const struct number *a, const struct number *b)
{
    if (a->whole.len != b->whole.len) {
        return a->whole.len < b->whole.len ? -1 : 1;
    }
    int whole = str_cmp(a->whole, b->whole);
    return whole ? whole : str_cmp(a->fraction, b->fraction);
}

int number_cmp(const struct number *a, const struct number *b)
{
    if (a->negative != b->negative) {
        return a->negative ? -1 : 1;
    }
    return a->negative ? compare_sizes(b, a) : compare_sizes(a, b);
}

static size_t put(char *out, size_t at, str s)
{
    if (s.len) {
        memcpy(out + at, s.p, s.len);
    }
    return at + s.len;
}

str number_text(const struct number *n, struct arena *a)
{
    char *out = arena_alloc(a, n->whole.len + n->fraction.len + 4);
    if (!out) {
        return STR_NONE;
    }
    size_t len = put(out, 0, n->negative ? STR("-") : STR_NONE);
    len = put(out, len, n->whole.len ? n->whole : STR("0"));
    len = put(out, len, n->fraction.len ? STR(".") : STR_NONE);
    len = put(out, len, n->fraction);
    return (str){out, len}; /* ends in NUL: the arena's memory is zeroed */
}
