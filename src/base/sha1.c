#include "base/sha1.h"

#include <string.h>

enum { BLOCK = 64 };

struct sha1 {
    uint32_t h[5];
    uint8_t block[BLOCK];
    uint64_t len;
};

static uint32_t turn(uint32_t n, int by)
{
    return n << by | n >> (32 - by);
}

static uint32_t mix(int step, const uint32_t v[5])
{
    uint32_t b = v[1], c = v[2], d = v[3];
    return step < 20   ? ((b & c) | (~b & d)) + 0x5a827999
           : step < 40 ? (b ^ c ^ d) + 0x6ed9eba1
           : step < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                       : (b ^ c ^ d) + 0xca62c1d6;
}

static void eat_block(struct sha1 *s)
{
    uint32_t w[80], v[5];
    memcpy(v, s->h, sizeof v);
    for (int i = 0; i < 80; i++) {
        const uint8_t *p = s->block + (size_t)(i & 15) * 4;
        w[i] = i < 16 ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                      : turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t next = turn(v[0], 5) + mix(i, v) + v[4] + w[i];
        v[4] = v[3];
        v[3] = v[2];
        v[2] = turn(v[1], 30);
        v[1] = v[0];
        v[0] = next;
    }
    for (int i = 0; i < 5; i++) {
        s->h[i] += v[i];
    }
}

static void eat(struct sha1 *s, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        s->block[s->len++ % BLOCK] = (uint8_t)text.p[i];
        if (s->len % BLOCK == 0) {
            eat_block(s);
        }
    }
}

void sha1(str head, str tail, uint8_t out[SHA1_BYTES])
{
    struct sha1 s = {
        .h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}
    };
    eat(&s, head);
    eat(&s, tail);
    uint64_t bits = s.len * 8;
    char length[8];
    for (int i = 0; i < 8; i++) {
        length[i] = (char)(bits >> (56 - 8 * i));
    }
    eat(&s, STR("\x80"));
    while (s.len % BLOCK != BLOCK - 8) {
        eat(&s, (str){"", 1});
    }
    eat(&s, (str){length, sizeof length});
    for (int i = 0; i < SHA1_BYTES; i++) {
        out[i] = (uint8_t)(s.h[i / 4] >> (24 - i % 4 * 8));
    }
}
