/* Script that VBScript.Encode made unreadable. */
#ifndef FORMATS_PAGE_DECODE_VBSCRIPT_H
#define FORMATS_PAGE_DECODE_VBSCRIPT_H

#include "base/str.h"

struct encoded_script {
    str before, text, after; /* plain, encoded, anything */
};

/* The first piece of encoded script in `text`; false when there is none. */
bool decode_vbscript_find(str text, struct encoded_script *found);

/* Decodes into room for text.len bytes; the length is given back. */
size_t decode_vbscript(str text, char *out);

#endif
