#include "match/glob.h"

#include "match/matcher.h"

static size_t character_end(str s, size_t at)
{
    at++;
    while (at < s.len && ((uint8_t)s.p[at] & 0xc0) == 0x80) {
        at++;
    }
    return at;
}

bool glob_match(str pattern, str text)
{
    size_t p = 0, t = 0;
    size_t after_any = SIZE_MAX, retry = 0; /* where to go on when the last ANY takes more */
    while (t < text.len || p < pattern.len) {
        char want = p < pattern.len ? pattern.p[p] : 0;
        if (p < pattern.len && want == GLOB_ANY) {
            after_any = ++p;
            retry = t;
        } else if (p < pattern.len && t < text.len && want == GLOB_ONE) {
            p++;
            t = character_end(text, t);
        } else if (p < pattern.len && t < text.len && want == text.p[t]) {
            p++;
            t++;
        } else if (after_any != SIZE_MAX && retry < text.len) {
            p = after_any;
            t = retry = character_end(text, retry);
        } else {
            return false;
        }
    }
    return true;
}
