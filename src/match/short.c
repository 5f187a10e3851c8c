#include "match/short.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

enum { BLOCK = 16 };

static unsigned block_hits(const char *p, char a, char b)
{
    __m128i here = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
    __m128i both = _mm_and_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8(a)),
                                 _mm_cmpeq_epi8(next, _mm_set1_epi8(b)));
    return (unsigned)_mm_movemask_epi8(both);
}

#else

enum { BLOCK = 1 };

static unsigned block_hits(const char *p, char a, char b)
{
    return p[0] == a && p[1] == b;
}

#endif

/* Of `a` followed by `b`. */
static size_t pair_find(str text, size_t from, char a, char b)
{
    size_t at = from;
    for (; at + BLOCK + 1 <= text.len; at += BLOCK) {
        unsigned hits = block_hits(text.p + at, a, b);
        if (hits) {
            return at + (size_t)__builtin_ctz(hits);
        }
    }
    while (at + 1 < text.len && (text.p[at] != a || text.p[at + 1] != b)) {
        at++;
    }
    return at + 1 < text.len ? at : text.len;
}

size_t short_find(str text, size_t from, str what)
{
    if (what.len == 1) {
        const char *hit =
            from < text.len ? memchr(text.p + from, what.p[0], text.len - from) : NULL;
        return hit ? (size_t)(hit - text.p) : text.len;
    }
    size_t at = pair_find(text, from, what.p[0], what.p[1]);
    while (at + what.len <= text.len && memcmp(text.p + at, what.p, what.len) != 0) {
        at = pair_find(text, at + 1, what.p[0], what.p[1]);
    }
    return at + what.len <= text.len ? at : text.len;
}
