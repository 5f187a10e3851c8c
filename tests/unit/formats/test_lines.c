#include "formats/lines.h"

#include "formats/origins.h"
#include "kit.h"

static struct line nth(bytes unit, size_t n, size_t limit)
{
    struct lines in = lines_of(unit, unit.len, limit);
    struct line line = {0};
    for (size_t i = 0; i < n; i++) {
        CHECK(lines_next(&in, &line));
    }
    return line;
}

#define UNIT(literal) ((bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

static void line_ends_of_both_kinds_are_no_text(void)
{
    bytes unit = UNIT("one\r\ntwo\nthree");
    CHECK_STR(str_of_bytes(nth(unit, 1, 100).raw), "one");
    CHECK_STR(str_of_bytes(nth(unit, 2, 100).raw), "two");
    struct line last = nth(unit, 3, 100);
    CHECK_STR(str_of_bytes(last.raw), "three");
    CHECK(!last.ended && last.offset == 9 && last.len == 5 && last.number == 3);
}

static void a_byte_order_mark_is_passed_over(void)
{
    struct line line = nth(UNIT("\xef\xbb\xbfone\n"), 1, 100);
    CHECK_STR(str_of_bytes(line.raw), "one");
    CHECK_INT(line.offset, 3);
}

static void nuls_around_a_line_are_no_text(void)
{
    struct line line = nth(UNIT("one\n\0\0\0two\0\0\n"), 2, 100);
    CHECK_STR(str_of_bytes(line.raw), "two");
    CHECK(line.padded && line.offset == 4 && line.len == 9);
    line = nth(UNIT("one\n\0\0\0\0"), 2, 100);
    CHECK(line.padded && line.raw.len == 0 && line.len == 4);
}

static void a_line_over_the_limit_is_passed(void)
{
    bytes unit = UNIT("short\n12345678901\nafter\n");
    CHECK(!nth(unit, 1, 10).too_long);
    struct line line = nth(unit, 2, 10);
    CHECK(line.too_long && line.raw.len == 0 && line.len == 12);
    CHECK_STR(str_of_bytes(nth(unit, 3, 10).raw), "after");
}

static void utf16_lines_end_at_whole_units(void)
{
    /* U+0A0A holds two line-end bytes, and U+010A with U+0D00 another across the units. */
    bytes le = UNIT("\xff\xfe"
                    "a\0\x0a\x0a\x0a\x01\0\x0d\r\0\n\0b\0\n\0");
    CHECK_INT(nth(le, 1, 100).len, 12);
    CHECK_INT(nth(le, 2, 100).offset, 14);
    bytes be = UNIT("\xfe\xff\0a\x0a\x01\0\r\0\n\0b");
    CHECK_INT(nth(be, 1, 100).len, 8);
    CHECK_INT(nth(be, 2, 100).raw.len, 2);
}

static void every_cut_is_where_a_line_begins(void)
{
    static const bytes units[] = {
        {(const uint8_t *)"\xef\xbb\xbfone\r\n\r\nthree\n\0\0four", 21},
        {(const uint8_t *)"\xff\xfe"
                          "a\0\n\0\n\0b\0\0\0\n\0",        14},
    };
    for (size_t u = 0; u < 2; u++) {
        for (uint64_t near = 0; near <= units[u].len; near++) {
            uint64_t cut = lines_cut(units[u], near);
            CHECK(cut >= near && cut <= units[u].len);
            struct lines in = lines_of(units[u], units[u].len, 100);
            struct line line;
            bool begins = cut == 0 || cut == units[u].len;
            while (lines_next(&in, &line)) {
                begins |= line.offset == cut;
                CHECK(line.offset < near || line.offset >= cut);
            }
            CHECK(begins);
        }
    }
}

static void an_origin_is_kept_once(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct origins o = {.arena = &a};
    struct origin iis = {.channel = STR("iis"), .host = STR("a")};
    struct origin other = {.channel = STR("iis"), .host = STR("b")};
    const struct origin *first = origins_get(&o, &iis), *second = origins_get(&o, &other);
    CHECK(first != second && first->number == 0 && second->number == 1);
    CHECK(origins_get(&o, &iis) == first);
    for (uint32_t id = 1; id < 1000; id++) {
        iis.event_id = id;
        CHECK_INT(origins_get(&o, &iis)->number, id + 1);
    }
    iis.event_id = 500;
    CHECK_INT(origins_get(&o, &iis)->number, 501);
    arena_done(&a);
}

static void origins_over_the_budget_are_none(void)
{
    for (uint64_t budget = 0; budget < 20000; budget += 500) {
        struct arena a;
        arena_init(&a, budget);
        struct origins o = {.arena = &a};
        struct origin origin = {.channel = STR("a channel with a name")};
        const struct origin *made = &origin;
        for (uint32_t id = 0; id < 1000 && made; id++) {
            origin.event_id = id;
            made = origins_get(&o, &origin);
        }
        CHECK(made == NULL);
        arena_done(&a);
    }
}

int main(void)
{
    RUN(line_ends_of_both_kinds_are_no_text);
    RUN(a_byte_order_mark_is_passed_over);
    RUN(nuls_around_a_line_are_no_text);
    RUN(a_line_over_the_limit_is_passed);
    RUN(utf16_lines_end_at_whole_units);
    RUN(every_cut_is_where_a_line_begins);
    RUN(an_origin_is_kept_once);
    RUN(origins_over_the_budget_are_none);
    return kit_end();
}
