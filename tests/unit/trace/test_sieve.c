#include "kit.h"
#include "trace/sieve.h"

#include <string.h>

static struct arena arena;

enum { UNIT = 1 << 20 };

/* A unit of noise in which `len` bytes stand at `at`. */
static bytes unit_with(const void *what, size_t len, size_t at)
{
    uint8_t *unit = arena_alloc(&arena, UNIT);
    uint32_t seed = 7;
    for (size_t i = 0; i < UNIT; i++) {
        seed = seed * 1664525 + 1013904223;
        unit[i] = (uint8_t)(seed >> 24);
    }
    memcpy(unit + at, what, len);
    return (bytes){unit, UNIT};
}

static bool seen(const char *needle, bytes unit, size_t at)
{
    const struct quarry q = {STR("path"), str_of(needle), str_of(needle)};
    struct sieve *s = sieve_new(&arena, &q, 1);
    struct warmth w;
    CHECK(s && sieve_look(s, unit, 0, unit.len, &arena, &w));
    return w.any && warmth_near(&w, at, 10);
}

static void a_needle_is_seen_in_every_encoding(void)
{
    static const char wide[] = "P\0r\0i\0n\0t\0.\0a\0s\0p\0x";
    static const char other_order[] = "\0P\0r\0i\0n\0t\0.\0a\0s\0p\0x";
    for (size_t at = 100000; at < 100008; at++) {
        CHECK(seen("print.aspx", unit_with("PRINT.aspx", 10, at), at));
        CHECK(seen("print.aspx", unit_with(wide, sizeof wide - 1, at), at));
        CHECK(seen("print.aspx", unit_with(other_order, sizeof other_order - 1, at), at));
        CHECK(seen("Themes\\print.aspx", unit_with("themes/print.aspx", 17, at), at));
    }
    CHECK(!seen("print.aspx", unit_with("prinz.aspx", 10, 5), 5));
}

/* As an event log holds them. */
static void guids_sids_and_sessions_are_seen_in_binary(void)
{
    static const uint8_t guid[] = {0x49, 0xd2, 0x04, 0x60, 0xcf, 0xaf, 0x4d, 0x60,
                                   0x2a, 0x27, 0x00, 0x00, 0x00, 0x00, 0x09, 0x00};
    static const uint8_t sid[] = {1, 5, 0,    0, 0, 0, 0,    5,   21, 0, 0,    0, 0xe8, 3,
                                  0, 0, 0xd1, 7, 0, 0, 0xb9, 0xb, 0,  0, 0xf4, 1, 0,    0};
    CHECK(seen("{6004D249-AFCF-604D-2A27-000000000900}", unit_with(guid, sizeof guid, 777), 777));
    CHECK(seen("S-1-5-21-1000-2001-3001-500", unit_with(sid, sizeof sid, 777), 777));
    CHECK(!seen("S-1-5-21-1000-2001-3001-501", unit_with(sid, sizeof sid, 777), 777));
    static const uint8_t session[] = {0x81, 0x2f, 0x4a, 0, 0, 0, 0, 0};
    CHECK(seen("0x4a2f81", unit_with(session, sizeof session, 777), 777));
    CHECK(!seen("0x4a2f82", unit_with(session, sizeof session, 777), 777));
}

static void it_stands_across_the_border_of_blocks_and_at_the_end(void)
{
    for (size_t at = (16 << 10) - 12; at < (16 << 10) + 2; at++) {
        CHECK(seen("192.0.2.199", unit_with("192.0.2.199", 11, at), at));
    }
    CHECK(seen("192.0.2.199", unit_with("192.0.2.199", 11, UNIT - 11), UNIT - 11));
}

static void what_is_far_away_is_cold(void)
{
    const struct quarry q = {STR("address"), STR("192.0.2.199"), STR("192.0.2.199")};
    struct sieve *s = sieve_new(&arena, &q, 1);
    struct warmth w;
    CHECK(sieve_look(s, unit_with("192.0.2.199", 11, 500000), 0, UNIT, &arena, &w));
    CHECK(warmth_near(&w, 500000, 100) && warmth_near(&w, 480000, 100));
    CHECK(!warmth_near(&w, 100000, 100) && !warmth_near(&w, 900000, 100));
    CHECK(warmth_near(&w, 100000, 500000));        /* a record so long that it holds it */
    CHECK(warmth_near(&(struct warmth){0}, 1, 1)); /* nobody looked */
}

/* As JSON may write them. */
static void escaped_letters_are_warm(void)
{
    CHECK(seen("print.aspx", unit_with("pr\\u0069nt.aspx", 15, 777), 777));
    CHECK(seen("192.0.2.199", unit_with("192\\u002E0.2.199", 16, 777), 777));
}

static void a_needle_without_a_piece_cannot_be_sieved(void)
{
    const struct quarry q = {STR("path"), STR("\xc3\xa9\xc3\xa8"), STR("\xc3\xa9\xc3\xa8")};
    CHECK(sieve_new(&arena, &q, 1) == NULL);
}

int main(void)
{
    arena_init(&arena, UINT64_C(1) << 30);
    RUN(a_needle_is_seen_in_every_encoding);
    RUN(guids_sids_and_sessions_are_seen_in_binary);
    RUN(it_stands_across_the_border_of_blocks_and_at_the_end);
    RUN(what_is_far_away_is_cold);
    RUN(escaped_letters_are_warm);
    RUN(a_needle_without_a_piece_cannot_be_sieved);
    arena_done(&arena);
    return kit_end();
}
