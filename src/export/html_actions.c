/* What to do, the most urgent first, with the reason and what it rests on. */
#include "export/html.h"

static void write_action(struct html *h, const struct action *a)
{
    html_raw(h, "<li>");
    html_put(h, "b", html_sentence(h, a->text));
    html_raw(h, "<br>");
    html_put(h, "span class=\"soft\"", html_sentence(h, a->why));
    if (a->findings.count) {
        html_raw(h, " ");
        html_ids(h, a->findings);
    }
    html_raw(h, "</li>\n");
}

/* Of one moment; numbers go on from the list before. */
static size_t write_moment(struct html *h, size_t first, unsigned number)
{
    const struct assessment *as = &h->telling.report->assessment;
    str when = as->actions[first].when;
    html_put_said(h, "h3", tell_when(when));
    buf_printf(h->telling.page.out, "<ol start=\"%u\">\n", number);
    size_t i = first;
    for (; i < as->nactions && str_eq(as->actions[i].when, when); i++) {
        if (!as->actions[i].forbidden) {
            write_action(h, &as->actions[i]);
        }
    }
    html_raw(h, "</ol>\n");
    return i;
}

static void write_forbidden(struct html *h)
{
    const struct assessment *as = &h->telling.report->assessment;
    bool any = false;
    for (size_t i = 0; i < as->nactions; i++) {
        if (as->actions[i].forbidden) {
            if (!any) {
                html_raw(h, "<div class=\"panel dont\">");
                html_put_said(h, "h3", N_("Do not"));
                html_raw(h, "<ul>\n");
            }
            any = true;
            write_action(h, &as->actions[i]);
        }
    }
    html_raw(h, any ? "</ul></div>\n" : "");
}

void html_actions(struct html *h)
{
    const struct assessment *as = &h->telling.report->assessment;
    unsigned number = 1;
    html_raw(h, "<div class=\"two\"><div>\n");
    for (size_t i = 0; i < as->nactions;) {
        if (as->actions[i].forbidden) {
            i++;
            continue;
        }
        size_t next = write_moment(h, i, number);
        for (; i < next; i++) {
            number += !as->actions[i].forbidden;
        }
    }
    html_raw(h, "</div>\n<div>");
    write_forbidden(h);
    html_raw(h, "</div></div>\n");
}
