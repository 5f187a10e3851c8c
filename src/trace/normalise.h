/* One spelling for each thing, so that the same thing seen twice is seen to be the same. */
#ifndef TRACE_NORMALISE_H
#define TRACE_NORMALISE_H

#include "base/arena.h"

/* `kind` as in rules (model/rule.h). Empty when the value says nothing ("-", blank). Borrowed
 * from `value` where nothing changes. */
str normalise(str kind, str value, struct arena *a);

/* A file below a Windows share, as the host that owns the share names it:
 * `\??\C:\` or `\\*\C$`, and `inetpub\x.aspx`, give `C:\inetpub\x.aspx`. */
str normalise_share(str share_path, str share_name, str relative, struct arena *a);

#endif
