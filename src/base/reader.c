#include "base/reader.h"

struct reader reader_of(bytes in)
{
    return (struct reader){.in = in};
}

bool reader_ok(const struct reader *r)
{
    return !r->bad;
}

uint64_t reader_left(const struct reader *r)
{
    return r->bad ? 0 : r->in.len - r->at;
}

bytes reader_take(struct reader *r, uint64_t len)
{
    if (r->bad || len > r->in.len - r->at) {
        r->bad = true;
        return (bytes){NULL, 0};
    }
    bytes taken = {r->in.p ? r->in.p + r->at : NULL, (size_t)len};
    r->at += len;
    return taken;
}

void reader_skip(struct reader *r, uint64_t len)
{
    (void)reader_take(r, len);
}

void reader_seek(struct reader *r, uint64_t offset)
{
    if (r->bad || offset > r->in.len) {
        r->bad = true;
        return;
    }
    r->at = offset;
}

/* A number of `len` bytes, or zeros. */
static const uint8_t *number(struct reader *r, uint64_t len)
{
    static const uint8_t zeros[8];
    bytes b = reader_take(r, len);
    return b.p ? b.p : zeros;
}

uint8_t reader_u8(struct reader *r)
{
    return *number(r, 1);
}

uint16_t reader_u16le(struct reader *r)
{
    return load_u16le(number(r, 2));
}

uint32_t reader_u32le(struct reader *r)
{
    return load_u32le(number(r, 4));
}

uint64_t reader_u64le(struct reader *r)
{
    return load_u64le(number(r, 8));
}

uint32_t reader_u32be(struct reader *r)
{
    return __builtin_bswap32(reader_u32le(r));
}
