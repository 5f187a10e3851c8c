/* The first screen: was it broken into, how sure is that and why, what was touched, what to do, and
 * what could not be seen. Likelihood and confidence never stand in one sentence, nor in one card.
 */
#include "export/html.h"

enum { URGENT = 3, FORBIDDEN = 3, SPOTS = 2 };

static const char *const tones[VERDICT_COUNT] = {
    [VERDICT_NONE] = "calm",      [VERDICT_CANNOT_TELL] = "grey", [VERDICT_SCANNED] = "warn",
    [VERDICT_ATTEMPTED] = "warn", [VERDICT_EXPLOITED] = "bad",    [VERDICT_COMPROMISED] = "bad",
};

static const char *tone_of(const struct verdict *v)
{
    bool unsure = v->state == VERDICT_NONE && v->confidence == CONFIDENCE_LOW;
    return unsure ? "grey" : tones[v->state];
}

static void write_sentences(struct html *h, const struct verdict *v)
{
    for (size_t i = 0; i < v->nsentences; i++) {
        html_raw(h, i ? "<p>" : "<h1>");
        html_prose(h, html_sentence(h, v->sentences[i].text));
        html_raw(h, i ? "</p>\n" : "</h1>\n");
    }
}

/* A card: a label, a value, and a gauge of `of` steps of which `full` are reached and those up to
 * `open` cannot be excluded. The words say the same. */
static void write_gauge(struct html *h, int full, int open, int of)
{
    html_raw(h, "<span class=\"gauge\" aria-hidden=\"true\">");
    for (int i = 1; i <= of; i++) {
        html_raw(h, i <= full   ? "<i class=\"on\"></i>"
                    : i <= open ? "<i class=\"maybe\"></i>"
                                : "<i></i>");
    }
    html_raw(h, "</span>");
}

static void begin_card(struct html *h, const char *label)
{
    html_raw(h, "<div>");
    html_put_said(h, "dt", label);
    html_raw(h, "<dd>");
}

static void end_card(struct html *h)
{
    html_raw(h, "</dd></div>\n");
}

static void write_likelihood(struct html *h, const struct verdict *v)
{
    if (v->likelihood == LIKELIHOOD_NONE) {
        return;
    }
    begin_card(h, N_("Likelihood"));
    html_say(h, likelihood_words(v->likelihood));
    write_gauge(h, (int)v->likelihood, 0, LIKELIHOOD_COUNT - 1);
    end_card(h);
}

static void write_confidence(struct html *h, const struct verdict *v)
{
    static const char *const words[CONFIDENCE_COUNT] = {N_("low"), N_("moderate"), N_("high")};
    begin_card(h, N_("Degree of confidence"));
    html_say(h, words[v->confidence]);
    write_gauge(h, (int)v->confidence + 1, 0, CONFIDENCE_COUNT);
    end_card(h);
}

static void write_rung(struct html *h, const struct verdict *v)
{
    begin_card(h, N_("How far they got"));
    html_text(h, tell_rung(&h->telling, v->rung));
    write_gauge(h, v->rung, v->rung_possible, RUNG_MAX);
    if (v->rung_possible > v->rung) {
        html_raw(h, "<small>");
        html_say(h, N_("Not excluded"));
        html_raw(h, ": ");
        html_text(h, tell_rung(&h->telling, v->rung_possible));
        html_raw(h, "</small>");
    }
    end_card(h);
}

static void write_times(struct html *h, const struct verdict *v)
{
    if (v->first_seen == TIME_NONE) {
        return;
    }
    begin_card(h, N_("First sign"));
    html_moment(h, v->first_seen);
    end_card(h);
    begin_card(h, N_("Last sign"));
    html_moment(h, v->last_seen);
    end_card(h);
}

static void write_still_there(struct html *h, const struct assessment *as)
{
    size_t there = 0;
    for (size_t i = 0; i < as->nshells; i++) {
        there += as->shells[i].state == SHELL_THERE;
    }
    if (as->nshells + as->npersistence == 0) {
        return;
    }
    begin_card(h, N_("Ways back in"));
    html_number(h, as->npersistence);
    html_raw(h, "<small>");
    html_text(h, arena_printf(
                     &h->telling.arena,
                     tr(h->telling.style->catalog, "pages of the intruders: %zu, still there: %zu"),
                     as->nshells, there));
    html_raw(h, "</small>");
    end_card(h);
}

static void write_taken(struct html *h, const struct taken *k)
{
    if (k->nitems == 0) {
        return;
    }
    begin_card(h, N_("Sent to the intruders"));
    html_text(h, tell_range(&h->telling, k->least, k->most, k->bounded));
    end_card(h);
}

