/* What zlib packed, unpacked with an eye on bombs. */
#ifndef FORMATS_PHONE_INFLATE_H
#define FORMATS_PHONE_INFLATE_H

#include "base/str.h"

enum inflate_end { INFLATE_WHOLE, INFLATE_DAMAGED, INFLATE_BOMB, INFLATE_STOPPED };

/* `take` gets it in pieces, and returns false for "stop". */
enum inflate_end inflate_all(bytes packed, bool (*take)(void *ctx, bytes piece), void *ctx);

#endif
