/* How far an archive is trusted. */
#ifndef FORMATS_ARCHIVE_LIMITS_H
#define FORMATS_ARCHIVE_LIMITS_H

enum {
    /* Logs shrink 10 to 50 times, event logs padded with zeros a little over 100 times. */
    ARCHIVE_RATIO_MAX = 200,
    ARCHIVE_RATIO_FREE_MIB = 64,     /* below this much output no ratio is suspicious */
    ARCHIVE_TOTAL_MAX_MIB = 4 << 20, /* 4 TiB out of one archive */
    ARCHIVE_MEMBERS_MAX = 1 << 20,
    ARCHIVE_NAME_MAX = 4096,      /* bytes of a member's path */
    ARCHIVE_HOLE_STEP = 64 << 10, /* zeros given at once for a hole in a sparse member */
};

#endif
