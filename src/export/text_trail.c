/* What came out of the trail: pages of the intruders, what left, ways back, processes, and who
 * was set aside. In short: a line or two each; in full: all. */
#include "export/text.h"

enum { SHOWN = 3, WAYS_SHOWN = 8, PROCESSES_SHOWN = 12, COMMAND_COLUMNS = 120 };

static size_t shown_of(const struct telling *t, size_t count, size_t most)
{
    return t->style->full || count <= most ? count : most;
}

static const char *word(const struct telling *t, const char *id)
{
    return tr(t->style->catalog, id);
}

/* 48,211,968 bytes are hard to read: three digits or four, and a unit. */
static str bytes_text(struct telling *t, uint64_t n)
{
    static const char *const units[] = {N_("bytes"), N_("KB"), N_("MB"), N_("GB"), N_("TB")};
    size_t unit = 0;
    for (; n >= 10000 && unit + 1 < ARRAY_LEN(units); unit++) {
        n = (n + 500) / 1000;
    }
    return arena_printf(&t->arena, "%llu %s", (unsigned long long)n, word(t, units[unit]));
}

/* "what: text", as the language sets a colon. */
static str about(struct telling *t, str what, str text)
{
    return arena_printf(&t->arena, tr(t->style->catalog, "%.*s: %.*s"), STR_ARG(what),
                        STR_ARG(text));
}

/* ---- shells */

static str use_text(struct telling *t, const struct shell *s)
{
    const struct catalog *c = t->style->catalog;
    if (s->first == TIME_NONE) {
        return str_of(tr(c, "no request for it seen; "));
    }
    str used = arena_printf(
        &t->arena, tr(c, "used %.*s; requests: %llu, answered: %llu; addresses: %zu; "),
        STR_ARG(tell_span(t, s->first, s->last)), (unsigned long long)s->requests,
        (unsigned long long)s->ok, s->naddresses);
    str started = s->started ? arena_printf(&t->arena, tr(c, "processes started: %llu; "),
                                            (unsigned long long)s->started)
                             : STR_NONE;
    return arena_printf(&t->arena, "%.*s%.*s", STR_ARG(used), STR_ARG(started));
}

str tell_life(struct telling *t, const struct shell *s)
{
    const char *fate = s->state == SHELL_THERE ? N_("its file is still there")
                       : s->state == SHELL_GONE
                           ? N_("its file is gone")
                           : N_("whether its file is still there is not known");
    str written = s->written == TIME_NONE
                      ? STR_NONE
                      : arena_printf(&t->arena, tr(t->style->catalog, "written %.*s by %.*s; "),
                                     STR_ARG(tell_moment(t, s->written)),
                                     STR_ARG(s->writer.len ? s->writer : STR("?")));
    str used = use_text(t, s);
    str known =
        s->by_trail ? str_of(tr(t->style->catalog, " (found by the trail alone)")) : STR_NONE;
    str life = arena_printf(&t->arena, "%.*s%.*s%s%.*s", STR_ARG(written), STR_ARG(used),
                            word(t, fate), STR_ARG(known));
    return about(t, s->page.len ? s->page : s->path, life);
}

static void tell_shells(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    size_t shown = shown_of(t, as->nshells, SHOWN);
    for (size_t i = 0; i < shown; i++) {
        page_item(&t->page, 4, STR("- "), PAINT_NONE,
                  tell_with_ids(t, tell_life(t, &as->shells[i]), as->shells[i].findings));
    }
    tell_rest(t, 4, shown, as->nshells);
}

/* ---- what left */

str tell_range(struct telling *t, uint64_t least, uint64_t most, bool bounded)
{
    str low = bytes_text(t, least), high = bytes_text(t, most);
    if (!bounded && least == 0) {
        return str_of(tr(t->style->catalog, "how much is not known"));
    }
    if (bounded && least == 0) {
        return arena_printf(&t->arena, tr(t->style->catalog, "at most %.*s"), STR_ARG(high));
    }
    if (bounded && str_eq(low, high)) {
        return arena_printf(&t->arena, tr(t->style->catalog, "about %.*s"), STR_ARG(low));
    }
    if (!bounded) {
        return arena_printf(&t->arena, tr(t->style->catalog, "at least %.*s; at most: not known"),
                            STR_ARG(low));
    }
    return arena_printf(&t->arena, tr(t->style->catalog, "between %.*s and %.*s"), STR_ARG(low),
                        STR_ARG(high));
}

/* "between 1 MB and 2 MB (where the most comes from)" */
static str how_much(struct telling *t, const struct taking *i)
{
    str range = tell_range(t, i->least, i->most, i->bounded);
    str why = tell_in_language(t, i->why);
    return why.len ? arena_printf(&t->arena, "%.*s (%.*s)", STR_ARG(range), STR_ARG(why)) : range;
}

str tell_taking(struct telling *t, const struct taking *i)
{
    const struct catalog *c = t->style->catalog;
    str much = how_much(t, i);
    if (str_eq(i->kind, STR("mailbox"))) {
        return about(t, arena_printf(&t->arena, tr(c, "mailbox %.*s"), STR_ARG(i->what)), much);
    }
    return str_eq(i->kind, STR("client"))
               ? arena_printf(&t->arena, tr(c, "to %.*s: %.*s in %llu answers"), STR_ARG(i->what),
                              STR_ARG(much), (unsigned long long)i->requests)
               : arena_printf(&t->arena, tr(c, "%.*s to %.*s: %.*s"), STR_ARG(i->what),
                              STR_ARG(i->client), STR_ARG(much));
}

/* What a page answered is part of what its client was answered: told in full only. In short, one
 * client alone is the sum that stands above. */
