/* Facts as the fields of an event, which rules judge. docs/webshells.md lists them. */
#ifndef FORMATS_PAGE_DESCRIBE_H
#define FORMATS_PAGE_DESCRIBE_H

#include "formats/page/facts.h"
#include "formats/page/script.h"
#include "model/event.h"

enum { DESCRIBE_FIELDS_MAX = 4 * FLOWS_MAX + 64 };

/* Writes at most DESCRIBE_FIELDS_MAX fields; how many is given back. */
size_t describe(const struct facts *facts, const struct script *script, const struct names *names,
                struct arena *a, struct field *fields);

#endif
