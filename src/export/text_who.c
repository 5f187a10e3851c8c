/* Who it was, and, apart from that, what was said in public of the intrusion as a whole. */
#include "export/text.h"

static str speakers_of(struct telling *t, const struct dossier_match *d)
{
    str all = STR_NONE;
    for (size_t i = 0; i < d->nattributions; i++) {
        str who = d->attributions[i].who;
        if (!str_has(all, who)) {
            all = arena_printf(&t->arena, "%.*s%s%.*s", STR_ARG(all), all.len ? ", " : "",
                               STR_ARG(who));
        }
    }
    return all;
}

/* No actor stands in the short form: a name beside a verdict is read as an answer. Where nothing
 * but attempts was seen, it says nothing of them at all. */
static void tell_public_shortly(struct telling *t, const struct dossier_match *d)
{
    const struct public_attribution *first = &d->attributions[0];
    str name = tell_in_language(t, d->name), speakers = speakers_of(t, d);
    page_paragraph(
        &t->page, 2,
        arena_printf(&t->arena,
                     tr(t->style->catalog,
                        "Of %.*s as a whole, not of this evidence, there are public statements "
                        "(%zu, from %.*s on) by: %.*s. The full report quotes them."),
                     STR_ARG(name), d->nattributions, STR_ARG(first->date), STR_ARG(speakers)));
}

static void tell_public(struct telling *t, const struct dossier_match *d)
{
    str name = tell_in_language(t, d->name);
    page_paragraph(&t->page, 2,
                   arena_printf(&t->arena,
                                tr(t->style->catalog,
                                   "Said publicly of %.*s as a whole, not of this evidence:"),
                                STR_ARG(name)));
    for (size_t i = 0; i < d->nattributions; i++) {
        const struct public_attribution *p = &d->attributions[i];
        str line =
            arena_printf(&t->arena, "%.*s, %.*s: %.*s. \xe2\x80\x9c%.*s\xe2\x80\x9d (%.*s) %.*s",
                         STR_ARG(p->date), STR_ARG(p->who), STR_ARG(p->actor), STR_ARG(p->words),
                         STR_ARG(p->confidence), STR_ARG(p->source));
        page_item(&t->page, 4, STR("- "), PAINT_NONE, line);
    }
}

static void tell_answer(struct telling *t)
{
    const struct attribution *a = &t->report->assessment.attribution;
    str all = STR_NONE;
    for (size_t i = 0; i < a->nclaims; i++) {
        str sentence = tell_in_language(t, a->claims[i].text);
        all = arena_printf(&t->arena, "%.*s%s%.*s", STR_ARG(all), i ? " " : "", STR_ARG(sentence));
    }
    if (all.len) {
        page_paragraph(&t->page, 2, all);
    }
}

void tell_attribution(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    bool wanted = t->style->full || as->verdict.state >= VERDICT_EXPLOITED;
    if (as->attribution.nclaims == 0 && (!wanted || as->ndossiers == 0)) {
        return;
    }
    page_heading(&t->page, tr(t->style->catalog, "Who was it"));
    tell_answer(t);
    for (size_t i = 0; wanted && i < as->ndossiers; i++) {
        const struct dossier_match *d = &as->dossiers[i];
        if (d->nattributions) {
            (t->style->full ? tell_public : tell_public_shortly)(t, d);
        }
    }
}
