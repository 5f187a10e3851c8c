/* CRC-32 as zlib has it, over whole chunks: several bytes a step, since a log of gigabytes is
 * checked on the way. */
#ifndef FORMATS_WINDOWS_EVTX_CRC_H
#define FORMATS_WINDOWS_EVTX_CRC_H

#include "base/str.h"

struct evtx_crc {
    uint32_t table[8][256];
};

void evtx_crc_init(struct evtx_crc *crc);

/* Goes on from `before`, the value of what stands in front; 0 at the beginning. */
uint32_t evtx_crc(const struct evtx_crc *crc, uint32_t before, bytes b);

#endif
