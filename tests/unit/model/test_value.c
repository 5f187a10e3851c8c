#include "kit.h"
#include "model/value.h"

static struct arena a;

static str text(enum value_type type, const char *raw, uint32_t len)
{
    struct field f = {.data = (const uint8_t *)raw, .len = len, .type = (uint8_t)type};
    return value_text(&f, &a);
}

static void prints_every_type_as_windows_does(void)
{
    CHECK_STR(text(VALUE_NULL, "abc", 3), "");
    CHECK_STR(text(VALUE_TEXT, "abc", 3), "abc");
    CHECK_STR(text(VALUE_UTF16, "a\0b\0\0\0c\0", 8), "ab");
    CHECK_STR(text(VALUE_ANSI, "a\0\xe9", 3), "a\xc3\xa9");
    CHECK_STR(text(VALUE_INT, "\xff", 1), "-1");
    CHECK_STR(text(VALUE_INT, "\xfe\xff\xff\xff\xff\xff\xff\xff", 8), "-2");
    CHECK_STR(text(VALUE_UINT, "\xff\xff", 2), "65535");
    CHECK_STR(text(VALUE_HEX, "\xe7\x03\0\0\0\0\0\0", 8), "0x3e7");
    CHECK_STR(text(VALUE_REAL, "\0\0\0\0\0\0\xf8\x3f", 8), "1.5");
    CHECK_STR(text(VALUE_REAL, "\xcd\xcc\xcc\x3d", 4), "0.1");
    CHECK_STR(text(VALUE_REAL, "\0\0\0\0\0\0\xf0\x7f", 8), "1.#INF");
    CHECK_STR(text(VALUE_BOOL, "\0\0\x01\0", 4), "true");
    CHECK_STR(text(VALUE_BOOL, "\0\0\0\0", 4), "false");
    CHECK_STR(text(VALUE_BINARY, "\x01\xab", 2), "01AB");
    CHECK_STR(
        text(VALUE_GUID, "\x10\x92\xce\x0c\xae\x69\xd9\x11\xbe\xd3\x50\x50\x54\x50\x30\x30", 16),
        "{0CCE9210-69AE-11D9-BED3-505054503030}");
    CHECK_STR(text(VALUE_SID, "\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0", 16), "S-1-5-32-544");
    CHECK_STR(text(VALUE_FILETIME, "\x71\x37\x35\xe3\x9c\x18\xd7\x01", 8),
              "2021-03-14T06:40:13.6599409Z");
    CHECK_STR(text(VALUE_SYSTEMTIME, "\xe5\x07\x03\0\0\0\x0e\0\x06\0\x28\0\x0d\0\x93\x02", 16),
              "2021-03-14T06:40:13.659Z");
}

static void sizes_that_lie_are_printed_raw_or_cut(void)
{
    CHECK_STR(text(VALUE_GUID, "\x01", 1), "01");
    CHECK_STR(text(VALUE_SID, "\x01\x05\0\0\0\0\0\x05\x20\0\0\0", 12), "S-1-5-32");
    CHECK_STR(text(VALUE_INT, "", 0), "0");
    CHECK_STR(text(VALUE_SYSTEMTIME, "\xe5\x07\x0d\0\0\0\x0e\0\x06\0\x28\0\x0d\0\x93\x02", 16),
              "E5070D0000000E00060028000D009302");
    CHECK_STR(text(VALUE_FILETIME, "\xff\xff\xff\xff\xff\xff\xff\xff", 8), "18446744073709551615");
}

static void finds_the_first_of_repeated_fields(void)
{
    const struct field fields[] = {
        {.id = FIELD_USER, .data = (const uint8_t *)"a", .len = 1, .type = VALUE_TEXT},
        {.id = FIELD_USER, .data = (const uint8_t *)"b", .len = 1, .type = VALUE_TEXT},
    };
    struct event e = {.fields = fields, .nfields = 2};
    CHECK_STR(event_text(&e, FIELD_USER, &a), "a");
    CHECK(event_field(&e, FIELD_IMAGE) == NULL);
}

int main(void)
{
    arena_init(&a, 1 << 20);
    RUN(prints_every_type_as_windows_does);
    RUN(sizes_that_lie_are_printed_raw_or_cut);
    RUN(finds_the_first_of_repeated_fields);
    arena_done(&a);
    return kit_end();
}
