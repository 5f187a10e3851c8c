/* A STIX bundle of MITRE's ATT&CK, or one of the same form, as knowledge of actors (actors.h).
 *
 * Taken from it are groups, campaigns that are attributed to them, software, techniques, who uses
 * what by which dated report, other names, and what revoked ids became. What is deprecated, or
 * has no id of ATT&CK, is left out; a group without one is known by its name. Countries are not in
 * such bundles. A report's date is the one in its citation, else the one on which it was retrieved.
 */
#ifndef ATTRIBUTE_ATTACK_BUNDLE_H
#define ATTRIBUTE_ATTACK_BUNDLE_H

#include "base/arena.h"
#include "base/err.h"

struct bundle_file {
    bytes json;
    const char *path; /* for errors */
};

/* Several bundles are read as one: those of enterprises, phones and industry. `out` lives in `a`
 * and borrows nothing of them. False: one is no such bundle, or they know no group. Lines are
 * ordered by id: the same bundles give the same text. */
bool attack_bundles_read(const struct bundle_file *files, size_t count, struct arena *a, str *out,
                         struct err *err) MUST_USE;

#endif
