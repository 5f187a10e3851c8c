/* The names of the types and methods of a .NET program, from its metadata. */
#ifndef FORMATS_WINDOWS_PE_MANAGED_H
#define FORMATS_WINDOWS_PE_MANAGED_H

#include "base/buf.h"
#include "formats/windows/pe_image.h"

/* Between blanks; types as Namespace.Name, a nested one by its name alone. False: the metadata
 * breaks off or lies, and what could be read stands in the buffers. Nothing of a program that is
 * not of .NET. */
bool pe_managed_names(const struct pe_image *image, struct buf *types, struct buf *methods);

#endif
