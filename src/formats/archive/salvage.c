#include "formats/archive/salvage.h"

#include "base/reader.h"

#include <limits.h>
#include <lzma.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum { STEP = 64 << 10, GZIP = 15 + 16, XZ_MEMORY_MIB = 256 };

static bool begins_with(bytes b, const char *magic, size_t len)
{
    return b.len >= len && memcmp(b.p, magic, len) == 0;
}

static bool is_gzip(bytes b)
{
    return begins_with(b, "\x1f\x8b\x08", 3);
}

static bytes behind(bytes b, uint64_t at)
{
    return (bytes){b.p + at, b.len - (size_t)at};
}

/* Whole sectors may be filled with zeros. */
static bool is_blank(bytes b)
{
    size_t i = 0;
    while (i < b.len && b.p[i] == 0) {
        i++;
    }
    return i == b.len;
}

/* One member of gzip, which may be followed by another. */
static struct salvage gunzip(bytes packed, bool (*give)(void *ctx, bytes piece), void *ctx)
{
    uint8_t out[STEP];
    struct salvage s = {.known = true};
    z_stream z = {.next_in = packed.p,
                  .avail_in = packed.len < UINT_MAX ? (uInt)packed.len : UINT_MAX};
    if (inflateInit2(&z, GZIP) != Z_OK) {
        return s;
    }
    int said = Z_OK;
    while (said == Z_OK) {
        z.next_out = out;
        z.avail_out = sizeof out;
        said = inflate(&z, Z_SYNC_FLUSH);
        size_t len = sizeof out - z.avail_out;
        if ((len == 0 && said == Z_OK) || (len > 0 && !give(ctx, (bytes){out, len}))) {
            break;
        }
    }
    s.whole = said == Z_STREAM_END;
    s.at = (uint64_t)(z.next_in - packed.p);
    (void)inflateEnd(&z);
    return s;
}

static struct salvage gunzip_all(bytes packed, bool (*give)(void *ctx, bytes piece), void *ctx)
{
    struct salvage s = {.known = true, .whole = true};
    while (s.whole && is_gzip(behind(packed, s.at))) {
        struct salvage one = gunzip(behind(packed, s.at), give, ctx);
        s.at += one.at;
        s.whole = one.whole;
    }
    s.whole &= is_blank(behind(packed, s.at));
    return s;
}

static struct salvage unxz(bytes packed, bool (*give)(void *ctx, bytes piece), void *ctx)
{
    uint8_t out[STEP];
    struct salvage s = {.known = true};
    lzma_stream z = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&z, (uint64_t)XZ_MEMORY_MIB << 20, LZMA_CONCATENATED) != LZMA_OK) {
        return s;
    }
    z.next_in = packed.p;
    z.avail_in = packed.len;
    lzma_ret said = LZMA_OK;
    while (said == LZMA_OK) {
        z.next_out = out;
        z.avail_out = sizeof out;
        said = lzma_code(&z, LZMA_FINISH);
        size_t len = sizeof out - z.avail_out;
        if (len > 0 && !give(ctx, (bytes){out, len})) {
            break;
        }
    }
    s.whole = said == LZMA_STREAM_END;
    s.at = z.total_in;
    lzma_end(&z);
    return s;
}

struct salvage salvage(bytes packed, bool (*give)(void *ctx, bytes piece), void *ctx)
{
    if (is_gzip(packed)) {
        return gunzip_all(packed, give, ctx);
    }
    return begins_with(packed,
                       "\xfd"
                       "7zXZ",
                       5)
               ? unxz(packed, give, ctx)
               : (struct salvage){0};
}

uint32_t salvage_sum(uint32_t sum, bytes piece)
{
    return (uint32_t)crc32_z(sum, piece.p, piece.len);
}

bool salvage_sum_is_right(bytes packed, uint32_t sum, uint64_t len)
{
    struct reader r = reader_of(packed);
    if (!is_gzip(packed) || packed.len < 8) {
        return false;
    }
    reader_seek(&r, packed.len - 8);
    return reader_u32le(&r) == sum && reader_u32le(&r) == (uint32_t)len;
}
