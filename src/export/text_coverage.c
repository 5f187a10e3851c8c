/* What was read, and what could not be seen. */
#include "export/text.h"

#include "model/note.h"

enum { PROBLEMS_SHOWN = 5 };

static void tell_counts(struct telling *t, const struct coverage *c)
{
    const uint64_t *n = c->units;
    page_paragraph(
        &t->page, 2,
        arena_printf(&t->arena,
                     tr(t->style->catalog,
                        "Pieces of evidence: %llu read, %llu read in part, %llu failed, %llu not "
                        "understood. Events: %llu."),
                     (unsigned long long)n[OUTCOME_PARSED], (unsigned long long)n[OUTCOME_PARTLY],
                     (unsigned long long)n[OUTCOME_FAILED],
                     (unsigned long long)n[OUTCOME_NOT_UNDERSTOOD], (unsigned long long)c->events));
}

static const struct gap *longest_gap(const struct coverage_source *s)
{
    const struct gap *longest = s->gaps;
    for (size_t i = 1; i < s->ngaps; i++) {
        if (s->gaps[i].to - s->gaps[i].from > longest->to - longest->from) {
            longest = &s->gaps[i];
        }
    }
    return longest;
}

static str gap_words(struct telling *t, const struct coverage_source *s)
{
    const struct gap *g = longest_gap(s);
    return arena_printf(&t->arena, tr(t->style->catalog, "; holes: %zu, the longest from %.*s"),
                        s->ngaps, STR_ARG(tell_span(t, g->from, g->to)));
}

static bool same_clock(const struct coverage_source *a, const struct coverage_source *b)
{
    return str_eq(a->host, b->host) && a->clock_shift == b->clock_shift;
}

static void tell_host(struct telling *t, const struct coverage_source *s)
{
    str host = s->host.len ? s->host : str_of(tr(t->style->catalog, "(host not named)"));
    str clock = tell_clock(t, s->clock_shift);
    page_paragraph(&t->page, 2, arena_printf(&t->arena, "%.*s%.*s", STR_ARG(host), STR_ARG(clock)));
}

static void tell_source(struct telling *t, const struct coverage_source *s)
{
    str gaps = s->ngaps ? gap_words(t, s) : STR_NONE;
    page_item(&t->page, 4, STR("- "), PAINT_NONE,
              arena_printf(&t->arena, tr(t->style->catalog, "%.*s: %.*s, events: %llu%.*s"),
                           STR_ARG(s->kind), STR_ARG(tell_span(t, s->first, s->last)),
                           (unsigned long long)s->events, STR_ARG(gaps)));
}

/* Sources come by host: what is true of all logs of a host is said once. */
static void tell_sources(struct telling *t, const struct coverage *c)
{
    for (size_t i = 0; i < c->nsources; i++) {
        if (i == 0 || !same_clock(&c->sources[i - 1], &c->sources[i])) {
            tell_host(t, &c->sources[i]);
        }
        tell_source(t, &c->sources[i]);
    }
}

/* In short, one remedy of several spots is told with the first. */
static bool is_told_before(const struct coverage *c, const struct blind_spot *s)
{
    for (const struct blind_spot *p = c->blind_spots; p < s; p++) {
        if (str_eq(p->remedy.in[LANG_EN], s->remedy.in[LANG_EN])) {
            return true;
        }
    }
    return false;
}

static void tell_blind_spot(struct telling *t, const struct blind_spot *s)
{
    bool again = !t->style->full && is_told_before(&t->report->assessment.coverage, s);
    str text = tell_in_language(t, s->text);
    str remedy = again ? STR_NONE : tell_in_language(t, s->remedy);
    str label = arena_printf(&t->arena, "%s ", tr(t->style->catalog, "To see it:"));
    bool apart = t->style->full || remedy.len == 0;
    page_item(&t->page, 2, STR("- "), PAINT_YELLOW,
              apart ? text
                    : arena_printf(&t->arena, "%.*s %.*s%.*s", STR_ARG(text), STR_ARG(label),
                                   STR_ARG(remedy)));
    if (apart && remedy.len) {
        page_item(&t->page, 4, label, PAINT_DIM, remedy);
    }
}

static void tell_problem(struct telling *t, const struct unit_problem *p)
{
    const char *reason = tr(t->style->catalog, note_sentence(p->reason));
    str line =
        arena_printf(&t->arena,
                     tr(t->style->catalog, "%.*s: %s (times: %llu, first at byte %llu, bytes "
                                           "lost: %llu)"),
                     STR_ARG(p->unit), reason, (unsigned long long)p->count,
                     (unsigned long long)p->offset, (unsigned long long)p->lost);
    page_item(&t->page, 2, STR("- "), PAINT_NONE, line);
    if (p->example.len) {
        page_paragraph(
            &t->page, 6,
            arena_printf(&t->arena, tr(t->style->catalog, "It begins: %.*s"), STR_ARG(p->example)));
    }
}

static void tell_rules(struct telling *t)
{
    const struct report *r = t->report;
    page_paragraph(
        &t->page, 2,
        arena_printf(&t->arena,
                     tr(t->style->catalog, "Rules loaded: %llu. Problems with rules: %zu."),
                     (unsigned long long)r->rules_loaded, r->nrule_problems));
    if (r->assessment.verdict.state == VERDICT_NONE) {
        page_paragraph(&t->page, 2,
                       str_of(tr(t->style->catalog, "Only what these rules know was looked for; "
                                                    "public Sigma rules, given with -r, know "
                                                    "more.")));
    }
    for (size_t i = 0; i < r->nrule_problems && t->style->full; i++) {
        page_item(&t->page, 2, STR("- "), PAINT_NONE, r->rule_problems[i]);
    }
}

void tell_coverage(struct telling *t)
{
    const struct coverage *c = &t->report->assessment.coverage;
    page_heading(&t->page, tr(t->style->catalog, "What we could see, and what we could not"));
    tell_counts(t, c);
    (t->style->full ? tell_sources : tell_hosts)(t, c);
    if (c->nblind_spots) {
        page_paragraph(&t->page, 2,
                       str_of(tr(t->style->catalog, "What this evidence could not have shown:")));
    }
    for (size_t i = 0; i < c->nblind_spots; i++) {
        tell_blind_spot(t, &c->blind_spots[i]);
    }
    if (c->nproblems) {
        page_paragraph(&t->page, 2,
                       str_of(tr(t->style->catalog, "What was not, or not wholly, read:")));
    }
    bool all = t->style->full || c->nproblems < PROBLEMS_SHOWN;
    size_t problems = all ? c->nproblems : PROBLEMS_SHOWN;
    for (size_t i = 0; i < problems; i++) {
        tell_problem(t, &c->problems[i]);
    }
    tell_rest(t, 4, problems, c->nproblems);
    tell_rules(t);
}
