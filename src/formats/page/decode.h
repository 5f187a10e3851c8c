/* What code does to text before it runs it, done to text that is fixed: no page is run. */
#ifndef FORMATS_PAGE_DECODE_H
#define FORMATS_PAGE_DECODE_H

#include "base/arena.h"

enum decode {
    DECODE_BASE64,
    DECODE_HEX,
    DECODE_ROT13,
    DECODE_REVERSE,
    DECODE_INFLATE, /* zlib, gzip or bare */
    DECODE_URL,
    DECODE_UUDECODE,
    DECODE_LOWER,
    DECODE_UPPER,
    DECODE_TRIM,
    DECODE_HTML,
    DECODE_SLASHES,
};

/* False when the text is not of that code, or the arena's budget ends. At most 4 MiB come out. */
bool decode_text(enum decode how, str text, struct arena *a, str *out);

bool decode_replace(str text, str what, str with, struct arena *a, str *out);
str decode_xor(str a, str b, struct arena *arena);

#endif
