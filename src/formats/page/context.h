/* Whether a page of PHP does something by itself when a server is asked for it. */
#ifndef FORMATS_PAGE_CONTEXT_H
#define FORMATS_PAGE_CONTEXT_H

#include "formats/page/facts.h"

/* The signs that it does not, as bits of enum part, of PHP. */
uint32_t context_of(const struct tokens *code);

/* PART_INCLUDES, of a page in classic ASP. */
uint32_t context_includes(str text, enum language language);

/* What the names of its variables hide, as bits of enum disguise. */
uint32_t context_names(const struct tokens *code);

#endif
