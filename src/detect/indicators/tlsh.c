#include "detect/indicators/tlsh.h"

#include "base/text.h"
#include "detect/indicators/canonical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 128, WINDOW = 5, DIGITS = 2 * TLSH_BYTES };

/* The permutation of Pearson, Fast hashing of variable-length text strings, 1990. */
static const uint8_t permuted[256] = {
    1,   87,  49,  12,  176, 178, 102, 166, 121, 193, 6,   84,  249, 230, 44,  163, 14,  197, 213,
    181, 161, 85,  218, 80,  64,  239, 24,  226, 236, 142, 38,  200, 110, 177, 104, 103, 141, 253,
    255, 50,  77,  101, 81,  18,  45,  96,  31,  222, 25,  107, 190, 70,  86,  237, 240, 34,  72,
    242, 20,  214, 244, 227, 149, 235, 97,  234, 57,  22,  60,  250, 82,  175, 208, 5,   127, 199,
    111, 62,  135, 248, 174, 169, 211, 58,  66,  154, 106, 195, 245, 171, 17,  187, 182, 179, 0,
    243, 132, 56,  148, 75,  128, 133, 158, 100, 130, 126, 91,  13,  153, 246, 216, 219, 119, 68,
    223, 78,  83,  88,  201, 99,  122, 11,  92,  32,  136, 114, 52,  10,  138, 30,  48,  183, 156,
    35,  61,  26,  143, 74,  251, 94,  129, 162, 63,  152, 170, 7,   115, 167, 241, 206, 3,   150,
    55,  59,  151, 220, 90,  53,  23,  131, 125, 173, 15,  238, 79,  95,  89,  16,  105, 137, 225,
    224, 217, 160, 37,  123, 118, 73,  2,   157, 46,  116, 9,   145, 134, 228, 207, 212, 202, 215,
    69,  229, 27,  188, 67,  124, 168, 252, 42,  4,   29,  108, 21,  247, 19,  205, 39,  203, 233,
    40,  186, 147, 198, 192, 155, 33,  164, 191, 98,  204, 165, 180, 117, 76,  140, 36,  210, 172,
    41,  54,  159, 8,   185, 232, 113, 196, 231, 47,  146, 120, 51,  65,  28,  144, 254, 221, 93,
    189, 194, 139, 112, 43,  71,  109, 184, 209,
};

/* ---- making */

static uint8_t triple(uint8_t salt, uint8_t a, uint8_t b, uint8_t c)
{
    return permuted[permuted[permuted[permuted[salt] ^ a] ^ b] ^ c];
}

/* Six of the triples of a window of five bytes, the newest in each; the others were in the windows
 * before. */
static void count(uint32_t counts[256], const uint8_t *end)
{
    const uint8_t a = end[-1], b = end[-2], c = end[-3], d = end[-4], e = end[-5];
    counts[triple(2, a, b, c)]++;
    counts[triple(3, a, b, d)]++;
    counts[triple(5, a, c, d)]++;
    counts[triple(7, a, c, e)]++;
    counts[triple(11, a, b, e)]++;
    counts[triple(13, a, d, e)]++;
}