static bool is_taking_told(const struct telling *t, const struct taken *k, size_t at)
{
    size_t clients = 0;
    for (size_t i = 0; i < k->nitems; i++) {
        clients += str_eq(k->items[i].kind, STR("client"));
    }
    bool sum = clients == 1 && str_eq(k->items[at].kind, STR("client")) &&
               k->items[at].why.in[LANG_EN].len == 0;
    return t->style->full || (!sum && !str_eq(k->items[at].kind, STR("page")));
}

static void tell_taken(struct telling *t)
{
    const struct taken *k = &t->report->assessment.taken;
    size_t shown = 0, count = 0;
    if (k->nitems == 0) {
        return;
    }
    page_paragraph(&t->page, 2,
                   arena_printf(&t->arena, tr(t->style->catalog, "Sent to the intruders: %.*s."),
                                STR_ARG(tell_range(t, k->least, k->most, k->bounded))));
    for (size_t i = 0; i < k->nitems; i++) {
        if (!is_taking_told(t, k, i)) {
            continue;
        }
        if (t->style->full || shown < WAYS_SHOWN) {
            page_item(&t->page, 4, STR("- "), PAINT_NONE,
                      tell_with_ids(t, tell_taking(t, &k->items[i]), k->items[i].findings));
            shown++;
        }
        count++;
    }
    tell_rest(t, 4, shown, count);
}

/* ---- ways back, processes, others */

static void tell_footholds(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    size_t shown = shown_of(t, as->npersistence, WAYS_SHOWN);
    if (as->npersistence) {
        page_paragraph(&t->page, 2,
                       str_of(tr(t->style->catalog, "By which they could come back:")));
    }
    for (size_t i = 0; i < shown; i++) {
        const struct foothold *f = &as->persistence[i];
        str text = tell_in_language(t, f->text);
        str whole = str_has(text, f->value) ? text : about(t, f->value, text);
        page_item(&t->page, 4, STR("- "), PAINT_NONE, tell_with_ids(t, whole, f->findings));
    }
    tell_rest(t, 4, shown, as->npersistence);
}

static void tell_reached(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    size_t shown = shown_of(t, as->nreached, SHOWN);
    if (as->nreached) {
        page_paragraph(&t->page, 2, str_of(tr(t->style->catalog, "Machines they went to:")));
    }
    for (size_t i = 0; i < shown; i++) {
        const struct reached *r = &as->reached[i];
        const char *how = str_eq(r->how, STR("logon"))   ? N_("logons")
                          : str_eq(r->how, STR("share")) ? N_("shares opened")
                                                         : N_("connections");
        str text =
            arena_printf(&t->arena, "%.*s: %s %llu, %.*s", STR_ARG(r->target), word(t, how),
                         (unsigned long long)r->times, STR_ARG(tell_span(t, r->first, r->last)));
        str as_whom =
            r->account.len ? arena_printf(&t->arena, " (%.*s)", STR_ARG(r->account)) : STR_NONE;
        page_item(
            &t->page, 4, STR("- "), PAINT_NONE,
            tell_with_ids(t, arena_printf(&t->arena, "%.*s%.*s", STR_ARG(text), STR_ARG(as_whom)),
                          r->findings));
    }
    tell_rest(t, 4, shown, as->nreached);
}

static void tell_processes(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    size_t shown = shown_of(t, as->nprocesses, PROCESSES_SHOWN);
    if (as->nprocesses) {
        page_paragraph(&t->page, 2,
                       str_of(tr(t->style->catalog, "Processes, below those that started them:")));
    }
    for (size_t i = 0; i < shown; i++) {
        const struct process *p = &as->processes[i];
        str what = p->command.len ? str_sub(p->command, 0, COMMAND_COLUMNS) : p->image;
        str when =
            p->time == TIME_NONE ? str_of(word(t, N_("start not seen"))) : tell_moment(t, p->time);
        unsigned indent = 4 + 2 * (p->depth < 16 ? p->depth : 16);
        page_item(&t->page, indent, arena_printf(&t->arena, "%.*s  ", STR_ARG(when)), PAINT_DIM,
                  what);
    }
    tell_rest(t, 4, shown, as->nprocesses);
}

static void tell_bystanders(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    size_t shown = shown_of(t, as->nset_aside, SHOWN);
    if (as->nset_aside) {
        page_paragraph(&t->page, 2, str_of(tr(t->style->catalog, "Counted and set aside:")));
    }
    for (size_t i = 0; i < shown; i++) {
        const struct bystander *b = &as->set_aside[i];
        page_item(&t->page, 4, STR("- "), PAINT_NONE,
                  about(t, b->address, tell_in_language(t, b->why)));
    }
    tell_rest(t, 4, shown, as->nset_aside);
    for (size_t i = 0; t->style->full && i < as->nnot_followed; i++) {
        const struct not_followed *n = &as->not_followed[i];
        page_item(&t->page, 4, STR("- "), PAINT_NONE,
                  arena_printf(&t->arena, tr(t->style->catalog, "not followed: %.*s (%.*s)"),
                               STR_ARG(n->value), STR_ARG(tell_in_language(t, n->why))));
    }
}

void tell_trail(struct telling *t)
{
    const struct assessment *as = &t->report->assessment;
    if (as->nshells + as->taken.nitems + as->npersistence + as->nprocesses + as->nset_aside == 0) {
        return;
    }
    page_heading(&t->page, tr(t->style->catalog, "What came out of it"));
    if (as->nshells) {
        page_paragraph(&t->page, 2, str_of(tr(t->style->catalog, "Pages of the intruders:")));
    }
    tell_shells(t);
    tell_taken(t);
    tell_footholds(t);
    tell_reached(t);
    tell_processes(t);
    tell_bystanders(t);
}
