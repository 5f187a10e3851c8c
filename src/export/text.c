/* What a tired administrator understands: what happened, how sure that is, what to do, and what
 * could not be seen. Sentences are followed by the findings they rest on. The short form is a page
 * and a half, and says where it left something out; the full form leaves out nothing. */
#include "export/text.h"

enum { IDS_SHOWN = 3, IDS_SHOWN_SHORT = 1, ARENA_BUDGET = 256 << 20 };

str tell_in_language(const struct telling *t, struct text text)
{
    str own = text.in[t->style->lang];
    return own.len ? own : text.in[LANG_EN];
}

str tell_with_ids(struct telling *t, str sentence, struct ids ids)
{
    size_t most = t->style->full ? IDS_SHOWN : IDS_SHOWN_SHORT;
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

str tell_moment(struct telling *t, usec time)
{
    usec beyond = (time % USEC_PER_SEC + USEC_PER_SEC) % USEC_PER_SEC;
    return time_text(&t->arena, t->style->full || time == TIME_NONE ? time : time - beyond);
}

str tell_span(struct telling *t, usec first, usec last)
{
    str from = tell_moment(t, first), to = tell_moment(t, last);
    if (first == TIME_NONE) {
        return str_of(tr(t->style->catalog, "times not known"));
    }
    return str_eq(from, to) ? from
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

str tell_rung(struct telling *t, int rung)
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
        tell_fact(t, labels[0], width, tell_moment(t, v->first_seen));
        tell_fact(t, labels[1], width, tell_moment(t, v->last_seen));
    }
    if (v->rung > 0) {
        tell_fact(t, labels[2], width, tell_rung(t, v->rung));
    }
    if (v->rung_possible > v->rung) {
        tell_fact(t, labels[3], width, tell_rung(t, v->rung_possible));
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
        page_paint(&t->page, PAINT_DIM, label); /* on one line, to be copied */
        page_paint(&t->page, PAINT_NONE, path);
        buf_char(t->page.out, '\n');
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

const char *tell_state(enum verdict_state state)
{
    return states[state].title;
}

void tell_verdict(struct telling *t)
{
    const struct verdict *v = &t->report->assessment.verdict;
    tell_evidence(t);
    buf_char(t->page.out, '\n');
    bool unsure = v->state == VERDICT_NONE && v->confidence == CONFIDENCE_LOW;
    page_paint(&t->page, unsure ? PAINT_GREY : states[v->state].paint,
               str_of(tr(t->style->catalog, states[v->state].title)));
    buf_add(t->page.out, STR("\n\n"));
    for (size_t i = 0; i < v->nsentences; i++) {
        const struct claim *c = &v->sentences[i];
        bool said = i > 0 && same_ids(c->findings, v->sentences[i - 1].findings);
        str sentence = tell_in_language(t, c->text);
        page_paragraph(&t->page, 0, said ? sentence : tell_with_ids(t, sentence, c->findings));
    }
    if (v->first_seen != TIME_NONE || v->rung_possible > 0) {
        buf_char(t->page.out, '\n');
        tell_facts(t, v);
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
    tell_trail(&t);
    tell_actions(&t);
    tell_builds(&t);
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