static int by_size(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* In steps that become finer, from a half to a tenth of the size. The logarithm is a float, and the
 * rest are doubles: so are the borders that others have. */
static uint8_t size_of(size_t len)
{
    const double size = (double)(float)log((double)len);
    double steps = len <= 656    ? size / 0.4054651
                   : len <= 3199 ? size / 0.26236426 - 8.72777
                                 : size / 0.095310180 - 62.5472;
    return (uint8_t)((uint64_t)floor(steps) & 0xff);
}

/* In floats, for it is their roundings that others have. */
static uint8_t quarter(uint32_t part, uint32_t of)
{
    return (uint8_t)((uint32_t)((float)(part * 100) / (float)of) % 16);
}

/* As they stand in the text: the last class first. */
static void classify(const uint32_t counts[256], const uint32_t border[3], struct tlsh *t)
{
    for (size_t i = 0; i < CLASSES; i++) {
        uint32_t n = counts[CLASSES - 1 - i];
        unsigned class = n > border[2] ? 3 : n > border[1] ? 2 : n > border[0] ? 1 : 0;
        t->classes[i / 32] = t->classes[i / 32] << 2 | class;
    }
}

bool tlsh_of(bytes data, struct tlsh *out)
{
    uint32_t counts[256] = {0}, sorted[CLASSES], used = 0;
    struct tlsh t = {.checksum = 0};
    for (size_t i = WINDOW; i <= data.len; i++) {
        count(counts, data.p + i);
        t.checksum = triple(0, data.p[i - 1], data.p[i - 2], t.checksum);
    }
    memcpy(sorted, counts, sizeof sorted);
    qsort(sorted, CLASSES, sizeof *sorted, by_size);
    for (size_t i = 0; i < CLASSES; i++) {
        used += sorted[i] > 0;
    }
    if (data.len < TLSH_SIZE_MIN || used <= CLASSES / 2) {
        return false;
    }
    const uint32_t border[3] = {sorted[CLASSES / 4 - 1], sorted[CLASSES / 2 - 1],
                                sorted[CLASSES * 3 / 4 - 1]};
    t.size = size_of(data.len);
    t.quarters[0] = quarter(border[0], border[2]);
    t.quarters[1] = quarter(border[1], border[2]);
    classify(counts, border, &t);
    *out = t;
    return true;
}

/* ---- as text: the numbers in front with their digits turned round */

static uint8_t turned(uint8_t b)
{
    return (uint8_t)(b << 4 | b >> 4);
}

bool tlsh_parse(str s, struct tlsh *out)
{
    uint8_t raw[TLSH_BYTES];
    s = s.len == DIGITS + 2 && str_starts_nocase(s, STR("T1")) ? str_from(s, 2) : s;
    for (size_t i = 0; i < TLSH_BYTES && s.len == DIGITS; i++) {
        int high = hex_value(s.p[2 * i]), low = hex_value(s.p[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        raw[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    if (s.len != DIGITS) {
        return false;
    }
    *out = (struct tlsh){
        turned(raw[0]), turned(raw[1]), {raw[2] >> 4, raw[2] & 15},
          {0          }
    };
    for (size_t i = 0; i < TLSH_BYTES - 3; i++) {
        out->classes[i / 8] = out->classes[i / 8] << 8 | raw[i + 3];
    }
    return true;
}

str tlsh_text(const struct tlsh *t, struct arena *a)
{
    uint8_t raw[TLSH_BYTES] = {turned(t->checksum), turned(t->size),
                               (uint8_t)(t->quarters[0] << 4 | t->quarters[1])};
    for (size_t i = 0; i < TLSH_BYTES - 3; i++) {
        raw[i + 3] = (uint8_t)(t->classes[i / 8] >> (56 - 8 * (i % 8)));
    }
    return arena_printf(a, "T1%.*s", STR_ARG(text_hex(a, (bytes){raw, sizeof raw})));
}

/* ---- comparing */

/* The shorter way round a circle. */
static unsigned apart(unsigned a, unsigned b, unsigned circle)
{
    unsigned one = a > b ? a - b : b - a;
    return one < circle - one ? one : circle - one;
}

static unsigned weighed(unsigned steps)
{
    return steps <= 1 ? steps : (steps - 1) * 12;
}

/* One step costs 1, two 2, three 6. */
static unsigned classes_apart(uint64_t a, uint64_t b)
{
    const uint64_t ones = UINT64_C(0x5555555555555555);
    uint64_t low = (a ^ b) & ones, high = (a ^ b) >> 1 & ones, mixed = (a ^ a >> 1) & ones;
    unsigned three = (unsigned)__builtin_popcountll(high & low & ~mixed);
    unsigned two = (unsigned)__builtin_popcountll(high & ~low);
    unsigned one = (unsigned)__builtin_popcountll(low & (~high | mixed));
    return 6 * three + 2 * two + one;
}

unsigned tlsh_distance(const struct tlsh *a, const struct tlsh *b)
{
    unsigned size = apart(a->size, b->size, 256), sum = size <= 1 ? size : size * 12;
    sum += weighed(apart(a->quarters[0], b->quarters[0], 16));
    sum += weighed(apart(a->quarters[1], b->quarters[1], 16));
    sum += a->checksum != b->checksum;
    for (size_t i = 0; i < ARRAY_LEN(a->classes); i++) {
        sum += classes_apart(a->classes[i], b->classes[i]);
    }
    return sum;
}
