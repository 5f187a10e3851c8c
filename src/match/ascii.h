/* Text that is ASCII, which is nearly all: sixteen characters at a time where the processor
 * can. */
#ifndef MATCH_ASCII_H
#define MATCH_ASCII_H

#include <stddef.h>
#include <stdint.h>

/* Copies the leading characters that are ASCII and returns how many. `out` has room for all. */
size_t ascii_narrow(char *out, const uint8_t *utf16le, size_t units); /* up to a NUL as well */
size_t ascii_fold(char *out, const char *in, size_t len);             /* in lower case */

/* All of it, text or not: the letters A to Z lose their case, every other byte stays. */
void ascii_fold_bytes(char *out, const uint8_t *in, size_t len);

#endif
