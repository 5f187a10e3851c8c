#include "match/glob.h"

#include "match/matcher.h"

bool glob_is_wildcard(char c)
{
    return c == GLOB_ANY || c == GLOB_ONE || c == GLOB_DASH;
}

size_t glob_literal(str glob, size_t at)
{
    size_t len = 0;
    while (at + len < glob.len && !glob_is_wildcard(glob.p[at + len])) {
        len++;
    }
    return len;
}

static size_t character_end(str s, size_t at)
{
    at++;
    while (at < s.len && ((uint8_t)s.p[at] & 0xc0) == 0x80) {
        at++;
    }
    return at;
}

static bool is_dash(str s, size_t at)
{
    if (s.p[at] == '-' || s.p[at] == '/') {
        return true;
    }
    str c = str_sub(s, at, 3);
    return str_eq(c, STR("\xe2\x80\x93")) || str_eq(c, STR("\xe2\x80\x94")) ||
           str_eq(c, STR("\xe2\x80\x95"));
}

/* The end of the character at `t` when the pattern's `want` takes it, else `t`. */
static size_t take(char want, str text, size_t t)
{
    if (t == text.len) {
        return t;
    }
    if (want == GLOB_ONE || (want == GLOB_DASH && is_dash(text, t))) {
        return character_end(text, t);
    }
    return want == text.p[t] ? t + 1 : t;
}

bool glob_match(str pattern, str text)
{
    size_t p = 0, t = 0;
    size_t after_any = SIZE_MAX, retry = 0; /* where to go on when the last ANY takes more */
    while (t < text.len || p < pattern.len) {
        size_t after = p < pattern.len ? take(pattern.p[p], text, t) : t;
        if (p < pattern.len && pattern.p[p] == GLOB_ANY) {
            after_any = ++p;
            retry = t;
        } else if (after > t) {
            p++;
            t = after;
        } else if (after_any != SIZE_MAX && retry < text.len) {
            p = after_any;
            t = retry = character_end(text, retry);
        } else {
            return false;
        }
    }
    return true;
}
