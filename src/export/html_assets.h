/* What the page carries besides its text: made from assets/ by tools/embed_page.py. */
#ifndef EXPORT_HTML_ASSETS_H
#define EXPORT_HTML_ASSETS_H

#include "base/str.h"

struct html_asset {
    str text;
    const char *sha256; /* of the text, in base64, for the content-security policy */
};

extern const struct html_asset html_style, html_script;

#endif
