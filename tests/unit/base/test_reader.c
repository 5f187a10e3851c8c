#include "base/reader.h"
#include "kit.h"

static void reads_little_endian(void)
{
    const uint8_t raw[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 1};
    struct reader r = reader_of((bytes){raw, sizeof raw});
    CHECK(reader_u8(&r) == 1);
    CHECK(reader_u16le(&r) == 0x0302);
    CHECK(reader_u32le(&r) == 0x07060504);
    CHECK(reader_u64le(&r) == 0x0f0e0d0c0b0a0908);
    CHECK(reader_u32be(&r) == 1);
    CHECK(reader_ok(&r) && reader_left(&r) == 0);
}

static void stays_bad_after_the_end(void)
{
    const uint8_t raw[] = {1, 2, 3};
    struct reader r = reader_of((bytes){raw, sizeof raw});
    CHECK(reader_u32le(&r) == 0 && !reader_ok(&r));
    CHECK(reader_u8(&r) == 0);
    CHECK(reader_take(&r, 0).p == NULL && reader_left(&r) == 0);
}

static void lengths_from_the_input_cannot_wrap(void)
{
    const uint8_t raw[] = {1, 2, 3};
    struct reader r = reader_of((bytes){raw, sizeof raw});
    reader_skip(&r, 1);
    reader_skip(&r, UINT64_MAX);
    CHECK(!reader_ok(&r));
    r = reader_of((bytes){raw, sizeof raw});
    reader_seek(&r, 3);
    CHECK(reader_ok(&r) && reader_left(&r) == 0);
    reader_seek(&r, 4);
    CHECK(!reader_ok(&r));
}

int main(void)
{
    RUN(reads_little_endian);
    RUN(stays_bad_after_the_end);
    RUN(lengths_from_the_input_cannot_wrap);
    return kit_end();
}
