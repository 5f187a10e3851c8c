/* The report for a person, in parts. Private to the text exporter. */
#ifndef EXPORT_TEXT_H
#define EXPORT_TEXT_H

#include "export/exporter.h"
#include "export/page.h"
#include "export/tr.h"

struct telling {
    const struct report *report;
    const struct export_style *style;
    struct page page;
    struct arena arena;
};

/* In the order of the page; `style->full` decides how much each tells. */
void tell_verdict(struct telling *t);
void tell_story(struct telling *t);
void tell_trail(struct telling *t);
void tell_actions(struct telling *t);
void tell_builds(struct telling *t);
void tell_coverage(struct telling *t);
void tell_attribution(struct telling *t);
void tell_findings(struct telling *t);

str tell_in_language(const struct telling *t,
                     struct text text); /* English when there is no other */
str tell_with_ids(struct telling *t, str sentence, struct ids ids);
str tell_moment(struct telling *t, usec time); /* in short: to the second */
str tell_span(struct telling *t, usec first, usec last);

/* MAIL01 and mail01.example.com are one host. */
bool tell_same_host(str x, str y);

void tell_hosts(struct telling *t, const struct coverage *c); /* a line or two each */
str tell_clock(struct telling *t, int64_t shift);             /* nothing when it told the truth */

/* Sentences and words that the page for the browser says, too. */
const char *tell_state(enum verdict_state state); /* message ids */
const char *tell_when(str when);
str tell_rung(struct telling *t, int rung);
str tell_range(struct telling *t, uint64_t least, uint64_t most, bool bounded); /* of bytes */
str tell_life(struct telling *t, const struct shell *s);
str tell_taking(struct telling *t, const struct taking *i);

/* Of the first of these findings in time, and of the weightiest. */
usec tell_time_of(const struct telling *t, struct ids ids);
enum level tell_weightiest(const struct telling *t, struct ids ids);

/* "... and N more", when a list was cut. */
void tell_rest(struct telling *t, unsigned indent, size_t shown, size_t all);

#endif
