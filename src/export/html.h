/* The report as one page for a browser, in parts. Private to the html exporter.
 *
 * What is evidence, or might be, is written by html_text() and what is built on it: escaped, with
 * controls and what changes the direction of text made visible. Only constants of ours are markup
 * (html_raw). There is no style attribute, no event handler and no link that leaves the page: the
 * content-security policy would refuse them. Sentences are those of the text report (text.h). */
#ifndef EXPORT_HTML_H
#define EXPORT_HTML_H

#include "export/text.h"

enum place { PLACE_NONE, PLACE_KEY, PLACE_LIST }; /* where on the page a finding stands */

struct html {
    struct telling telling; /* its page's buffer is the document */
    enum place *place;      /* by number of finding */
    struct buf visible;     /* of html_text */
};

void html_raw(struct html *h, const char *markup);
void html_number(struct html *h, uint64_t n);
void html_text(struct html *h, str s);
void html_prose(struct html *h, str s);        /* the same, with `commands` set apart */
void html_say(struct html *h, const char *id); /* a message, in the reader's language */

/* <tag ...>text</tag>; `tag` may hold attributes. */
void html_put(struct html *h, const char *tag, str text);
void html_put_said(struct html *h, const char *tag, const char *id);

/* Without the colon or full stop that it ends in where it is a line of the text report. */
void html_heading(struct html *h, const char *tag, str text);

void html_moment(struct html *h, usec time); /* <time>, or that it is not known */
void html_span(struct html *h, usec first, usec last);
void html_ids(struct html *h, struct ids ids); /* links to the findings on this page */
void html_id(struct html *h, str id);
void html_headings(struct html *h, const char *const *ids, size_t count); /* <thead> */

/* Of a table or region that may be wider than the screen: it scrolls, by keyboard too. */
void html_wide(struct html *h, const char *label);
void html_wide_end(struct html *h);

str html_sentence(struct html *h, struct text text); /* in the reader's language */

/* Decides which findings are the key evidence, and which stand in the list. */
bool html_choose(struct html *h) MUST_USE;

/* The parts, in the order of the page. */
void html_answer(struct html *h);
void html_actions(struct html *h);
void html_attack(struct html *h);
void html_axis(struct html *h); /* within the story: the key events over time, as a drawing */
void html_story(struct html *h);
void html_evidence(struct html *h);
void html_trail(struct html *h);
void html_who(struct html *h);
void html_sight(struct html *h);
void html_list(struct html *h);
void html_made(struct html *h);

#endif
