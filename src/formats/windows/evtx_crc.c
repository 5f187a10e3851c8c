#include "formats/windows/evtx_crc.h"

#include "base/reader.h"

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
}

uint32_t evtx_crc(const struct evtx_crc *crc, uint32_t before, bytes b)
{
    const uint32_t(*t)[256] = crc->table;
    uint32_t c = ~before;
    size_t i = 0;
    for (; b.len - i >= 8; i += 8) {
        uint64_t n = load_u64le(b.p + i) ^ c;
        c = t[7][n & 0xff] ^ t[6][n >> 8 & 0xff] ^ t[5][n >> 16 & 0xff] ^ t[4][n >> 24 & 0xff] ^
            t[3][n >> 32 & 0xff] ^ t[2][n >> 40 & 0xff] ^ t[1][n >> 48 & 0xff] ^ t[0][n >> 56];
    }
    for (; i < b.len; i++) {
        c = t[0][(c ^ b.p[i]) & 0xff] ^ c >> 8;
    }
    return ~c;
}
