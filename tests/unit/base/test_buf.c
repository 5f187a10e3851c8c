#include "base/buf.h"
#include "kit.h"

static void overflow_is_sticky_and_said_once(void)
{
    struct buf b;
    buf_init(&b, 8);
    buf_add(&b, STR("12345678"));
    CHECK(buf_ok(&b));
    buf_char(&b, '9');
    CHECK(!buf_ok(&b));
    CHECK_STR(buf_str(&b), "12345678");
    buf_clear(&b);
    buf_add(&b, STR("again"));
    CHECK(buf_ok(&b));
    CHECK_STR(buf_str(&b), "again");
    buf_done(&b);
}

static void prints_numbers_to_their_limits(void)
{
    struct buf b;
    buf_init(&b, 200);
    buf_u64(&b, 0);
    buf_char(&b, ' ');
    buf_u64(&b, UINT64_MAX);
    buf_char(&b, ' ');
    buf_i64(&b, INT64_MIN);
    buf_printf(&b, " %s", "x");
    CHECK_STR(buf_str(&b), "0 18446744073709551615 -9223372036854775808 x");
    buf_done(&b);
}

static void json_strings_hide_nothing_and_break_nothing(void)
{
    struct buf b;
    buf_init(&b, 200);
    buf_json(&b, STR("a\"\\\n\x01\x1b[31m\x7f\xc2\x85\xe2\x80\xa8\xff\xc3\xa9"));
    CHECK_STR(buf_str(&b),
              "\"a\\\"\\\\\\n\\u0001\\u001b[31m\\u007f\\u0085\\u2028\xef\xbf\xbd\xc3\xa9\"");
    buf_done(&b);
}

int main(void)
{
    RUN(overflow_is_sticky_and_said_once);
    RUN(prints_numbers_to_their_limits);
    RUN(json_strings_hide_nothing_and_break_nothing);
    return kit_end();
}
