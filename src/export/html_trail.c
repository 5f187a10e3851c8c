/* What came out of the trail: pages of the intruders, what left, ways back, machines they went to,
 * processes, what findings share, and who was set aside. */
#include "export/html.h"

enum { ENTITIES_MOST = 200, PROCESSES_MOST = 400, OTHERS_MOST = 100, DEPTH_MOST = 12 };

static const struct assessment *assessment_of(const struct html *h)
{
    return &h->telling.report->assessment;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void write_rest(struct html *h, size_t shown, size_t all)
{
    if (all > shown) {
        html_put(h, "p class=\"note\"",
                 arena_printf(&h->telling.arena, tr(h->telling.style->catalog, "... and %zu more"),
                              all - shown));
    }
}

static void write_item(struct html *h, str text, struct ids ids)
{
    html_raw(h, "<li>");
    html_put(h, "span class=\"says\"", text);
    html_raw(h, " ");
    html_ids(h, ids);
    html_raw(h, "</li>\n");
}

static void write_shells(struct html *h)
{
    const struct assessment *as = assessment_of(h);
    if (as->nshells == 0) {
        return;
    }
    html_heading(h, "h3", str_of(tr(h->telling.style->catalog, N_("Pages of the intruders:"))));
    html_raw(h, "<ul>\n");
    for (size_t i = 0; i < as->nshells; i++) {
        write_item(h, tell_life(&h->telling, &as->shells[i]), as->shells[i].findings);
    }
    html_raw(h, "</ul>\n");
}

static void write_taken(struct html *h)
{
    const struct taken *k = &assessment_of(h)->taken;
    if (k->nitems == 0) {
        return;
    }
    html_heading(h, "h3",
                 arena_printf(&h->telling.arena,
                              tr(h->telling.style->catalog, "Sent to the intruders: %.*s."),
                              STR_ARG(tell_range(&h->telling, k->least, k->most, k->bounded))));
    html_raw(h, "<ul>\n");
    for (size_t i = 0; i < k->nitems; i++) {
        write_item(h, tell_taking(&h->telling, &k->items[i]), k->items[i].findings);
    }
    html_raw(h, "</ul>\n");
}

static void write_footholds(struct html *h)
{
    const struct assessment *as = assessment_of(h);
    if (as->npersistence == 0) {
        return;
    }
    html_heading(h, "h3",
                 str_of(tr(h->telling.style->catalog, N_("By which they could come back:"))));
    html_raw(h, "<ul>\n");
    for (size_t i = 0; i < as->npersistence; i++) {
        const struct foothold *f = &as->persistence[i];
        html_raw(h, "<li>");
        html_put(h, "code", f->value);
        html_raw(h, " ");
        html_text(h, html_sentence(h, f->text));
        html_raw(h, " ");
        html_ids(h, f->findings);
        html_raw(h, "</li>\n");
    }
    html_raw(h, "</ul>\n");
}

static void write_reached(struct html *h)
{
    static const char *const titles[] = {N_("From"),  N_("To"),   N_("Account"),
                                         N_("Times"), N_("When"), N_("Findings")};
    const struct assessment *as = assessment_of(h);
    if (as->nreached == 0) {
        return;
    }
    html_heading(h, "h3", str_of(tr(h->telling.style->catalog, N_("Machines they went to:"))));
    html_wide(h, N_("Machines they went to:"));
    html_raw(h, "<table>\n");
    html_headings(h, titles, ARRAY_LEN(titles));
    html_raw(h, "<tbody>\n");
    for (size_t i = 0; i < least(as->nreached, OTHERS_MOST); i++) {
        const struct reached *r = &as->reached[i];
        html_raw(h, "<tr>");
        html_put(h, "td", r->from);
        html_put(h, "td", r->target);
        html_put(h, "td", r->account);
        html_raw(h, "<td>");
        html_number(h, r->times);
        html_raw(h, "</td><td>");
        html_span(h, r->first, r->last);
        html_raw(h, "</td><td>");
        html_ids(h, r->findings);
        html_raw(h, "</td></tr>\n");
    }
    html_raw(h, "</tbody></table>\n");
    html_wide_end(h);
    write_rest(h, OTHERS_MOST, as->nreached);
}

static void write_process(struct html *h, const struct process *p)
{
    buf_printf(h->telling.page.out, "<li class=\"d%u\">", (unsigned)least(p->depth, DEPTH_MOST));
    if (p->time == TIME_NONE) {
        html_put_said(h, "span class=\"soft\"", N_("start not seen"));
    } else {
        html_moment(h, p->time);
    }
    html_raw(h, " ");
    html_put(h, "code", p->command.len ? p->command : p->image);
    if (p->account.len) {
        html_raw(h, " ");
        html_put(h, "span class=\"soft\"", p->account);
    }
    if (p->findings.count) {
        html_raw(h, " ");
        html_ids(h, p->findings);
    }
    html_raw(h, "</li>\n");
}

static void write_processes(struct html *h)
{
    const struct assessment *as = assessment_of(h);
    if (as->nprocesses == 0) {
        return;
    }
    html_heading(
        h, "h3",
        str_of(tr(h->telling.style->catalog, N_("Processes, below those that started them:"))));
    html_raw(h, "<ul class=\"tree\">\n");
    for (size_t i = 0; i < least(as->nprocesses, PROCESSES_MOST); i++) {
        write_process(h, &as->processes[i]);
    }
    html_raw(h, "</ul>\n");
    write_rest(h, PROCESSES_MOST, as->nprocesses);
}

static void write_entity(struct html *h, const struct entity *e)
{
    html_raw(h, str_eq(e->role, STR("attacker")) ? "<tr class=\"theirs\">" : "<tr>");
    html_raw(h, "<th scope=\"row\">");
    html_put(h, "code", e->value);
    html_raw(h, "</th>");
    html_put(h, "td", e->kind);
    html_put(h, "td", e->role);
    html_raw(h, "<td>");
    html_span(h, e->first, e->last);
    html_raw(h, "</td><td>");
    html_ids(h, e->findings);
    html_raw(h, "</td></tr>\n");
}

static void write_entities(struct html *h)
{
    static const char *const titles[] = {N_("Value"), N_("Kind"), N_("Role"), N_("When"),
                                         N_("Findings")};
    const struct assessment *as = assessment_of(h);
    if (as->nentities == 0) {
        return;
    }
    html_heading(h, "h3",
                 str_of(tr(h->telling.style->catalog, N_("Who and what the findings share"))));
    html_wide(h, N_("Who and what the findings share"));
    html_raw(h, "<table>\n");
    html_headings(h, titles, ARRAY_LEN(titles));
    html_raw(h, "<tbody>\n");
    for (size_t i = 0; i < least(as->nentities, ENTITIES_MOST); i++) {
        write_entity(h, &as->entities[i]);
    }
    html_raw(h, "</tbody></table>\n");
    html_wide_end(h);
    write_rest(h, ENTITIES_MOST, as->nentities);
}

static void write_about(struct html *h, str what, str why)
{
    html_raw(h, "<li>");
    html_put(h, "code", what);
    html_raw(h, " ");
    html_put(h, "span class=\"says\"", why);
    html_raw(h, "</li>\n");
}

static void write_bystanders(struct html *h)
{
    const struct assessment *as = assessment_of(h);
    if (as->nset_aside + as->nnot_followed == 0) {
        return;
    }
    html_heading(h, "h3", str_of(tr(h->telling.style->catalog, N_("Counted and set aside:"))));
    html_raw(h, "<ul>\n");
    for (size_t i = 0; i < least(as->nset_aside, OTHERS_MOST); i++) {
        write_about(h, as->set_aside[i].address, html_sentence(h, as->set_aside[i].why));
    }
    for (size_t i = 0; i < least(as->nnot_followed, OTHERS_MOST); i++) {
        write_about(h, as->not_followed[i].value, html_sentence(h, as->not_followed[i].why));
    }
    html_raw(h, "</ul>\n");
    write_rest(h, OTHERS_MOST, as->nset_aside);
    write_rest(h, OTHERS_MOST, as->nnot_followed);
}

void html_trail(struct html *h)
{
    html_raw(h, "<div class=\"two\"><div>\n");
    write_shells(h);
    write_footholds(h);
    html_raw(h, "</div><div>\n");
    write_taken(h);
    write_bystanders(h);
    html_raw(h, "</div></div>\n");
    write_reached(h);
    write_processes(h);
    write_entities(h);
}
