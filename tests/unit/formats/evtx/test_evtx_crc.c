#include "base/compiler.h"
#include "formats/windows/evtx_crc.h"
#include "kit.h"

/* Bit by bit, as the standard has it. */
static uint32_t slow_crc(uint32_t before, bytes b)
{
    uint32_t c = ~before;
    for (size_t i = 0; i < b.len; i++) {
        c ^= b.p[i];
        for (int bit = 0; bit < 8; bit++) {
            c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
        }
    }
    return ~c;
}

static void the_check_value_of_the_standard_comes_out(void)
{
    struct evtx_crc crc;
    evtx_crc_init(&crc);
    CHECK_INT(evtx_crc(&crc, 0, bytes_of_str(STR("123456789"))), 0xcbf43926);
}

static void every_way_agrees_at_every_length(void)
{
    static uint8_t raw[1000];
    for (size_t i = 0; i < sizeof raw; i++) {
        raw[i] = (uint8_t)(i * i * 31 + i * 7);
    }
    struct evtx_crc fast, table;
    evtx_crc_init(&fast);
    evtx_crc_init(&table);
    table.folds = false;
    for (size_t len = 0; len + 3 <= sizeof raw; len++) {
        bytes b = {raw + len % 3, len};
        uint32_t want = slow_crc(0x1234, b);
        CHECK(evtx_crc(&fast, 0x1234, b) == want && evtx_crc(&table, 0x1234, b) == want);
    }
}

int main(void)
{
    RUN(the_check_value_of_the_standard_comes_out);
    RUN(every_way_agrees_at_every_length);
    return kit_end();
}
