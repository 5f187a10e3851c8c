/* A packed stream read once more, for what libarchive does not give: it drops up to 64 KiB before a
 * break, and does not compare the checksum of gzip. Knows gzip and xz; of others nothing is
 * salvaged. */
#ifndef FORMATS_ARCHIVE_SALVAGE_H
#define FORMATS_ARCHIVE_SALVAGE_H

#include "base/str.h"

struct salvage {
    bool known;  /* such a stream */
    bool whole;  /* unpacked to its end, its checksum is right, and nothing but zeros follows */
    uint64_t at; /* how far it was read */
};

/* Gives what it unpacks until it breaks, or until `give` says false. */
struct salvage salvage(bytes packed, bool (*give)(void *ctx, bytes piece), void *ctx);

/* What gzip writes at its end of `len` bytes: is this one member of gzip with that sum? Start from
 * 0. */
uint32_t salvage_sum(uint32_t sum, bytes piece);
bool salvage_sum_is_right(bytes packed, uint32_t sum, uint64_t len);

#endif
