#include "formats/windows/evtx_crc.h"

#include "base/reader.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static uint32_t by_table(const struct evtx_crc *crc, uint32_t c, bytes b)
{
    const uint32_t(*t)[256] = crc->table;
    size_t i = 0;
    for (; b.len - i >= 8; i += 8) {
        uint64_t n = load_u64le(b.p + i) ^ c;
        c = t[7][n & 0xff] ^ t[6][n >> 8 & 0xff] ^ t[5][n >> 16 & 0xff] ^ t[4][n >> 24 & 0xff] ^
            t[3][n >> 32 & 0xff] ^ t[2][n >> 40 & 0xff] ^ t[1][n >> 48 & 0xff] ^ t[0][n >> 56];
    }
    for (; i < b.len; i++) {
        c = t[0][(c ^ b.p[i]) & 0xff] ^ c >> 8;
    }
    return c;
}

#if defined(__x86_64__)
#define WITH_CLMUL __attribute__((target("pclmul,sse2")))

WITH_CLMUL static inline __m128i block_at(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Moves `x` forward in the message by as many bits as `k` stands for, onto `next`. */
WITH_CLMUL static inline __m128i fold(__m128i x, __m128i k, __m128i next)
{
    __m128i low = _mm_clmulepi64_si128(x, k, 0x00), high = _mm_clmulepi64_si128(x, k, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/* Carry-less multiplication: the message is folded onto its own end, where 16 bytes with the same
 * remainder are left for the table. The constants are powers of x modulo the polynomial, bits
 * reversed: 512 bits on, and 128. At least 64 bytes; gives how many were taken. */
WITH_CLMUL static size_t fold_all(bytes b, uint32_t c, uint8_t left[16])
{
    const __m128i far = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i near = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    /* Four by name: an array would live in memory, which takes twice as long. */
    __m128i w = _mm_xor_si128(block_at(b.p), _mm_cvtsi32_si128((int)c));
    __m128i x = block_at(b.p + 16), y = block_at(b.p + 32), z = block_at(b.p + 48);
    size_t at = 64;
    for (; b.len - at >= 64; at += 64) {
        const uint8_t *p = b.p + at;
        w = fold(w, far, block_at(p));
        x = fold(x, far, block_at(p + 16));
        y = fold(y, far, block_at(p + 32));
        z = fold(z, far, block_at(p + 48));
    }
    __m128i sum = fold(fold(fold(w, near, x), near, y), near, z);
    for (; b.len - at >= 16; at += 16) {
        sum = fold(sum, near, block_at(b.p + at));
    }
    _mm_storeu_si128((__m128i *)(void *)left, sum);
    return at;
}

static uint32_t by_folding(const struct evtx_crc *crc, uint32_t c, bytes b)
{
    uint8_t left[16];
    size_t taken = fold_all(b, c, left);
    c = by_table(crc, 0, (bytes){left, sizeof left});
    return by_table(crc, c, (bytes){b.p + taken, b.len - taken});
}

static bool can_fold(void)
{
    return __builtin_cpu_supports("pclmul");
}
#else
static uint32_t by_folding(const struct evtx_crc *crc, uint32_t c, bytes b)
{
    return by_table(crc, c, b);
}

static bool can_fold(void)
{
    return false;
}
#endif

void evtx_crc_init(struct evtx_crc *crc)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++) {
            c = c & 1 ? UINT32_C(0xedb88320) ^ c >> 1 : c >> 1;
        }
        crc->table[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++) {
        for (int t = 1; t < 8; t++) {
            uint32_t c = crc->table[t - 1][i];
            crc->table[t][i] = crc->table[0][c & 0xff] ^ c >> 8;
        }
    }
    crc->folds = can_fold();
}

uint32_t evtx_crc(const struct evtx_crc *crc, uint32_t before, bytes b)
{
    bool folds = crc->folds && b.len >= 64;
    return ~(folds ? by_folding(crc, ~before, b) : by_table(crc, ~before, b));
}
