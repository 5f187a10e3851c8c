/* What is known of actors, for the commands that ask: our own, which is embedded, or a file. */
#ifndef CLI_ACTORS_KNOWN_H
#define CLI_ACTORS_KNOWN_H

#include "attribute/actors.h"
#include "cli/command.h"

/* `path` NULL: ours. Lives in `a`. */
bool learn_actors(const char *path, struct arena *a, struct actors *out, struct err *err) MUST_USE;

/* A whole file, copied into `a`. */
bool read_whole(const char *path, struct arena *a, str *out, struct err *err) MUST_USE;

#endif
