/* What happened, stage by stage. */
#include "export/text.h"

enum { CLAIMS_SHOWN = 3 };

enum level tell_weightiest(const struct telling *t, struct ids ids)
{
    enum level level = LEVEL_INFORMATIONAL;
    for (size_t i = 0; i < ids.count; i++) {
        const struct finding *f = report_finding(t->report, ids.items[i]);
        level = f && f->rule->level > level ? f->rule->level : level;
    }
    return level;
}

/* The time of the first of these findings. */
usec tell_time_of(const struct telling *t, struct ids ids)
{
    usec first = TIME_NONE;
    for (size_t i = 0; i < ids.count; i++) {
        const struct finding *f = report_finding(t->report, ids.items[i]);
        usec time = f ? f->time : TIME_NONE;
        if (time != TIME_NONE && (first == TIME_NONE || time < first)) {
            first = time;
        }
    }
    return first;
}

static str time_label(struct telling *t, struct ids ids)
{
    if (ids.count == 0) {
        return STR_NONE;
    }
    usec time = tell_time_of(t, ids);
    str words =
        time == TIME_NONE ? str_of(tr(t->style->catalog, "time not known")) : tell_moment(t, time);
    return arena_printf(&t->arena, "%.*s  ", STR_ARG(words));
}

static void tell_claim(struct telling *t, const struct claim *c)
{
    str sentence = tell_with_ids(t, tell_in_language(t, c->text), c->findings);
    page_item(&t->page, 4, time_label(t, c->findings), PAINT_DIM, sentence);
}

/* The weightiest claim not yet chosen: by level, then by how many findings say it, then by time. */
static size_t next_claim(const struct telling *t, const struct stage *s, const bool *chosen)
{
    size_t best = s->nclaims;
    for (size_t i = 0; i < s->nclaims; i++) {
        if (chosen[i]) {
            continue;
        }
        enum level level = tell_weightiest(t, s->claims[i].findings);
        enum level of_best =
            best < s->nclaims ? tell_weightiest(t, s->claims[best].findings) : LEVEL_INFORMATIONAL;
        bool more =
            best == s->nclaims || s->claims[i].findings.count > s->claims[best].findings.count;
        best = level > of_best || (level == of_best && more) ? i : best;
    }
    return best;
}

/* The weightiest few; one of least weight only where there is nothing else. */
static size_t choose_claims(const struct telling *t, const struct stage *s, bool *chosen)
{
    size_t n = 0;
    for (; n < CLAIMS_SHOWN && n < s->nclaims; n++) {
        size_t best = next_claim(t, s, chosen);
        if (n && tell_weightiest(t, s->claims[best].findings) < LEVEL_MEDIUM) {
            break;
        }
        chosen[best] = true;
    }
    return n;
}

static void tell_claims(struct telling *t, const struct stage *s)
{
    bool *chosen = ARENA_ARRAY(&t->arena, bool, s->nclaims + 1);
    bool all = t->style->full || !chosen;
    size_t shown = all ? s->nclaims : choose_claims(t, s, chosen);
    for (size_t i = 0; i < s->nclaims; i++) {
        if (all || chosen[i]) {
            tell_claim(t, &s->claims[i]);
        }
    }
    tell_rest(t, 4, shown, s->nclaims);
}

static void tell_stage(struct telling *t, const struct stage *s)
{
    page_blanks(&t->page, 2);
    page_paint(&t->page, PAINT_BOLD, tell_in_language(t, s->title));
    if (!s->seen) {
        page_paint(&t->page, PAINT_DIM,
                   arena_printf(&t->arena, "  %s", tr(t->style->catalog, "(not seen)")));
    }
    buf_char(t->page.out, '\n');
    tell_claims(t, s);
}

static bool is_in_verdict(const struct telling *t, str sentence)
{
    const struct verdict *v = &t->report->assessment.verdict;
    for (size_t i = 0; i < v->nsentences; i++) {
        if (str_eq(tell_in_language(t, v->sentences[i].text), sentence)) {
            return true;
        }
    }
    return false;
}

/* Stages in which nothing was seen, in short: their sentence names them. */
static void tell_silences(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    bool any = false;
    for (size_t i = 0; i < as->nstages; i++) {
        const struct stage *s = &as->story[i];
        str sentence =
            s->seen || s->nclaims == 0 ? STR_NONE : tell_in_language(t, s->claims[0].text);
        if (sentence.len == 0 || is_in_verdict(t, sentence)) {
            continue;
        }
        if (!any) {
            page_blanks(&t->page, 2);
            page_paint(&t->page, PAINT_BOLD, str_of(tr(t->style->catalog, "What was not seen")));
            buf_char(t->page.out, '\n');
        }
        any = true;
        page_item(&t->page, 4, STR("- "), PAINT_NONE, sentence);
    }
}

void tell_story(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    if (as->nstages == 0) {
        return;
    }
    page_heading(&t->page, tr(t->style->catalog, "What happened"));
    for (size_t i = 0; i < as->nstages; i++) {
        if (as->story[i].seen || t->style->full) {
            tell_stage(t, &as->story[i]);
        }
    }
    if (!t->style->full) {
        tell_silences(t);
    }
}
