/* Who it was, as far as this evidence goes; folded beneath, how that was weighed; and apart from
 * both, what was said in public. A name that was only weighed is never shown as an answer. */
#include "export/html.h"

#include <math.h>

static const struct attribution *attribution_of(const struct html *h)
{
    return &h->telling.report->assessment.attribution;
}

static void write_answer(struct html *h)
{
    const struct attribution *a = attribution_of(h);
    html_raw(h, "<div class=\"who\">");
    for (size_t i = 0; i < a->nclaims; i++) {
        html_put(h, i ? "p" : "p class=\"first\"", html_sentence(h, a->claims[i].text));
    }
    html_raw(h, "</div>\n");
}

static str percent(struct html *h, double p)
{
    return isfinite(p) ? arena_printf(&h->telling.arena, "%.1f %%", p * 100) : STR("-");
}

static void write_share(struct html *h, str name, str where, double p)
{
    double width = p < 0 ? 0 : p > 1 ? 200 : p * 200;
    html_raw(h, "<tr><th scope=\"row\">");
    html_text(h, name);
    html_raw(h, "</th>");
    html_put(h, "td", where);
    html_raw(h,
             "<td><svg class=\"bar\" viewBox=\"0 0 200 12\" width=\"200\" height=\"12\" "
             "aria-hidden=\"true\"><rect class=\"track\" width=\"200\" height=\"12\" rx=\"3\"/>");
    buf_printf(h->telling.page.out, "<rect class=\"fill\" width=\"%.1f\" height=\"12\" rx=\"3\"/>",
               isfinite(width) ? width : 0.0);
    html_raw(h, "</svg> ");
    html_text(h, percent(h, p));
    html_raw(h, "</td></tr>\n");
}

static void write_contenders(struct html *h)
{
    static const char *const titles[] = {N_("Actor"), N_("Suspected of working from"),
                                         N_("Share, if nobody lied")};
    const struct attribution *a = attribution_of(h);
    html_raw(h, "<table class=\"shares\">");
    html_headings(h, titles, ARRAY_LEN(titles));
    html_raw(h, "<tbody>\n");
    write_share(h, str_of(tr(h->telling.style->catalog, N_("An actor that is not known"))),
                STR_NONE, a->unknown);
    for (size_t i = 0; i < a->ncontenders; i++) {
        const struct contender_seen *c = &a->contenders[i];
        write_share(h, c->name.len ? c->name : c->actor, c->country, c->p);
    }
    html_raw(h, "</tbody></table>\n");
}

static void write_nats(struct html *h, double nats)
{
    html_raw(h, nats > 0.005    ? "<td class=\"for\">"
                : nats < -0.005 ? "<td class=\"against\">"
                                : "<td>");
    buf_printf(h->telling.page.out, "%+.2f", isfinite(nats) ? nats : 0.0);
    html_raw(h, "</td>");
}

static void write_items(struct html *h, const struct weighed_item *items, size_t count)
{
    const struct attribution *a = attribution_of(h);
    html_raw(h, "<table><thead><tr>");
    html_put_said(h, "th scope=\"col\"", N_("Item"));
    for (size_t i = 0; i < a->ncontenders && i < 3; i++) {
        html_put(h, "th scope=\"col\"", a->contenders[i].name);
    }
    html_put_said(h, "th scope=\"col\"", N_("Finding"));
    html_raw(h, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < count; i++) {
        const struct weighed_item *w = &items[i];
        const double nats[] = {w->first, w->second, w->third};
        html_raw(h, "<tr><th scope=\"row\">");
        html_put(h, "code", w->id);
        html_raw(h, " ");
        html_text(h, w->name);
        html_raw(h, "</th>");
        for (size_t k = 0; k < a->ncontenders && k < 3; k++) {
            write_nats(h, nats[k]);
        }
        html_raw(h, "<td>");
        if (w->finding.len) {
            html_id(h, w->finding);
        }
        html_raw(h, "</td></tr>\n");
    }
    html_raw(h, "</tbody></table>\n");
}

static void write_linchpins(struct html *h)
{
    const struct attribution *a = attribution_of(h);
    if (a->nlinchpins == 0) {
        return;
    }
    html_put_said(h, "h3", N_("What the order rests on"));
    html_raw(h, "<ul>\n");
    for (size_t i = 0; i < a->nlinchpins; i++) {
        const struct linchpin *l = &a->linchpins[i];
        html_raw(h, "<li>");
        html_say(h, N_("Without"));
        for (size_t k = 0; k < l->nwithout; k++) {
            html_raw(h, " ");
            html_put(h, "code", l->without[k]);
        }
        html_raw(h, ": ");
        html_text(h, l->first);
        html_raw(h, " ");
        html_text(h, percent(h, l->p));
        html_raw(h, "</li>\n");
    }
    html_raw(h, "</ul>\n");
}

static void write_weighing(struct html *h)
{
    const struct attribution *a = attribution_of(h);
    if (a->ncontenders == 0) {
        return;
    }
    html_raw(h, "<details>");
    html_put_said(h, "summary", N_("How it was weighed"));
    html_put_said(h, "p class=\"note\"",
                  a->named ? N_("Numbers are logarithms (nats): above zero speaks for the actor, "
                                "below zero against.")
                           : N_("None of these names is an answer: what speaks for them is too "
                                "little, or anybody could have left it. Numbers are logarithms "
                                "(nats): above zero speaks for the actor, below zero against."));
    html_wide(h, N_("How it was weighed"));
    write_contenders(h);
    html_put_said(h, "h3", N_("What was seen, and for whom it speaks"));
    write_items(h, a->ledger, a->nledger);
    if (a->ntell_apart) {
        html_put_said(h, "h3", N_("Not seen, and worth looking for: it would tell them apart"));
        write_items(h, a->tell_apart, a->ntell_apart);
    }
    html_wide_end(h);
    write_linchpins(h);
    html_raw(h, "</details>\n");
}

/* Words of others, with their source as text. */
static void write_statement(struct html *h, const struct public_attribution *p)
{
    html_raw(h, "<li>");
    html_put(h, "time", p->date);
    html_raw(h, " ");
    html_put(h, "b", p->who);
    html_raw(h, ": ");
    html_text(h, p->actor);
    html_raw(h, ". ");
    html_put(h, "q", p->words);
    html_raw(h, " (");
    html_text(h, p->confidence);
    html_raw(h, ") ");
    html_put(h, "span class=\"soft source\"", p->source);
    html_raw(h, "</li>\n");
}

static void write_public(struct html *h, const struct dossier_match *d)
{
    if (d->nattributions == 0) {
        return;
    }
    str name = html_sentence(h, d->name);
    html_raw(h, "<details class=\"public\">");
    html_put(h, "summary",
             arena_printf(&h->telling.arena,
                          tr(h->telling.style->catalog,
                             "Said publicly of %.*s as a whole, not of this evidence:"),
                          STR_ARG(name)));
    html_raw(h, "<ul lang=\"en\">\n");
    for (size_t i = 0; i < d->nattributions; i++) {
        write_statement(h, &d->attributions[i]);
    }
    html_raw(h, "</ul></details>\n");
}

void html_who(struct html *h)
{
    const struct assessment *as = &h->telling.report->assessment;
    write_answer(h);
    write_weighing(h);
    for (size_t i = 0; i < as->ndossiers; i++) {
        write_public(h, &as->dossiers[i]);
    }
}
