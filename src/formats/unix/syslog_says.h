/* What well-known programs say in their syslog messages, as fields: who logged on from where, who
 * ran what as whom. */
#ifndef FORMATS_UNIX_SYSLOG_SAYS_H
#define FORMATS_UNIX_SYSLOG_SAYS_H

#include "base/str.h"

enum { SAYINGS_MAX = 8 };

struct saying {
    str name, value;
};

/* Fills `out`; how many there are. */
size_t syslog_says(str program, str message, struct saying out[SAYINGS_MAX]);

#endif
