/* What was read, from when to when, and what that could not have shown. */
#include "export/html.h"

#include "model/note.h"

enum { SOURCES_MOST = 400, PROBLEMS_MOST = 200, GAPS_SHOWN = 3 };

static void write_counts(struct html *h, const struct coverage *c)
{
    const uint64_t *n = c->units;
    html_put(
        h, "p",
        arena_printf(&h->telling.arena,
                     tr(h->telling.style->catalog,
                        "Pieces of evidence: %llu read, %llu read in part, %llu failed, %llu "
                        "not understood. Events: %llu."),
                     (unsigned long long)n[OUTCOME_PARSED], (unsigned long long)n[OUTCOME_PARTLY],
                     (unsigned long long)n[OUTCOME_FAILED],
                     (unsigned long long)n[OUTCOME_NOT_UNDERSTOOD], (unsigned long long)c->events));
}

static void write_spots(struct html *h, const struct coverage *c)
{
    if (c->nblind_spots == 0) {
        return;
    }
    html_heading(
        h, "h3",
        str_of(tr(h->telling.style->catalog, N_("What this evidence could not have shown:"))));
    html_raw(h, "<ul class=\"spots\">\n");
    for (size_t i = 0; i < c->nblind_spots; i++) {
        str remedy = html_sentence(h, c->blind_spots[i].remedy);
        html_raw(h, "<li>");
        html_text(h, html_sentence(h, c->blind_spots[i].text));
        if (remedy.len) {
            html_raw(h, "<br><span class=\"soft\">");
            html_put_said(h, "b", N_("To see it:"));
            html_raw(h, " ");
            html_text(h, remedy);
            html_raw(h, "</span>");
        }
        html_raw(h, "</li>\n");
    }
    html_raw(h, "</ul>\n");
}

static void write_gaps(struct html *h, const struct coverage_source *s)
{
    for (size_t i = 0; i < s->ngaps && i < GAPS_SHOWN; i++) {
        html_span(h, s->gaps[i].from, s->gaps[i].to);
        html_raw(h, "<br>");
    }
    if (s->ngaps > GAPS_SHOWN) {
        html_raw(h, "+");
        html_number(h, s->ngaps - GAPS_SHOWN);
    }
    html_text(h, tell_clock(&h->telling, s->clock_shift));
}

static void write_sources(struct html *h, const struct coverage *c)
{
    static const char *const titles[] = {N_("Host"), N_("Log"),    N_("From"),
                                         N_("To"),   N_("Events"), N_("Gaps")};
    html_heading(h, "h3",
                 str_of(tr(h->telling.style->catalog, N_("Which log tells of which time"))));
    html_wide(h, N_("Which log tells of which time"));
    html_raw(h, "<table>\n");
    html_headings(h, titles, ARRAY_LEN(titles));
    html_raw(h, "<tbody>\n");
    for (size_t i = 0; i < c->nsources && i < SOURCES_MOST; i++) {
        const struct coverage_source *s = &c->sources[i];
        html_raw(h, "<tr>");
        html_put(h, "td",
                 s->host.len ? s->host : str_of(tr(h->telling.style->catalog, "(host not named)")));
        html_put(h, "th scope=\"row\"", s->kind);
        html_raw(h, "<td>");
        html_moment(h, s->first);
        html_raw(h, "</td><td>");
        html_moment(h, s->last);
        html_raw(h, "</td><td>");
        html_number(h, s->events);
        html_raw(h, "</td><td>");
        write_gaps(h, s);
        html_raw(h, "</td></tr>\n");
    }
    html_raw(h, "</tbody></table>\n");
    html_wide_end(h);
}

static void write_problem(struct html *h, const struct unit_problem *p)
{
    html_raw(h, "<tr><th scope=\"row\">");
    html_put(h, "code", p->unit);
    html_raw(h, "</th><td>");
    html_say(h, note_sentence(p->reason));
    html_raw(h, "</td><td>");
    html_number(h, p->count);
    html_raw(h, "</td><td>");
    html_number(h, p->offset);
    html_raw(h, "</td><td>");
    html_number(h, p->lost);
    html_raw(h, "</td></tr>\n");
}

static void write_problems(struct html *h, const struct coverage *c)
{
    static const char *const titles[] = {N_("File"), N_("What is wrong"), N_("Times"),
                                         N_("First at byte"), N_("Bytes lost")};
    if (c->nproblems == 0) {
        return;
    }
    html_heading(h, "h3",
                 str_of(tr(h->telling.style->catalog, N_("What was not, or not wholly, read:"))));
    html_wide(h, N_("What was not, or not wholly, read:"));
    html_raw(h, "<table>\n");
    html_headings(h, titles, ARRAY_LEN(titles));
    html_raw(h, "<tbody>\n");
    for (size_t i = 0; i < c->nproblems && i < PROBLEMS_MOST; i++) {
        write_problem(h, &c->problems[i]);
    }
    html_raw(h, "</tbody></table>\n");
    html_wide_end(h);
    if (c->nproblems > PROBLEMS_MOST) {
        html_put(h, "p class=\"note\"",
                 arena_printf(&h->telling.arena, tr(h->telling.style->catalog, "... and %zu more"),
                              c->nproblems - PROBLEMS_MOST));
    }
}

static void write_builds(struct html *h, const struct assessment *as)
{
    if (as->nbuilds == 0) {
        return;
    }
    html_heading(h, "h3", str_of(tr(h->telling.style->catalog, N_("Builds that ran"))));
    html_raw(h, "<ul>\n");
    for (size_t i = 0; i < as->nbuilds; i++) {
        html_put(h, "li", html_sentence(h, as->builds[i].text));
    }
    html_raw(h, "</ul>\n");
}

void html_sight(struct html *h)
{
    const struct assessment *as = &h->telling.report->assessment;
    write_spots(h, &as->coverage);
    write_counts(h, &as->coverage);
    write_sources(h, &as->coverage);
    write_problems(h, &as->coverage);
    write_builds(h, as);
}
