/* Which parts of a page are code, and in which language. */
#ifndef FORMATS_PAGE_SCRIPT_H
#define FORMATS_PAGE_SCRIPT_H

#include "formats/page/lex.h"

enum family {
    FAMILY_NONE,
    FAMILY_PHP,
    FAMILY_ASP,
    FAMILY_DOTNET,
    FAMILY_JSP,
    FAMILY_CFML,
    FAMILY_PERL,
    FAMILY_PYTHON,
};

struct script {
    enum family family;
    enum language language; /* of most of it */
    bool encoded;           /* by VBScript.Encode */
    bool image;             /* begins as an image does */
};

/* By the name, else by what the text holds. */
enum family script_family(str path, str text);

/* The tokens of all code in `text`. */
void script_tokens(struct tokens *out, str text, enum family family, struct script *script);

#endif
