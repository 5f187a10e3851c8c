#include "base/text.h"
#include "kit.h"

static struct arena a;

static void makes_utf8_of_utf16(void)
{
    const uint8_t raw[] = {'a',  0,   0xe9, 0, 0x3d, 0xd8, 0x00, 0xde, 0x00,
                           0xd8, 'b', 0,    0, 0,    'c',  0,    7};
    CHECK_STR(text_utf16le_to_nul(&a, (bytes){raw, sizeof raw}),
              "a\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd"
              "b");
    CHECK_INT(text_utf16le(&a, (bytes){raw, sizeof raw}).len, 1 + 2 + 4 + 3 + 1 + 1 + 1);
    CHECK_STR(text_latin1(&a, (bytes){(const uint8_t *)"\x80\xe9", 2}), "\xe2\x82\xac\xc3\xa9");
}

static void prints_numbers(void)
{
    CHECK_STR(text_i64(&a, INT64_MIN), "-9223372036854775808");
    CHECK_STR(text_hex_u64(&a, 0x3e7), "0x3e7");
    CHECK_STR(text_hex_u64(&a, 0), "0x0");
    CHECK_STR(text_hex(&a, (bytes){(const uint8_t *)"\x01\xab", 2}), "01AB");
}

static void knows_utf8_from_what_is_not(void)
{
    CHECK(utf8_valid(STR("h\xc3\xa9llo \xf0\x9f\x98\x80 \xef\xbf\xbd")));
    static const char *const bad[] = {
        "\xff", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "a\x80"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CHECK(!utf8_valid(str_of(bad[i])));
    }
}

static void folds_letters_one_to_one(void)
{
    /* Unicode CaseFolding.txt, status C and S. */
    static const uint32_t pairs[][2] = {
        {'A',     'a'    },
        {'z',     'z'    },
        {0xc9,    0xe9   },
        {0x3a3,   0x3c3  },
        {0x3c2,   0x3c3  },
        {0x410,   0x430  },
        {0x1e9e,  0xdf   },
        {0x212a,  'k'    },
        {0x10400, 0x10428},
        {0x131,   0x131  },
        {0x4e00,  0x4e00 },
        {0x178,   0xff   },
        {0x100,   0x101  },
        {0x101,   0x101  },
        {0xdf,    0xdf   }
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        CHECK_INT(unicode_fold(pairs[i][0]), pairs[i][1]);
    }
}

int main(void)
{
    arena_init(&a, 1 << 20);
    RUN(makes_utf8_of_utf16);
    RUN(prints_numbers);
    RUN(knows_utf8_from_what_is_not);
    RUN(folds_letters_one_to_one);
    arena_done(&a);
    return kit_end();
}
