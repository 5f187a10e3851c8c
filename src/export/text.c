/* One page that a tired administrator understands: what happened, how sure that is, what to do,
 * and what could not be seen. Every sentence is followed by the findings it rests on. */
#include "export/text.h"

enum { IDS_SHOWN = 3, SAID_SHOWN = 6, ARENA_BUDGET = 256 << 20 };

str tell_in_language(const struct telling *t, struct text text)
{
    str own = text.in[t->style->lang];
    return own.len ? own : text.in[LANG_EN];
}

static str with_some_ids(struct telling *t, str sentence, struct ids ids, size_t most)
{
    str out = sentence;
    for (size_t i = 0; i < ids.count && i < most; i++) {
        out = arena_printf(&t->arena, "%.*s%s%.*s", STR_ARG(out), i ? "\xc2\xa0" : " [",
                           STR_ARG(ids.items[i]));
    }
    if (ids.count > most) {
        out = arena_printf(&t->arena, "%.*s\xc2\xa0+%zu", STR_ARG(out), ids.count - most);
    }
    return ids.count ? arena_printf(&t->arena, "%.*s]", STR_ARG(out)) : out;
}

str tell_with_ids(struct telling *t, str sentence, struct ids ids)
{
    return with_some_ids(t, sentence, ids, IDS_SHOWN);
}

str tell_span(struct telling *t, usec first, usec last)
{
    str from = time_text(&t->arena, first), to = time_text(&t->arena, last);
    if (first == TIME_NONE) {
        return str_of(tr(t->style->catalog, "times not known"));
    }
    return first == last ? from
                         : arena_printf(&t->arena, tr(t->style->catalog, "%.*s to %.*s"),
                                        STR_ARG(from), STR_ARG(to));
}

void tell_rest(struct telling *t, unsigned indent, size_t shown, size_t all)
{
    if (all > shown) {
        page_paragraph(
            &t->page, indent,
            arena_printf(&t->arena, tr(t->style->catalog, "... and %zu more"), all - shown));
    }
}

/* ---- the verdict */

static const struct {
    const char *title;
    enum paint paint;
} states[VERDICT_COUNT] = {
    [VERDICT_NONE] = {N_("NO SIGN OF COMPROMISE IN WHAT WE COULD SEE"), PAINT_GREEN },
    [VERDICT_CANNOT_TELL] = {N_("CANNOT TELL"),                                PAINT_GREY  },
    [VERDICT_SCANNED] = {N_("SCANNED"),                                    PAINT_YELLOW},
    [VERDICT_ATTEMPTED] = {N_("ATTACK ATTEMPTED"),                           PAINT_YELLOW},
    [VERDICT_EXPLOITED] = {N_("EXPLOITED"),                                  PAINT_RED   },
    [VERDICT_COMPROMISED] = {N_("COMPROMISED"),                                PAINT_RED   },
};

static const char *const rungs[RUNG_MAX + 1] = {
    N_("nothing beyond being reachable"),    N_("somebody looked for weaknesses"),
    N_("somebody tried to break in"),        N_("a flaw gave way"),
    N_("something was changed or written"),  N_("the intruders' code ran"),
    N_("the intruders pursued their goals"), N_("data left, or damage was done"),
};

static void tell_fact(struct telling *t, const char *label, size_t width, str value)
{
    size_t columns = columns_of(str_of(label));
    str padded = arena_printf(&t->arena, "%s%*s", label, (int)(width - columns + 2), "");
    page_item(&t->page, 0, padded, PAINT_DIM, value);
}

static str rung_words(struct telling *t, int rung)
{
    int known = rung < 0 ? 0 : rung > RUNG_MAX ? RUNG_MAX : rung;
    return arena_printf(&t->arena, tr(t->style->catalog, "step %d of 7: %s"), known,
                        tr(t->style->catalog, rungs[known]));
}

static void tell_facts(struct telling *t, const struct verdict *v)
{
    const struct catalog *c = t->style->catalog;
    const char *labels[] = {tr(c, "First sign"), tr(c, "Last sign"), tr(c, "Proven"),
                            tr(c, "Not excluded")};
    size_t width = 0;
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        size_t columns = columns_of(str_of(labels[i]));
        width = columns > width ? columns : width;
    }
    if (v->first_seen != TIME_NONE) {
        tell_fact(t, labels[0], width, time_text(&t->arena, v->first_seen));
        tell_fact(t, labels[1], width, time_text(&t->arena, v->last_seen));
    }
    if (v->rung > 0) {
        tell_fact(t, labels[2], width, rung_words(t, v->rung));
    }
    if (v->rung_possible > v->rung) {
        tell_fact(t, labels[3], width, rung_words(t, v->rung_possible));
    }
}

static void tell_evidence(struct telling *t)
{
    const struct catalog *c = t->style->catalog;
    str rest = t->report->info.evidence, path;
    page_paragraph(&t->page, 0,
                   arena_printf(&t->arena, tr(c, "%.*s, report. All times are UTC."),
                                STR_ARG(t->report->info.tool)));
    str label = arena_printf(&t->arena, "%s ", tr(c, "Evidence:"));
    while (rest.len && str_cut(&rest, '\n', &path)) {
        page_item(&t->page, 0, label, PAINT_DIM, path);
    }
}

static bool same_ids(struct ids a, struct ids b)
{
    for (size_t i = 0; i < a.count && a.count == b.count; i++) {
        if (!str_eq(a.items[i], b.items[i])) {
            return false;
        }
    }
    return a.count == b.count;
}

