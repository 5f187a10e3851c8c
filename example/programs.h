/* Program files: small ones that hold what is read of them (headers, version, names of .NET types)
 * and no code at all. */
#ifndef EXAMPLE_PROGRAMS_H
#define EXAMPLE_PROGRAMS_H

#include "scene.h"

struct managed {
    const char *version; /* four numbers with points */
    const char *original_name;
    const char *const *types;   /* names, with their namespaces; ended by NULL */
    const char *const *methods; /* of the last type; ended by NULL */
};

/* A library of .NET at `path` below the root of the disk. */
bool program_managed(struct scene *s, const char *path, const struct managed *m, usec modified);

bool programs_shipped(struct scene *s); /* as on any server */

#endif
