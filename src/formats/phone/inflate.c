#include "formats/phone/inflate.h"

#include "formats/archive/limits.h"

#define ZLIB_CONST /* what is unpacked is not changed */
#include <zlib.h>

enum { INFLATE_STEP = 64 << 10 };

static bool is_bomb(uint64_t out, uint64_t in)
{
    return out >> 20 >= ARCHIVE_RATIO_FREE_MIB && out / ARCHIVE_RATIO_MAX > in;
}

enum inflate_end inflate_all(bytes packed, bool (*take)(void *ctx, bytes piece), void *ctx)
{
    uint8_t room[INFLATE_STEP];
    z_stream z = {.next_in = packed.p, .avail_in = (uInt)packed.len};
    if (packed.len > UINT32_MAX || inflateInit2(&z, MAX_WBITS) != Z_OK) {
        return INFLATE_DAMAGED;
    }
    enum inflate_end end = INFLATE_WHOLE;
    uint64_t out = 0;
    int state = Z_OK;
    while (state == Z_OK && end == INFLATE_WHOLE) {
        z.next_out = room;
        z.avail_out = sizeof room;
        state = inflate(&z, Z_NO_FLUSH);
        bytes piece = {room, sizeof room - z.avail_out};
        out += piece.len;
        if (is_bomb(out, packed.len)) {
            end = INFLATE_BOMB;
        } else if (piece.len > 0 && !take(ctx, piece)) {
            end = INFLATE_STOPPED;
        }
    }
    (void)inflateEnd(&z);
    return end == INFLATE_WHOLE && state != Z_STREAM_END ? INFLATE_DAMAGED : end;
}
