/* Text in the encodings that evidence has, made into UTF-8 in an arena; numbers into digits.
 * Over the arena's budget all of these give an empty str. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

/* Lone surrogates become U+FFFD, an odd last byte is dropped. */
str text_utf16le(struct arena *a, bytes utf16);
str text_utf16le_to_nul(struct arena *a, bytes utf16); /* up to the first NUL unit */
str text_latin1(struct arena *a, bytes b);             /* Windows-1252 */
str text_u64(struct arena *a, uint64_t n);
str text_i64(struct arena *a, int64_t n);
str text_hex_u64(struct arena *a, uint64_t n); /* 0x1f, lower case, no leading zeros */
str text_hex(struct arena *a, bytes b);        /* upper case, no prefix */
str text_lower(struct arena *a, str s);        /* ASCII only */

bool utf8_valid(str s);

/* The next code point of `s` from `*at`, which moves on; U+FFFD for a bad byte. */
uint32_t utf8_next(str s, size_t *at);
size_t utf8_put(char out[4], uint32_t code_point);

/* Simple case folding of one code point (Unicode, one to one). */
uint32_t unicode_fold(uint32_t code_point);

#endif