void tell_verdict(struct telling *t)
{
    const struct verdict *v = &t->report->assessment.verdict;
    tell_evidence(t);
    buf_char(t->page.out, '\n');
    page_paint(&t->page, states[v->state].paint,
               str_of(tr(t->style->catalog, states[v->state].title)));
    buf_add(t->page.out, STR("\n\n"));
    for (size_t i = 0; i < v->nsentences; i++) {
        const struct claim *c = &v->sentences[i];
        bool said = i > 0 && same_ids(c->findings, v->sentences[i - 1].findings);
        str sentence = tell_in_language(t, c->text);
        page_paragraph(&t->page, 0, said ? sentence : tell_with_ids(t, sentence, c->findings));
    }
    buf_char(t->page.out, '\n');
    tell_facts(t, v);
}

/* ---- the story */

/* The time of the first of these findings. */
static usec time_of_ids(const struct telling *t, struct ids ids)
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

static void tell_claim(struct telling *t, unsigned indent, const struct claim *c)
{
    usec time = time_of_ids(t, c->findings);
    str sentence = tell_with_ids(t, tell_in_language(t, c->text), c->findings);
    str label = time == TIME_NONE
                    ? STR_NONE
                    : arena_printf(&t->arena, "%.*s  ", STR_ARG(time_text(&t->arena, time)));
    page_item(&t->page, indent, label, PAINT_DIM, sentence);
}

static void tell_stage(struct telling *t, const struct stage *s)
{
    str title = tell_in_language(t, s->title);
    page_blanks(&t->page, 2);
    page_paint(&t->page, PAINT_BOLD, title);
    if (!s->seen) {
        page_paint(&t->page, PAINT_DIM,
                   arena_printf(&t->arena, "  %s", tr(t->style->catalog, "(not seen)")));
    }
    buf_char(t->page.out, '\n');
    for (size_t i = 0; i < s->nclaims; i++) {
        tell_claim(t, 4, &s->claims[i]);
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
        tell_stage(t, &as->story[i]);
    }
}

/* ---- what to do */

static const char *when_words(str when)
{
    static const struct {
        const char *when, *words;
    } known[] = {
        {"now",       N_("Now")      },
        {"today",     N_("Today")    },
        {"this_week", N_("This week")}
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_eq(when, str_of(known[i].when))) {
            return known[i].words;
        }
    }
    return N_("Later");
}

static void tell_action(struct telling *t, str label, const struct action *a)
{
    unsigned indent = 4;
    str why = tell_in_language(t, a->why);
    page_item(&t->page, indent, label, PAINT_BOLD,
              with_some_ids(t, tell_in_language(t, a->text), a->findings, 1));
    if (why.len) {
        page_paragraph(&t->page, indent + (unsigned)label.len, why);
    }
}

static void tell_forbidden(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    bool any = false;
    for (size_t i = 0; i < as->nactions; i++) {
        if (!as->actions[i].forbidden) {
            continue;
        }
        if (!any) {
            page_item(&t->page, 2, STR_NONE, PAINT_NONE, str_of(tr(t->style->catalog, "Do not:")));
        }
        any = true;
        tell_action(t, STR("- "), &as->actions[i]);
    }
}

void tell_actions(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    if (as->nactions == 0) {
        return;
    }
    page_heading(&t->page, tr(t->style->catalog, "What to do now"));
    str when = STR_NONE;
    unsigned number = 0;
    for (size_t i = 0; i < as->nactions; i++) {
        const struct action *a = &as->actions[i];
        if (a->forbidden) {
            continue;
        }
        if (!str_eq(when, a->when)) {
            page_paragraph(&t->page, 2, str_of(tr(t->style->catalog, when_words(a->when))));
            when = a->when;
        }
        tell_action(t, arena_printf(&t->arena, "%2u. ", ++number), a);
    }
    tell_forbidden(t);
}

/* ---- who */

static void tell_public(struct telling *t, const struct dossier_match *d)
{
    if (d->nattributions == 0) {
        return;
    }
    str name = tell_in_language(t, d->name);
    page_paragraph(&t->page, 2,
                   arena_printf(&t->arena,
                                tr(t->style->catalog,
                                   "Said publicly of %.*s as a whole, not of this evidence:"),
                                STR_ARG(name)));
    size_t shown = d->nattributions < SAID_SHOWN ? d->nattributions : SAID_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        const struct public_attribution *p = &d->attributions[i];
        str line = arena_printf(&t->arena, "%.*s, %.*s: %.*s. \xe2\x80\x9c%.*s\xe2\x80\x9d %.*s",
                                STR_ARG(p->date), STR_ARG(p->who), STR_ARG(p->actor),
                                STR_ARG(p->words), STR_ARG(p->source));
        page_item(&t->page, 4, STR("- "), PAINT_NONE, line);
    }
    tell_rest(t, 6, shown, d->nattributions);
}

void tell_attribution(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    if (as->attribution.nclaims == 0 && as->ndossiers == 0) {
        return;
    }
    page_heading(&t->page, tr(t->style->catalog, "Who was it"));
    for (size_t i = 0; i < as->attribution.nclaims; i++) {
        page_paragraph(&t->page, 2, tell_in_language(t, as->attribution.claims[i].text));
    }
    for (size_t i = 0; i < as->ndossiers; i++) {
        tell_public(t, &as->dossiers[i]);
    }
}

static void text_write(const struct report *r, const struct export_style *style, struct buf *out)
{
    struct telling t = {
        .report = r,
        .style = style,
        .page = {.out = out, .width = style->width, .colour = style->colour},
    };
    arena_init(&t.arena, ARENA_BUDGET);
    tell_verdict(&t);
    tell_story(&t);
    tell_actions(&t);
    tell_coverage(&t);
    tell_attribution(&t);
    tell_findings(&t);
    arena_done(&t.arena);
}

const struct exporter exporter_text = {
    .name = "text",
    .title = N_("one page, for people"),
    .write = text_write,
};
