/* New knowledge of actors from STIX bundles, with what only ours has. */
#ifndef CLI_ACTORS_UPDATE_H
#define CLI_ACTORS_UPDATE_H

#include "attribute/actors.h"
#include "base/buf.h"
#include "cli/command.h"

enum { BUNDLES_MAX = 8 };

/* Writes the form of actors.h: what the bundles credit, the countries that `old` knows, and our
 * public statements of the actors that are in it. */
bool actors_update(const char *const paths[], size_t count, const struct actors *old,
                   struct arena *a, struct buf *out, struct err *err) MUST_USE;

#endif
