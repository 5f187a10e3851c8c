/* Which builds ran, and whether they were open. In short: only the open ones of which the verdict
 * has not spoken. */
#include "export/text.h"

enum { SHOWN = 3 };

static bool is_said(const struct verdict *v, const struct build *b)
{
    for (size_t i = 0; i < v->nsentences; i++) {
        if (str_eq(v->sentences[i].text.in[LANG_EN], b->text.in[LANG_EN])) {
            return true;
        }
    }
    return false;
}

static bool is_told(const struct telling *t, const struct build *b)
{
    const struct verdict *v = &t->report->assessment.verdict;
    return t->style->full || (b->state != BUILD_FIXED && !is_said(v, b));
}

void tell_builds(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    size_t all = 0, shown = 0;
    for (size_t i = 0; i < as->nbuilds; i++) {
        if (!is_told(t, &as->builds[i])) {
            continue;
        }
        if (all++ == 0) {
            page_heading(&t->page, tr(t->style->catalog, "Builds that ran"));
        }
        if (t->style->full || shown < SHOWN) {
            shown++;
            page_item(&t->page, 2, STR("- "), PAINT_NONE, tell_in_language(t, as->builds[i].text));
        }
    }
    tell_rest(t, 2, shown, all);
}
