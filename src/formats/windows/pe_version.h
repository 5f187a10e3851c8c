/* What a program says of itself: the texts of its version resource. */
#ifndef FORMATS_WINDOWS_PE_VERSION_H
#define FORMATS_WINDOWS_PE_VERSION_H

#include "base/arena.h"
#include "formats/windows/pe_image.h"

/* A name and its text, in UTF-8; both live in the arena. */
typedef void pe_version_text(void *ctx, str name, str text);

/* False: the resource breaks off or lies. Nothing of a program that has none. */
bool pe_version_read(const struct pe_image *image, struct arena *a, pe_version_text *tell,
                     void *ctx);

#endif
