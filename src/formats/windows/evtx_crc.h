/* CRC-32 as zlib has it, over whole chunks. With a table alone it costs as much as all the rest
 * of reading a log; the processor's carry-less multiplication makes it cheap. */
#ifndef FORMATS_WINDOWS_EVTX_CRC_H
#define FORMATS_WINDOWS_EVTX_CRC_H

#include "base/str.h"

struct evtx_crc {
    bool folds; /* this processor can; clear it after init to go without */
    uint32_t table[8][256];
};

void evtx_crc_init(struct evtx_crc *crc);

/* Goes on from `before`, the value of what stands in front; 0 at the beginning. */
uint32_t evtx_crc(const struct evtx_crc *crc, uint32_t before, bytes b);

#endif
