#include "match/ascii.h"

#include "base/compiler.h"

#include "kit.h"

enum { ROOM = 100 };

/* Every length, and every place for a character that is not plain. */
static void the_leading_plain_characters_are_taken_whatever_the_length(void)
{
    static const uint16_t strange[] = {0, 0x80, 0xff, 0x100, 0x4100, 0xd83d};
    for (size_t len = 0; len < ROOM; len++) {
        for (size_t at = 0; at <= len; at++) {
            uint8_t utf16[2 * ROOM];
            char utf8[ROOM], narrowed[ROOM], folded[ROOM];
            uint16_t odd = strange[(len + at) % ARRAY_LEN(strange)];
            for (size_t i = 0; i < len; i++) {
                uint16_t c = i == at ? odd : (uint16_t)(1 + (i * 7 + len) % 127);
                utf16[2 * i] = (uint8_t)c;
                utf16[2 * i + 1] = (uint8_t)(c >> 8);
                utf8[i] = i == at ? '\x80' : (char)c;
            }
            CHECK_INT(ascii_narrow(narrowed, utf16, len), at);
            CHECK_INT(ascii_fold(folded, utf8, len), at);
            CHECK(at == 0 || !memcmp(narrowed, utf8, at));
            for (size_t i = 0; i < at; i++) {
                char c = utf8[i];
                CHECK(folded[i] == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
            }
        }
    }
}

static void of_any_bytes_only_the_letters_change(void)
{
    for (size_t len = 0; len < ROOM; len++) {
        for (unsigned first = 0; first < 256; first += 8) {
            uint8_t in[ROOM];
            char out[ROOM];
            for (size_t i = 0; i < len; i++) {
                in[i] = (uint8_t)(first + i);
            }
            ascii_fold_bytes(out, in, len);
            for (size_t i = 0; i < len; i++) {
                CHECK((uint8_t)out[i] == (in[i] >= 'A' && in[i] <= 'Z' ? in[i] + 0x20 : in[i]));
            }
        }
    }
}

int main(void)
{
    RUN(of_any_bytes_only_the_letters_change);
    RUN(the_leading_plain_characters_are_taken_whatever_the_length);
    return kit_end();
}
