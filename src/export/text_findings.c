/* The findings themselves, and how to look behind one. */
#include "export/text.h"

#include <stdlib.h>

enum { RULES_SHOWN = 10 };

static enum paint level_paint(enum level level)
{
    static const enum paint paints[LEVEL_COUNT] = {PAINT_DIM, PAINT_NONE, PAINT_NONE, PAINT_YELLOW,
                                                   PAINT_RED};
    return paints[level];
}

static void tell_finding(struct telling *t, const struct finding *f)
{
    const struct catalog *c = t->style->catalog;
    str time = f->time == TIME_NONE ? str_of(tr(c, "no time")) : time_text(&t->arena, f->time);
    str head = arena_printf(&t->arena, "%.*s  %.*s  ", STR_ARG(f->id), STR_ARG(time));
    str line = arena_printf(&t->arena, "%.*s #%llu", STR_ARG(rule_title(f->rule, t->style->lang)),
                            (unsigned long long)f->record);
    if (rule_is_foreign(f->rule)) {
        line = arena_printf(&t->arena, tr(c, "%.*s (rule by %.*s)"), STR_ARG(line),
                            STR_ARG(f->rule->author));
    }
    str level = arena_printf(&t->arena, "%s  ", tr(c, level_name(f->rule->level)));
    page_blanks(&t->page, 4);
    page_paint(&t->page, PAINT_NONE, head);
    page_paint(&t->page, level_paint(f->rule->level), level);
    page_rest(&t->page, 4 + columns_of(head) + columns_of(level), line);
}

/* By time; the unit is named where it changes. */
static void tell_list(struct telling *t)
{
    const struct report *r = t->report;
    str unit = STR_NONE;
    for (size_t i = 0; i < r->nfindings; i++) {
        const struct finding *f = &r->findings[i];
        if (!report_shows(r, i, t->style->min_level)) {
            continue;
        }
        if (!str_eq(unit, f->unit)) {
            page_blanks(&t->page, 2); /* on one line, to be copied */
            page_paint(&t->page, PAINT_NONE, f->unit);
            buf_char(t->page.out, '\n');
            unit = f->unit;
        }
        tell_finding(t, f);
    }
}

/* ---- in short: a line for each rule that matched */

struct tally {
    const struct rule_info *rule;
    str first; /* the earliest finding's id */
    size_t count, order;
};

/* Who gives rules or indicators of others asks what they found. */
static bool is_of_others(const struct rule_info *rule)
{
    return rule_is_foreign(rule) || str_eq(rule->engine, STR("indicator"));
}

static int weightiest_first(const void *left, const void *right)
{
    const struct tally *a = left, *b = right;
    int others = is_of_others(a->rule) - is_of_others(b->rule);
    int level = (int)b->rule->level - (int)a->rule->level;
    return others ? others : level ? level : (a->order > b->order) - (a->order < b->order);
}

static size_t count_by_rule(struct telling *t, struct tally *out)
{
    const struct report *r = t->report;
    enum level least = t->style->min_level > LEVEL_MEDIUM ? t->style->min_level : LEVEL_MEDIUM;
    size_t n = 0;
    for (size_t i = 0; i < r->nfindings; i++) {
        const struct finding *f = &r->findings[i];
        if (f->trail || f->rule->level < least) {
            continue;
        }
        size_t at = 0;
        while (at < n && out[at].rule != f->rule) {
            at++;
        }
        if (at == n) {
            out[n++] = (struct tally){.rule = f->rule, .first = f->id, .order = i};
        }
        out[at].count++;
    }
    qsort(out, n, sizeof *out, weightiest_first);
    return n;
}

static void tell_tally(struct telling *t, const struct tally *y)
{
    const struct catalog *c = t->style->catalog;
    str line = arena_printf(&t->arena, "%zu\xc2\xa0\xc3\x97 %.*s", y->count,
                            STR_ARG(rule_title(y->rule, t->style->lang)));
    if (rule_is_foreign(y->rule)) {
        line = arena_printf(&t->arena, tr(c, "%.*s (rule by %.*s)"), STR_ARG(line),
                            STR_ARG(y->rule->author));
    }
    str more = y->count > 1 ? arena_printf(&t->arena, "\xc2\xa0+%zu", y->count - 1) : STR_NONE;
    str all =
        arena_printf(&t->arena, "%.*s [%.*s%.*s]", STR_ARG(line), STR_ARG(y->first), STR_ARG(more));
    str level = arena_printf(&t->arena, "%s  ", tr(c, level_name(y->rule->level)));
    page_item(&t->page, 4, level, level_paint(y->rule->level), all);
}

/* Rules of ours and of others do not push each other off the page. */
static size_t tell_tallies(struct telling *t, const struct tally *all, size_t count, bool others)
{
    size_t shown = 0, findings = 0;
    for (size_t i = 0; i < count && shown < RULES_SHOWN; i++) {
        if (is_of_others(all[i].rule) == others) {
            tell_tally(t, &all[i]);
            findings += all[i].count;
            shown++;
        }
    }
    return findings;
}

static void tell_by_rule(struct telling *t)
{
    const struct report *r = t->report;
    struct tally *all = ARENA_ARRAY(&t->arena, struct tally, r->nfindings + 1);
    size_t count = all ? count_by_rule(t, all) : 0;
    size_t told = tell_tallies(t, all, count, false) + tell_tallies(t, all, count, true);
    if (told < r->nfindings) {
        size_t rest = r->nfindings - told;
        page_paragraph(
            &t->page, 2,
            arena_printf(&t->arena,
                         tr(t->style->catalog,
                            count ? N_("Not listed here, for they are of lower level, of the "
                                       "trail, or of further rules: %zu.")
                                  : N_("None that means something by itself; of low level, or of "
                                       "the trail: %zu.")),
                         rest));
    }
}

static void tell_deeper(struct telling *t)
{
    const struct catalog *c = t->style->catalog;
    str path = t->report->info.path;
    page_heading(&t->page, tr(c, "How to look behind it"));
    if (path.len == 0) {
        page_paragraph(&t->page, 2,
                       str_of(tr(c, "This answer was not kept. The same command with -o X.case "
                                    "keeps it; then `limier report X.case --full` tells all of "
                                    "it, and `limier explain X.case ID` why a finding is one, and "
                                    "where its bytes are.")));
        return;
    }
    page_paragraph(&t->page, 2,
                   arena_printf(&t->arena,
                                tr(c, "limier explain %.*s ID    why a finding is one, and "
                                      "where its bytes are"),
                                STR_ARG(path)));
    if (!t->style->full) {
        page_paragraph(&t->page, 2,
                       arena_printf(&t->arena,
                                    tr(c, "limier report %.*s --full    all that this page left "
                                          "out"),
                                    STR_ARG(path)));
    }
}

void tell_findings(struct telling *t)
{
    if (t->report->nfindings) {
        page_heading(&t->page, tr(t->style->catalog, "Findings"));
        (t->style->full ? tell_list : tell_by_rule)(t);
    }
    tell_deeper(t);
}
