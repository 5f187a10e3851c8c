/* The findings that weigh most, each with what else it could be and where its bytes are. */
#include "export/html.h"

enum { KEY_MOST = 40, OF_ONE_RULE = 2, LIST_PLAIN = 300, FIELDS_SHOWN = 12, VALUE_SHOWN = 300 };

/* ---- which they are */

static size_t of_same_rule(const struct report *r, const size_t *chosen, size_t n, size_t i)
{
    size_t same = 0;
    for (size_t k = 0; k < n; k++) {
        same += r->findings[chosen[k]].rule == r->findings[i].rule;
    }
    return same;
}

static bool is_of(const struct report *r, size_t i, enum level level, bool trail)
{
    const struct finding *f = &r->findings[i];
    return r->cited[i] && f->trail == trail && f->rule->level == level;
}

/* The weightiest of what the answer rests on, a few of each rule; what the trail led to last. */
static void choose_key(struct html *h)
{
    const struct report *r = h->telling.report;
    size_t chosen[KEY_MOST], n = 0;
    for (int trail = 0; trail <= 1; trail++) {
        for (int level = LEVEL_CRITICAL; level >= LEVEL_LOW; level--) {
            for (size_t i = 0; i < r->nfindings && n < KEY_MOST; i++) {
                if (is_of(r, i, (enum level)level, trail) &&
                    of_same_rule(r, chosen, n, i) < OF_ONE_RULE) {
                    h->place[i] = PLACE_KEY;
                    chosen[n++] = i;
                }
            }
        }
    }
}

static void choose_list(struct html *h)
{
    const struct report *r = h->telling.report;
    for (size_t i = 0, n = 0; i < r->nfindings && n < LIST_PLAIN; i++) {
        if (h->place[i] == PLACE_NONE && report_shows(r, i, h->telling.style->min_level)) {
            h->place[i] = PLACE_LIST;
            n++;
        }
    }
}

bool html_choose(struct html *h)
{
    h->place = ARENA_ARRAY(&h->telling.arena, enum place, h->telling.report->nfindings + 1);
    if (h->place) {
        choose_key(h);
        choose_list(h);
    }
    return h->place;
}

/* ---- the table */

static void write_level(struct html *h, enum level level)
{
    buf_printf(h->telling.page.out, "<span class=\"level l%d\">", (int)level);
    html_say(h, level_name(level));
    html_raw(h, "</span>");
}

static void write_rule(struct html *h, const struct finding *f)
{
    html_put(h, "b", rule_title(f->rule, h->telling.style->lang));
    if (rule_is_foreign(f->rule)) {
        html_raw(h, " ");
        html_put(h, "span class=\"soft\"",
                 arena_printf(&h->telling.arena, tr(h->telling.style->catalog, "(rule by %.*s)"),
                              STR_ARG(f->rule->author)));
    }
}

static void write_fact(struct html *h, const char *label, str value)
{
    if (value.len) {
        html_raw(h, "<div>");
        html_put_said(h, "dt", label);
        html_put(h, "dd", value);
        html_raw(h, "</div>");
    }
}

static str count_text(struct html *h, uint64_t n)
{
    return arena_printf(&h->telling.arena, "%llu", (unsigned long long)n);
}

static void write_fields(struct html *h, const struct finding *f)
{
    if (f->nfields == 0) {
        return;
    }
    html_raw(h, "<details><summary>");
    html_say(h, N_("What the record says"));
    html_raw(h, "</summary><dl class=\"facts\">");
    for (size_t i = 0; i < f->nfields && i < FIELDS_SHOWN; i++) {
        str value = f->fields[i].value;
        bool cut = value.len > VALUE_SHOWN;
        html_raw(h, "<div>");
        html_put(h, "dt", f->fields[i].name);
        html_raw(h, "<dd>");
        html_text(h, str_sub(value, 0, VALUE_SHOWN));
        html_raw(h, cut ? "\xe2\x80\xa6</dd></div>" : "</dd></div>");
    }
    html_raw(h, "</dl></details>");
}

static void write_place(struct html *h, const struct finding *f)
{
    html_raw(h, "<dl class=\"facts\">");
    write_fact(h, N_("File"), f->unit);
    write_fact(h, N_("Record"), count_text(h, f->record));
    write_fact(h, N_("Byte"), count_text(h, f->offset));
    write_fact(h, N_("Rule"), f->rule->id);
    write_fact(h, N_("Host"), f->host);
    html_raw(h, "</dl>");
    write_fields(h, f);
}

static void write_shows(struct html *h, const struct finding *f)
{
    str benign = html_sentence(h, f->rule->benign), summary = html_sentence(h, f->summary);
    write_rule(h, f);
    if (!str_eq(summary, rule_title(f->rule, h->telling.style->lang))) {
        html_raw(h, "<p>");
        html_prose(h, summary);
        html_raw(h, "</p>");
    }
    if (benign.len) {
        html_raw(h, "<p class=\"benign\">");
        html_put_said(h, "b", N_("Other explanation:"));
        html_raw(h, " ");
        html_text(h, benign);
        html_raw(h, "</p>");
    }
}

static void write_row(struct html *h, const struct finding *f)
{
    html_raw(h, "<tr id=\"f-");
    html_text(h, f->id);
    html_raw(h, "\"><th scope=\"row\">");
    html_put(h, "code", f->id);
    html_raw(h, "</th><td>");
    html_moment(h, f->time);
    html_raw(h, "<br>");
    write_level(h, f->rule->level);
    html_raw(h, "</td><td class=\"says\">");
    write_shows(h, f);
    html_raw(h, "</td><td>");
    write_place(h, f);
    html_raw(h, "</td></tr>\n");
}

void html_evidence(struct html *h)
{
    static const char *const titles[] = {N_("Finding"), N_("When, and how grave"),
                                         N_("What it shows"), N_("Where it is")};
    const struct report *r = h->telling.report;
    size_t shown = 0;
    for (size_t i = 0; i < r->nfindings; i++) {
        shown += h->place[i] == PLACE_KEY;
    }
    if (shown == 0) {
        html_put_said(h, "p class=\"note\"", N_("The answer rests on no finding."));
        return;
    }
    html_put(h, "p class=\"note\"",
             arena_printf(&h->telling.arena,
                          tr(h->telling.style->catalog,
                             "The weightiest of what the answer rests on: %zu. Each can be read "
                             "again in the original: limier explain %.*s ID"),
                          shown, STR_ARG(r->info.path.len ? str_base(r->info.path) : STR("CASE"))));
    html_wide(h, N_("Key evidence"));
    html_raw(h, "<table class=\"evidence\">\n");
    html_headings(h, titles, ARRAY_LEN(titles));
    html_raw(h, "<tbody>\n");
    for (size_t i = 0; i < r->nfindings; i++) {
        if (h->place[i] == PLACE_KEY) {
            write_row(h, &r->findings[i]);
        }
    }
    html_raw(h, "</tbody></table>\n");
    html_wide_end(h);
}
