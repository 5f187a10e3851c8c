/* What happened, stage by stage: the weightiest claims first seen, the others folded. */
#include "export/html.h"

enum { OPEN_CLAIMS = 6 };

static void write_claim(struct html *h, const struct claim *c)
{
    html_raw(h, "<li>");
    if (c->findings.count) {
        html_moment(h, tell_time_of(&h->telling, c->findings));
        html_raw(h, " ");
    }
    html_raw(h, "<span class=\"says\">");
    html_prose(h, html_sentence(h, c->text));
    html_raw(h, "</span>");
    if (c->findings.count) {
        html_raw(h, " ");
        html_ids(h, c->findings);
    }
    html_raw(h, "</li>\n");
}

static void write_claims(struct html *h, const struct claim *claims, size_t count)
{
    html_raw(h, "<ul class=\"claims\">\n");
    for (size_t i = 0; i < count; i++) {
        write_claim(h, &claims[i]);
    }
    html_raw(h, "</ul>\n");
}

static void write_stage(struct html *h, const struct stage *s)
{
    size_t open = s->nclaims > OPEN_CLAIMS ? OPEN_CLAIMS : s->nclaims;
    html_raw(h, s->seen ? "<div class=\"stage\">" : "<div class=\"stage unseen\">");
    html_raw(h, "<h3>");
    html_text(h, html_sentence(h, s->title));
    if (!s->seen) {
        html_raw(h, " ");
        html_put_said(h, "small", N_("(not seen)"));
    }
    html_raw(h, "</h3>\n<div>");
    write_claims(h, s->claims, open);
    if (open < s->nclaims) {
        html_raw(h, "<details>");
        html_put(h, "summary",
                 arena_printf(&h->telling.arena, tr(h->telling.style->catalog, "... and %zu more"),
                              s->nclaims - open));
        write_claims(h, s->claims + open, s->nclaims - open);
        html_raw(h, "</details>\n");
    }
    html_raw(h, "</div></div>\n");
}

void html_story(struct html *h)
{
    const struct assessment *as = &h->telling.report->assessment;
    html_axis(h);
    for (int seen = 1; seen >= 0; seen--) {
        for (size_t i = 0; i < as->nstages; i++) {
            if (as->story[i].seen == seen) {
                write_stage(h, &as->story[i]);
            }
        }
    }
}
