/* How this was made, so that somebody else can make it again. */
#include "export/html.h"

static void write_fact(struct html *h, const char *label, str value)
{
    str line;
    if (value.len == 0) {
        return;
    }
    html_raw(h, "<div>");
    html_put_said(h, "dt", label);
    while (value.len && str_cut(&value, '\n', &line)) {
        html_put(h, "dd", line);
    }
    html_raw(h, "</div>\n");
}

static void write_problems(struct html *h)
{
    const struct report *r = h->telling.report;
    if (r->nrule_problems == 0) {
        return;
    }
    html_raw(h, "<details>");
    html_put(
        h, "summary",
        arena_printf(&h->telling.arena,
                     tr(h->telling.style->catalog, "Rules loaded: %llu. Problems with rules: %zu."),
                     (unsigned long long)r->rules_loaded, r->nrule_problems));
    html_raw(h, "<ul>\n");
    for (size_t i = 0; i < r->nrule_problems; i++) {
        html_put(h, "li", r->rule_problems[i]);
    }
    html_raw(h, "</ul></details>\n");
}

void html_made(struct html *h)
{
    const struct report *r = h->telling.report;
    html_raw(h, "<dl class=\"facts\">\n");
    write_fact(h, N_("Program"), r->info.tool);
    write_fact(h, N_("Evidence"), r->info.evidence);
    write_fact(h, N_("Options"), r->info.options);
    write_fact(h, N_("Digest of the rules (SHA-256)"), r->info.rules);
    html_raw(h, "</dl>\n");
    write_problems(h);
    html_put_said(h, "p class=\"note\"",
                  N_("The same evidence and the same rules give the same page, byte for byte. It "
                     "loads nothing from any network. Times are UTC."));
    html_put_said(
        h, "p class=\"note\"",
        N_("Words of likelihood, in per cent: almost no chance 1 to 5, very unlikely 5 to "
           "20, unlikely 20 to 45, roughly even chance 45 to 55, likely 55 to 80, very "
           "likely 80 to 95, almost certain 95 to 99. Confidence speaks of the sources, "
           "likelihood of the event."));
}
