/* The values of a systemd journal, which may be packed. */
#ifndef FORMATS_UNIX_JOURNAL_PAYLOAD_H
#define FORMATS_UNIX_JOURNAL_PAYLOAD_H

#include "base/arena.h"

enum journal_packing { PACKED_XZ = 1, PACKED_LZ4 = 2, PACKED_ZSTD = 4 };

enum { JOURNAL_VALUE_MAX = 4 << 20 }; /* bytes, unpacked */

/* Into the arena; empty when it is damaged, too large or over the budget. */
bytes journal_unpack(bytes packed, enum journal_packing how, struct arena *a);

#endif
