/* The path of an archive member, made safe to show and to compare. */
#ifndef FORMATS_ARCHIVE_MEMBER_NAME_H
#define FORMATS_ARCHIVE_MEMBER_NAME_H

#include "base/arena.h"

/* `/` between components whatever the archive has; no leading slash, no empty, `.` or
 * `..` component; control characters and broken UTF-8 become U+FFFD; cut at ARCHIVE_NAME_MAX.
 * Empty when nothing is left of it. */
str member_name(struct arena *a, str written);

#endif
