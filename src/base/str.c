#include "base/str.h"

#include <string.h>

str str_of(const char *c_string)
{
    return c_string ? (str){c_string, strlen(c_string)} : STR_NONE;
}

str str_of_bytes(bytes b)
{
    return (str){(const char *)b.p, b.len};
}

bytes bytes_of_str(str s)
{
    return (bytes){(const uint8_t *)s.p, s.len};
}

bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ascii_is_alnum(char c)
{
    char l = ascii_lower(c);
    return ascii_is_digit(c) || (l >= 'a' && l <= 'z');
}

bool ascii_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

bool str_eq(str a, str b)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): what has a length has a pointer */
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static bool same_nocase(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a length has a pointer */
        if (ascii_lower(a[i]) != ascii_lower(b[i])) {
            return false;
        }
    }
    return true;
}

bool str_eq_nocase(str a, str b)
{
    return a.len == b.len && same_nocase(a.p, b.p, a.len);
}

int str_cmp(str a, str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.p, b.p, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq(str_sub(s, 0, prefix.len), prefix);
}

bool str_starts_nocase(str s, str prefix)
{
    return s.len >= prefix.len && same_nocase(s.p, prefix.p, prefix.len);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_from(s, s.len - suffix.len), suffix);
}

bool str_ends_nocase(str s, str suffix)
{
    return s.len >= suffix.len && str_eq_nocase(str_from(s, s.len - suffix.len), suffix);
}

size_t str_find_char(str s, char c)
{
    const char *hit = s.len ? memchr(s.p, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.p) : s.len;
}

size_t str_find(str s, str needle)
{
    if (needle.len == 0) {
        return 0;
    }
    for (size_t at = 0; at + needle.len <= s.len;) {
        const char *hit = memchr(s.p + at, needle.p[0], s.len - needle.len - at + 1);
        if (!hit) {
            break;
        }
        if (memcmp(hit, needle.p, needle.len) == 0) {
            return (size_t)(hit - s.p);
        }
        at = (size_t)(hit - s.p) + 1;
    }
    return s.len;
}

size_t str_find_nocase(str s, str needle)
{
    for (size_t at = 0; at + needle.len <= s.len; at++) {
        if (same_nocase(s.p + at, needle.p, needle.len)) {
            return at;
        }
    }
    return s.len;
}

bool str_has(str s, str needle)
{
    return needle.len == 0 || str_find(s, needle) < s.len;
}

bool str_has_nocase(str s, str needle)
{
    return needle.len == 0 || str_find_nocase(s, needle) < s.len;
}

str str_from(str s, size_t from)
{
    if (from >= s.len) {
        from = s.len;
    }
    return (str){s.p ? s.p + from : NULL, s.len - from};
}

str str_sub(str s, size_t from, size_t len)
{
    str rest = str_from(s, from);
    return (str){rest.p, len < rest.len ? len : rest.len};
}

str str_trim(str s)
{
    while (s.len && ascii_is_space(s.p[0])) {
        s = str_from(s, 1);
    }
    while (s.len && ascii_is_space(s.p[s.len - 1])) {
        s.len--;
    }
    return s;
}

bool str_cut(str *rest, char separator, str *head)
{
    if (!rest->p) {
        return false;
    }
    size_t at = str_find_char(*rest, separator);
    *head = str_sub(*rest, 0, at);
    /* NULL marks "used up", so that a trailing separator still gives its last, empty piece. */
    *rest = at < rest->len ? str_from(*rest, at + 1) : STR_NONE;
    return true;
}

static size_t base_at(str path)
{
    size_t at = path.len;
    while (at && path.p[at - 1] != '/' && path.p[at - 1] != '\\') {
        at--;
    }
    return at;
}

str str_base(str path)
{
    return str_from(path, base_at(path));
}

str str_dir(str path)
{
    size_t at = base_at(path);
    return str_sub(path, 0, at ? at - 1 : 0);
}

str str_ext(str path)
{
    str base = str_base(path);
    for (size_t at = base.len; at > 1; at--) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a length has a pointer */
        if (base.p[at - 1] == '.') {
            return str_from(base, at - 1);
        }
    }
    return STR_NONE;
}

static int digit_value(char c)
{
    if (ascii_is_digit(c)) {
        return c - '0';
    }
    char l = ascii_lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : 16;
}

bool str_u64(str s, uint64_t *out)
{
    unsigned base = 10;
    if (str_starts_nocase(s, STR("0x"))) {
        base = 16;
        s = str_from(s, 2);
    }
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a length has a pointer */
        int digit = digit_value(s.p[i]);
        bool fits =
            !__builtin_mul_overflow(n, base, &n) && !__builtin_add_overflow(n, (uint64_t)digit, &n);
        if ((unsigned)digit >= base || !fits) {
            return false;
        }
    }
    if (s.len == 0) {
        return false;
    }
    *out = n;
    return true;
}

bool str_i64(str s, int64_t *out)
{
    bool negative = s.len > 1 && s.p[0] == '-';
    uint64_t n = 0;
    if (!str_u64(negative ? str_from(s, 1) : s, &n)) {
        return false;
    }
    uint64_t limit = (uint64_t)INT64_MAX + negative;
    if (n > limit) {
        return false;
    }
    *out = negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}
