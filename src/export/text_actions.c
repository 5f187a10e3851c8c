/* What to do, the most urgent first. In short: reasons only of what cannot wait. */
#include "export/text.h"

const char *tell_when(str when)
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
    str text = tell_in_language(t, a->text), why = tell_in_language(t, a->why);
    bool urgent = !a->forbidden && str_eq(a->when, STR("now"));
    if (t->style->full) {
        page_item(&t->page, indent, label, PAINT_BOLD, tell_with_ids(t, text, a->findings));
        page_paragraph(&t->page, indent + (unsigned)label.len, why);
        return;
    }
    str all = urgent ? arena_printf(&t->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(why)) : text;
    page_item(&t->page, indent, label, PAINT_BOLD, all);
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
            page_paragraph(&t->page, 2, str_of(tr(t->style->catalog, tell_when(a->when))));
            when = a->when;
        }
        tell_action(t, arena_printf(&t->arena, "%2u. ", ++number), a);
    }
    tell_forbidden(t);
}
