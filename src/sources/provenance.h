/* Where bytes come from, as text: `triage.zip!/C/Windows/System32/winevt/Logs/Security.evtx`.
 * Always UTF-8; nothing is added that the user or the archive did not say. */
#ifndef SOURCES_PROVENANCE_H
#define SOURCES_PROVENANCE_H

#include "base/table.h"

/* A path without `.` components, doubled or trailing slashes. `..` stays: what it leads to
 * depends on links. */
str provenance_clean(struct arena *a, str path);

str provenance_below(struct arena *a, str folder, str path); /* "." as folder adds nothing */
str provenance_member(struct arena *a, str archive, str path);

/* Borrowed when it is UTF-8 already; else a copy with U+FFFD for bad bytes. */
str utf8_made_valid(struct arena *a, str s);

/* The path itself when `seen` does not hold it yet, else with `#number` behind; adds it. */
str provenance_unique(struct table *seen, struct arena *a, str path, uint64_t number);

#endif
