#include "formats/unix/journal_payload.h"

#include "base/reader.h"

#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

static const bytes nothing = {NULL, 0};

static bytes unpack_zstd(bytes packed, struct arena *a)
{
    unsigned long long size = ZSTD_getFrameContentSize(packed.p, packed.len);
    if (size == 0 || size > JOURNAL_VALUE_MAX) { /* unknown and wrong are huge numbers */
        return nothing;
    }
    uint8_t *out = arena_alloc(a, (size_t)size);
    size_t got = out ? ZSTD_decompress(out, (size_t)size, packed.p, packed.len) : 0;
    return out && got == size ? (bytes){out, got} : nothing;
}

/* A block behind its unpacked size. */
static bytes unpack_lz4(bytes packed, struct arena *a)
{
    enum { SIZE = 8 };
    uint64_t size = packed.len > SIZE ? load_u64le(packed.p) : 0;
    if (size == 0 || size > JOURNAL_VALUE_MAX || packed.len > INT32_MAX) {
        return nothing;
    }
    uint8_t *out = arena_alloc(a, (size_t)size);
    const char *block = (const char *)packed.p + SIZE;
    int got =
        out ? LZ4_decompress_safe(block, (char *)out, (int)(packed.len - SIZE), (int)size) : 0;
    return got > 0 && (uint64_t)got == size ? (bytes){out, (size_t)got} : nothing;
}

/* An .xz stream, whose unpacked size stands at its end: room is doubled until it fits. */
static bytes unpack_xz(bytes packed, struct arena *a)
{
    enum { FIRST_ROOM = 64 << 10, MEMORY = 64 << 20 };
    for (size_t room = FIRST_ROOM; room <= JOURNAL_VALUE_MAX; room *= 2) {
        uint64_t memory = MEMORY;
        size_t in = 0, got = 0;
        uint8_t *out = arena_alloc(a, room);
        if (!out) {
            return nothing;
        }
        lzma_ret said =
            lzma_stream_buffer_decode(&memory, 0, NULL, packed.p, &in, packed.len, out, &got, room);
        if (said == LZMA_OK) {
            return (bytes){out, got};
        }
        if (said != LZMA_BUF_ERROR) {
            return nothing;
        }
    }
    return nothing;
}

bytes journal_unpack(bytes packed, enum journal_packing how, struct arena *a)
{
    switch (how) {
    case PACKED_ZSTD:
        return unpack_zstd(packed, a);
    case PACKED_LZ4:
        return unpack_lz4(packed, a);
    case PACKED_XZ:
        return unpack_xz(packed, a);
    }
    return nothing;
}
