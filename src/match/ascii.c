#include "match/ascii.h"

#include <stdbool.h>
#include <string.h>

enum { BLOCK = 32 };

static char lower(uint8_t c)
{
    return (char)(c | ((uint8_t)(c - 'A') < 26 ? 0x20 : 0));
}

static bool narrow_block(char *out, const uint8_t *p)
{
    uint8_t high = 0, low_bad = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        uint8_t low = p[2 * i];
        high |= p[2 * i + 1];
        low_bad |= (uint8_t)((uint8_t)(low - 1) >= 0x7f ? 0xff : 0);
        out[i] = (char)low;
    }
    return !(high | low_bad);
}

size_t ascii_narrow(char *out, const uint8_t *utf16le, size_t units)
{
    size_t i = 0;
    while (i + BLOCK <= units && narrow_block(out + i, utf16le + 2 * i)) {
        i += BLOCK;
    }
    while (i < units && utf16le[2 * i + 1] == 0 && (uint8_t)(utf16le[2 * i] - 1) < 0x7f) {
        out[i] = (char)utf16le[2 * i];
        i++;
    }
    return i;
}

static bool fold_block(char *out, const char *in)
{
    uint8_t any = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        any |= (uint8_t)in[i];
        out[i] = lower((uint8_t)in[i]);
    }
    return any < 0x80;
}

size_t ascii_fold(char *out, const char *in, size_t len)
{
    size_t i = 0;
    while (i + BLOCK <= len && fold_block(out + i, in + i)) {
        i += BLOCK;
    }
    while (i < len && (uint8_t)in[i] < 0x80) {
        out[i] = lower((uint8_t)in[i]);
        i++;
    }
    return i;
}
