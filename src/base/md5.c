#include "base/md5.h"

#include "base/reader.h"

#include <stdio.h>

enum { BLOCK = 64, LENGTH_AT = 56, ROUNDS = 64 };

static const uint8_t turns[4][4] = {
    {7, 12, 17, 22},
    {5, 9,  14, 20},
    {4, 11, 16, 23},
    {6, 10, 15, 21},
};

/* floor(2^32 * abs(sin(i + 1))) */
static const uint32_t sines[ROUNDS] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static uint32_t mix(unsigned i, const uint32_t s[4], unsigned *word)
{
    switch (i / 16) {
    case 0:
        *word = i;
        return (s[1] & s[2]) | (~s[1] & s[3]);
    case 1:
        *word = (5 * i + 1) % 16;
        return (s[3] & s[1]) | (~s[3] & s[2]);
    case 2:
        *word = (3 * i + 5) % 16;
        return s[1] ^ s[2] ^ s[3];
    default:
        *word = 7 * i % 16;
        return s[2] ^ (s[1] | ~s[3]);
    }
}

static void add_block(uint32_t state[4], const uint8_t *block)
{
    uint32_t s[4] = {state[0], state[1], state[2], state[3]};
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned word = 0, turn = turns[i / 16][i % 4];
        uint32_t f = mix(i, s, &word) + s[0] + sines[i] + load_u32le(block + (size_t)4 * word);
        s[0] = s[3];
        s[3] = s[2];
        s[2] = s[1];
        s[1] += f << turn | f >> (32 - turn);
    }
    for (int i = 0; i < 4; i++) {
        state[i] += s[i];
    }
}

void md5(bytes data, uint8_t out[MD5_BYTES])
{
    uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    uint8_t last[2 * BLOCK] = {0};
    size_t whole = data.len / BLOCK * BLOCK, rest = data.len - whole;
    for (size_t at = 0; at < whole; at += BLOCK) {
        add_block(state, data.p + at);
    }
    if (rest > 0) {
        memcpy(last, data.p + whole, rest);
    }
    last[rest] = 0x80;
    size_t end = rest < LENGTH_AT ? BLOCK : sizeof last;
    for (unsigned i = 0; i < 8; i++) {
        last[end - 8 + i] = (uint8_t)((uint64_t)data.len * 8 >> (8 * i));
    }
    for (size_t at = 0; at < end; at += BLOCK) {
        add_block(state, last + at);
    }
    for (unsigned i = 0; i < MD5_BYTES; i++) {
        out[i] = (uint8_t)(state[i / 4] >> (8 * (i % 4)));
    }
}

str md5_hex(bytes data, char out[MD5_HEX])
{
    uint8_t raw[MD5_BYTES];
    md5(data, raw);
    for (unsigned i = 0; i < MD5_BYTES; i++) {
        (void)snprintf(out + (size_t)2 * i, 3, "%02x", raw[i]);
    }
    return (str){out, MD5_HEX - 1};
}
