/* The findings themselves, and how to look behind one. */
#include "export/text.h"

enum { FINDINGS_SHOWN = 60 };

/* What the trail found stands in the story; here it would bury what rules found. */
static bool is_listed(const struct report *r, size_t i, enum level level)
{
    return !r->findings[i].trail && report_shows(r, i, level);
}

static size_t count_listed(const struct report *r, enum level level)
{
    size_t n = 0;
    for (size_t i = 0; i < r->nfindings; i++) {
        n += is_listed(r, i, level);
    }
    return n;
}

/* The lowest level from which on the list fits the page. */
static enum level level_that_fits(const struct telling *t)
{
    enum level level = t->style->min_level;
    while (level < LEVEL_CRITICAL && count_listed(t->report, level) > FINDINGS_SHOWN) {
        level++;
    }
    return level;
}

static enum paint level_paint(enum level level)
{
    static const enum paint paints[LEVEL_COUNT] = {PAINT_DIM, PAINT_NONE, PAINT_NONE, PAINT_YELLOW,
                                                   PAINT_RED};
    return paints[level];
}

static const char *level_words(enum level level)
{
    static const char *const words[LEVEL_COUNT] = {N_("informational"), N_("low"), N_("medium"),
                                                   N_("high"), N_("critical")};
    return words[level];
}

static void tell_finding(struct telling *t, const struct finding *f)
{
    const struct catalog *c = t->style->catalog;
    str time = f->time == TIME_NONE ? str_of(tr(c, "no time")) : time_text(&t->arena, f->time);
    str head = arena_printf(&t->arena, "%.*s  %.*s  ", STR_ARG(f->id), STR_ARG(time));
    str line = arena_printf(&t->arena, "%.*s #%llu", STR_ARG(f->rule->title),
                            (unsigned long long)f->record);
    if (rule_is_foreign(f->rule)) {
        line = arena_printf(&t->arena, tr(c, "%.*s (rule by %.*s)"), STR_ARG(line),
                            STR_ARG(f->rule->author));
    }
    str level = arena_printf(&t->arena, "%s  ", tr(c, level_words(f->rule->level)));
    page_blanks(&t->page, 4);
    page_paint(&t->page, PAINT_NONE, head);
    page_paint(&t->page, level_paint(f->rule->level), level);
    page_rest(&t->page, 4 + columns_of(head) + columns_of(level), line);
}

/* By time; the unit is named where it changes. */
static void tell_list(struct telling *t)
{
    const struct report *r = t->report;
    enum level level = level_that_fits(t);
    size_t shown = 0;
    str unit = STR_NONE;
    for (size_t i = 0; i < r->nfindings && shown < FINDINGS_SHOWN; i++) {
        const struct finding *f = &r->findings[i];
        if (!is_listed(r, i, level)) {
            continue;
        }
        if (!str_eq(unit, f->unit)) {
            page_blanks(&t->page, 2); /* on one line, to be copied */
            page_paint(&t->page, PAINT_NONE, f->unit);
            buf_char(t->page.out, '\n');
            unit = f->unit;
        }
        tell_finding(t, f);
        shown++;
    }
    if (shown < r->nfindings) {
        page_paragraph(
            &t->page, 2,
            arena_printf(&t->arena,
                         tr(t->style->catalog,
                            "Not listed here, for they are of the trail or of lower level: "
                            "%zu; --format csv lists them all."),
                         r->nfindings - shown));
    }
}

static void tell_deeper(struct telling *t)
{
    const struct catalog *c = t->style->catalog;
    str path = t->report->info.path;
    page_heading(&t->page, tr(c, "How to look behind it"));
    if (path.len) {
        page_paragraph(&t->page, 2,
                       arena_printf(&t->arena,
                                    tr(c, "limier explain %.*s ID    why a finding is one, and "
                                          "where its bytes are"),
                                    STR_ARG(path)));
        return;
    }
    page_paragraph(&t->page, 2,
                   str_of(tr(c, "This answer was not kept. The same command with -o X.case keeps "
                                "it; then `limier explain X.case ID` tells why a finding is one, "
                                "and where its bytes are.")));
}

void tell_findings(struct telling *t)
{
    if (t->report->nfindings) {
        page_heading(&t->page, tr(t->style->catalog, "Findings"));
        tell_list(t);
    }
    tell_deeper(t);
}
