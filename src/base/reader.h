/* A bounded, sticky cursor over hostile bytes: the only way to binary evidence.
 *
 * Every read is checked. After the first one that does not fit, the reader gives zeros and
 * empty slices and stays bad, so a structure is decoded in one breath and asked once with
 * reader_ok(). Loops over a count from the input ask every turn. Little-endian. Offsets are
 * 64-bit on every host. */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/str.h"

#include <string.h>

struct reader {
    bytes in;
    uint64_t at; /* offset of the next byte; where it went bad, once it has */
    bool bad;
};

struct reader reader_of(bytes in);
bool reader_ok(const struct reader *r);
uint64_t reader_left(const struct reader *r);

uint8_t reader_u8(struct reader *r);
uint16_t reader_u16le(struct reader *r);
uint32_t reader_u32le(struct reader *r);
uint64_t reader_u64le(struct reader *r);
uint32_t reader_u32be(struct reader *r);

bytes reader_take(struct reader *r, uint64_t len); /* empty and bad when it does not fit */
void reader_skip(struct reader *r, uint64_t len);
void reader_seek(struct reader *r, uint64_t offset); /* from the start of `in` */

/* Unchecked little-endian loads, for bytes whose bounds the caller has proved. Copied as a word:
 * shifts and ors the compiler makes one instruction of only outside of loops that it unrolls. */
static inline uint16_t load_u16le(const uint8_t *p)
{
    return (uint16_t)(p[0] | (p[1] << 8));
}

static inline uint32_t load_u32le(const uint8_t *p)
{
    uint32_t n;
    memcpy(&n, p, sizeof n);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? n : __builtin_bswap32(n);
}

static inline uint64_t load_u64le(const uint8_t *p)
{
    uint64_t n;
    memcpy(&n, p, sizeof n);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? n : __builtin_bswap64(n);
}

#endif
