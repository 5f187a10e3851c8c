#include "match/ascii.h"

#include <stdbool.h>

#ifdef __SSE2__
#include <emmintrin.h>

enum { BLOCK = 16 };

static __m128i load(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

static void store(char *p, __m128i x)
{
    _mm_storeu_si128((__m128i *)(void *)p, x);
}

static bool narrow_block(char *out, const uint8_t *p)
{
    __m128i a = load(p), b = load(p + BLOCK), zero = _mm_setzero_si128();
    __m128i wide = _mm_and_si128(_mm_or_si128(a, b), _mm_set1_epi16((short)0xff80));
    __m128i nul = _mm_or_si128(_mm_cmpeq_epi16(a, zero), _mm_cmpeq_epi16(b, zero));
    store(out, _mm_packus_epi16(a, b));
    return _mm_movemask_epi8(_mm_cmpeq_epi16(wide, zero)) == 0xffff && !_mm_movemask_epi8(nul);
}

static bool fold_block(char *out, const char *in)
{
    __m128i a = load(in);
    __m128i upper = _mm_and_si128(_mm_cmpgt_epi8(a, _mm_set1_epi8('A' - 1)),
                                  _mm_cmplt_epi8(a, _mm_set1_epi8('Z' + 1)));
    store(out, _mm_or_si128(a, _mm_and_si128(upper, _mm_set1_epi8(0x20))));
    return !_mm_movemask_epi8(a);
}

#else

enum { BLOCK = 1 }; /* the loops by character do it all */

static bool narrow_block(char *out, const uint8_t *p)
{
    (void)out, (void)p;
    return false;
}

static bool fold_block(char *out, const char *in)
{
    (void)out, (void)in;
    return false;
}

#endif

size_t ascii_narrow(char *out, const uint8_t *utf16le, size_t units)
{
    size_t i = 0;
    while (i + BLOCK <= units && narrow_block(out + i, utf16le + 2 * i)) {
        i += BLOCK;
    }
    while (i < units && utf16le[2 * i + 1] == 0 && (uint8_t)(utf16le[2 * i] - 1) < 0x7f) {
        out[i] = (char)utf16le[2 * i];
        i++;
    }
    return i;
}

static char lower(uint8_t c)
{
    return (char)(c | ((uint8_t)(c - 'A') < 26 ? 0x20 : 0));
}

size_t ascii_fold(char *out, const char *in, size_t len)
{
    size_t i = 0;
    while (i + BLOCK <= len && fold_block(out + i, in + i)) {
        i += BLOCK;
    }
    while (i < len && (uint8_t)in[i] < 0x80) {
        out[i] = lower((uint8_t)in[i]);
        i++;
    }
    return i;
}

void ascii_fold_bytes(char *out, const uint8_t *in, size_t len)
{
    size_t i = 0;
    while (BLOCK > 1 && i + BLOCK <= len) {
        (void)fold_block(out + i, (const char *)in + i);
        i += BLOCK;
    }
    for (; i < len; i++) {
        out[i] = lower(in[i]);
    }
}
