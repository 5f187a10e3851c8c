/* A page of text for a person: words wrapped to a width, headings, colours when wanted.
 *
 * What comes from evidence may hold anything, ESC sequences and bidirectional controls among it:
 * all of it is made visible (\x1b, \u202e) before it is written. */
#ifndef EXPORT_PAGE_H
#define EXPORT_PAGE_H

#include "base/buf.h"

enum paint { PAINT_NONE, PAINT_BOLD, PAINT_DIM, PAINT_RED, PAINT_YELLOW, PAINT_GREEN, PAINT_GREY };

struct page {
    struct buf *out;
    unsigned width; /* columns, at least 40 */
    bool colour;
};

void page_heading(struct page *p, const char *title); /* with an empty line before it */

/* `label`, then `text` wrapped beside it; `indent` columns stand before both. */
void page_item(struct page *p, unsigned indent, str label, enum paint paint, str text);
void page_paragraph(struct page *p, unsigned indent, str text);

/* Wraps `text` beside what already stands on this line, `column` columns of it. */
void page_rest(struct page *p, size_t column, str text);

void page_paint(struct page *p, enum paint paint, str text); /* within a line, made visible */
void page_blanks(struct page *p, size_t count);

void buf_visible(struct buf *b, str s); /* controls and broken UTF-8 made visible */
size_t columns_of(str s);               /* code points: what a terminal shows, nearly */

#endif