static void write_read(struct html *h, const struct coverage *c)
{
    const uint64_t *n = c->units;
    uint64_t wrong = n[OUTCOME_PARTLY] + n[OUTCOME_FAILED] + n[OUTCOME_NOT_UNDERSTOOD];
    begin_card(h, N_("Evidence read"));
    html_text(h,
              arena_printf(&h->telling.arena, tr(h->telling.style->catalog, "%llu of %llu pieces"),
                           (unsigned long long)n[OUTCOME_PARSED],
                           (unsigned long long)(n[OUTCOME_PARSED] + wrong)));
    html_raw(h, "<small>");
    html_text(h, arena_printf(&h->telling.arena,
                              tr(h->telling.style->catalog, "blind spots: %zu, events: %llu"),
                              c->nblind_spots, (unsigned long long)c->events));
    html_raw(h, "</small>");
    end_card(h);
}

static void write_cards(struct html *h, const struct assessment *as)
{
    html_raw(h, "<dl class=\"cards\">\n");
    write_likelihood(h, &as->verdict);
    write_confidence(h, &as->verdict);
    write_rung(h, &as->verdict);
    write_times(h, &as->verdict);
    write_still_there(h, as);
    write_taken(h, &as->taken);
    write_read(h, &as->coverage);
    html_raw(h, "</dl>\n");
}

static size_t write_few(struct html *h, const struct assessment *as, bool forbidden, size_t most)
{
    size_t shown = 0;
    for (size_t i = 0; i < as->nactions && shown < most; i++) {
        const struct action *a = &as->actions[i];
        if (a->forbidden == forbidden) {
            html_put(h, "li", html_sentence(h, a->text));
            shown++;
        }
    }
    return shown;
}

static void write_more(struct html *h, const char *where, size_t count)
{
    if (count == 0) {
        return;
    }
    html_raw(h, "<p class=\"more\"><a href=\"#");
    html_raw(h, where);
    html_raw(h, "\">");
    html_text(h, arena_printf(&h->telling.arena, tr(h->telling.style->catalog, "... and %zu more"),
                              count));
    html_raw(h, "</a></p>");
}

static size_t count_of(const struct assessment *as, bool forbidden)
{
    size_t n = 0;
    for (size_t i = 0; i < as->nactions; i++) {
        n += as->actions[i].forbidden == forbidden;
    }
    return n;
}

static void write_list(struct html *h, const struct assessment *as, bool forbidden)
{
    size_t all = count_of(as, forbidden);
    if (all == 0) {
        return;
    }
    html_raw(h, forbidden ? "<div class=\"panel dont\">" : "<div class=\"panel now\">");
    html_put_said(h, "h2", forbidden ? N_("Do not") : N_("Do now"));
    html_raw(h, forbidden ? "<ul>" : "<ol>");
    size_t shown = write_few(h, as, forbidden, forbidden ? FORBIDDEN : URGENT);
    html_raw(h, forbidden ? "</ul>" : "</ol>");
    write_more(h, "actions", all - shown);
    html_raw(h, "</div>\n");
}

static void write_blind(struct html *h, const struct coverage *c)
{
    if (c->nblind_spots == 0) {
        return;
    }
    size_t shown = c->nblind_spots < SPOTS ? c->nblind_spots : SPOTS;
    html_raw(h, "<div class=\"panel blind\">");
    html_put_said(h, "h2", N_("What we could not see"));
    html_raw(h, "<ul>");
    for (size_t i = 0; i < shown; i++) {
        html_put(h, "li", html_sentence(h, c->blind_spots[i].text));
    }
    html_raw(h, "</ul>");
    write_more(h, "sight", c->nblind_spots - shown);
    html_raw(h, "</div>\n");
}

void html_answer(struct html *h)
{
    const struct assessment *as = &h->telling.report->assessment;
    html_raw(h, "<div id=\"answer\" class=\"answer ");
    html_raw(h, tone_of(&as->verdict));
    html_raw(h, "\">\n<div class=\"verdict\">\n");
    html_put_said(h, "p class=\"state\"", tell_state(as->verdict.state));
    write_sentences(h, &as->verdict);
    html_raw(h, "</div>\n<div class=\"side\">\n");
    write_list(h, as, false);
    write_list(h, as, true);
    write_blind(h, &as->coverage);
    html_raw(h, "</div>\n<div class=\"under\">\n");
    write_cards(h, as);
    html_raw(h, "</div>\n</div>\n");
}
