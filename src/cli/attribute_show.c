#include "cli/attribute_show.h"

#include "attribute/attribute.h"
#include "cli/terminal.h"
#include "export/page.h"

#include <math.h>

/* ---- for programs */

static const char *const column_names[] = {"share", "software", "ln_techniques", "rare_software",
                                           "foreign"};
static const struct {
    unsigned doubt;
    const char *name, *sentence;
} doubt_list[] = {
    {DOUBT_PROBABILITY, "probability",    N_("The first name is less likely right than wrong.")   },
    {DOUBT_FAMILIES,    "families",
     N_("Fewer than two families of evidence speak for the first name with 4.3 decibans or more.")},
    {DOUBT_STRONGEST,   "strongest_item",
     N_("Without its strongest item another name would be first.")                                },
    {DOUBT_PLANTED,     "two_planted",
     N_("Without its two strongest pieces of software, infrastructure or code, which anybody can "
        "plant, another name would be first.")                                                    },
};

static const char *comma(size_t i)
{
    return i ? "," : "";
}

static void json_ids(struct buf *out, const char *name, const str *ids, size_t count)
{
    buf_printf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        buf_add(out, str_of(comma(i)));
        buf_json(out, ids[i]);
    }
    buf_char(out, ']');
}

static void json_ranking(const struct decision *d, struct buf *out)
{
    buf_add(out, STR(",\"ranking\":["));
    for (size_t i = 0; i < d->answer.count; i++) {
        buf_printf(out, "%s[", comma(i));
        buf_json(out, d->answer.list[i].actor->id);
        buf_printf(out, ",%.8f]", d->answer.list[i].p);
    }
    buf_printf(out, "],\"unknown\":%.8f,\"named\":%s,\"doubts\":[", d->answer.unknown,
               d->named ? "true" : "false");
    for (size_t i = 0, n = 0; i < ARRAY_LEN(doubt_list); i++) {
        if (d->doubts & doubt_list[i].doubt) {
            buf_printf(out, "%s\"%s\"", comma(n++), doubt_list[i].name);
        }
    }
    buf_add(out, STR("],\"families\":{"));
    for (int i = 0; i < FAMILIES; i++) {
        buf_printf(out, "%s\"%s\":%.6f", comma((size_t)i), family_name((enum family)i),
                   d->family[i]);
    }
    buf_char(out, '}');
}

static void json_ledger(const struct decision *d, struct buf *out)
{
    buf_add(out, STR(",\"ledger\":["));
    for (size_t i = 0; i < d->nledger; i++) {
        const struct ledger_row *row = &d->ledger[i];
        buf_printf(out, "%s{\"kind\":\"%s\",\"id\":", comma(i), item_kind_name(row->kind));
        buf_json(out, row->id);
        buf_printf(out, ",\"trust\":%.2f,\"nats\":[", row->trust);
        for (size_t n = 0; n < d->ncolumns; n++) {
            buf_printf(out, "%s%.6f", comma(n), row->nats[n]);
        }
        buf_add(out, STR("]}"));
    }
    buf_add(out, STR("],\"columns\":{"));
    for (size_t i = 0; i < CLAIM_COLUMNS; i++) {
        buf_printf(out, "%s\"%s\":%.6f", comma(i), column_names[i], d->answer.columns[i]);
    }
    buf_char(out, '}');
}

static void json_without(const struct without *w, struct buf *out)
{
    buf_add(out, STR("{\"ids\":["));
    for (size_t i = 0; i < w->nids; i++) {
        buf_add(out, str_of(comma(i)));
        buf_json(out, w->ids[i]);
    }
    buf_add(out, STR("],\"first\":"));
    buf_json(out, w->first ? w->first->id : STR_NONE);
    buf_printf(out, ",\"p\":%.6f}", w->p);
}

static void json_rest(const struct decision *d, struct buf *out)
{
    buf_add(out, STR(",\"linchpins\":["));
    for (size_t i = 0; i < d->nlinchpins; i++) {
        buf_add(out, str_of(comma(i)));
        json_without(&d->linchpins[i], out);
    }
    buf_add(out, STR("],\"planted\":"));
    json_without(&d->planted, out);
    buf_add(out, STR(",\"countries\":["));
    for (size_t i = 0; i < d->ncountries; i++) {
        buf_printf(out, "%s[", comma(i));
        buf_json(out, d->countries[i].country);
        buf_printf(out, ",%.6f]", d->countries[i].p);
    }
    buf_add(out, STR("],\"tell_apart\":["));
    for (size_t i = 0; i < d->napart; i++) {
        buf_printf(out, "%s{\"id\":", comma(i));
        buf_json(out, d->apart[i].id);
        buf_printf(out, ",\"nats\":[%.6f,%.6f]}", d->apart[i].nats[0], d->apart[i].nats[1]);
    }
    buf_char(out, ']');
}

static void json_evidence(const struct evidence *e, struct buf *out)
{
    buf_add(out, STR(",\"evidence\":["));
    for (size_t i = 0; i < e->nitems; i++) {
        buf_printf(out, "%s{\"kind\":\"%s\",\"id\":", comma(i), item_kind_name(e->items[i].kind));
        buf_json(out, e->items[i].id);
        buf_printf(out, ",\"trust\":%.2f,\"findings\":%zu,\"first\":", e->items[i].trust,
                   e->items[i].count);
        buf_json(out, e->items[i].finding);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

void attribute_show_json(const struct shown_answer *s, struct buf *out)
{
    const struct observed *o = s->observed;
    buf_add(out, STR("{\"id\":"));
    buf_json(out, o->id);
    json_ranking(s->decision, out);
    json_ids(out, "not_known", o->unknown, o->nunknown);
    buf_printf(out, ",\"mapped_forward\":%zu", o->nmapped);
    json_ledger(s->decision, out);
    json_rest(s->decision, out);
    json_evidence(s->evidence, out);
    buf_add(out, STR("}\n"));
}

/* ---- for people */

struct showing {
    const struct shown_answer *s;
    const struct decision *d;
    const struct catalog *c;
    struct page page;
};

static double decibans(double nats)
{
    return DECIBANS_PER_NAT * nats;
}

static void paragraph(struct showing *w, str text)
{
    page_paragraph(&w->page, 2, text);
}

static str actor_text(const struct showing *w, const struct actor *g)
{
    return arena_printf(w->s->in->arena, "%.*s (%.*s)", STR_ARG(g->name), STR_ARG(g->id));
}

static void show_named(struct showing *w)
{
    struct arena *a = w->s->in->arena;
    const struct contender *first = &w->d->answer.list[0];
    str who = actor_text(w, first->actor);
    /* Public facts that anybody can copy never carry more than "likely". */
    enum likelihood l = likelihood_of(first->p);
    l = l > LIKELIHOOD_LIKELY ? LIKELIHOOD_LIKELY : l;
    paragraph(w, arena_printf(a, tr(w->c, "It is %s that this was %.*s (p = %.2f)."),
                              tr(w->c, likelihood_words(l)), STR_ARG(who), first->p));
    paragraph(w, str_of(tr(w->c, "Confidence is moderate: independent families of evidence agree, "
                                 "and the name stays first without its strongest items.")));
}

static void show_doubts(struct showing *w)
{
    paragraph(w, str_of(tr(w->c, "Insufficient evidence: nobody is named.")));
    for (size_t i = 0; i < ARRAY_LEN(doubt_list); i++) {
        if (w->d->doubts & doubt_list[i].doubt) {
            page_item(&w->page, 4, STR("- "), PAINT_NONE, str_of(tr(w->c, doubt_list[i].sentence)));
        }
    }
    paragraph(w, str_of(tr(w->c, "Confidence is low.")));
}

static str item_text(const struct showing *w, const struct ledger_row *row)
{
    struct arena *a = w->s->in->arena;
    const struct item_name *name = actors_item_name(w->s->actors, row->id);
    if (!row->id.len) {
        return str_of(tr(w->c, "techniques that nobody has"));
    }
    const char *more = row->kind == ITEM_PARENT ? tr(w->c, " and its kin") : "";
    return name ? arena_printf(a, "%.*s %.*s%s", STR_ARG(row->id), STR_ARG(name->name), more)
                : arena_printf(a, "%.*s%s", STR_ARG(row->id), more);
}

static void cells(struct showing *w, const double *nats)
{
    for (size_t i = 0; i < w->d->ncolumns; i++) {
        buf_printf(w->page.out, "%+10.2f", decibans(nats[i]));
    }
}

static void label(struct showing *w, str text)
{
    size_t columns = columns_of(text);
    buf_add(w->page.out, STR("  "));
    page_paint(&w->page, PAINT_NONE, columns > 44 ? str_sub(text, 0, 44) : text);
    page_blanks(&w->page, columns < 44 ? 44 - columns : 0);
}

/* A stranger who planted what can be planted has the first one's, and nobody's techniques. */
static void show_ledger(struct showing *w)
{
    const struct decision *d = w->d;
    double sums[SHOWN_CONTENDERS] = {0}, against[SHOWN_CONTENDERS] = {0}, flag = 0;
    page_heading(&w->page, tr(w->c, "Ledger, in decibans against an average intruder"));
    label(w, STR_NONE);
    for (size_t i = 0; i < d->ncolumns; i++) {
        str id = d->answer.list[i].actor->id;
        buf_printf(w->page.out, "%10.*s", STR_ARG(id));
    }
    buf_printf(w->page.out, "%10s%12s\n", tr(w->c, "unknown"), tr(w->c, "false flag"));
    for (size_t r = 0; r < d->nledger; r++) {
        const struct ledger_row *row = &d->ledger[r];
        double planted = item_plantable(row->kind) ? fmax(row->nats[0], 0) : 0;
        flag += planted;
        label(w, item_text(w, row));
        cells(w, row->nats);
        buf_printf(w->page.out, "%10s%+12.2f\n", "0", decibans(planted));
        for (size_t i = 0; i < d->ncolumns; i++) {
            sums[i] += row->nats[i];
            against[i] += fmin(row->nats[i], 0);
        }
    }
    label(w, str_of(tr(w->c, "of that, against")));
    cells(w, against);
    buf_printf(w->page.out, "%10s%12s\n", "0", "0");
    label(w, str_of(tr(w->c, "sum")));
    cells(w, sums);
    buf_printf(w->page.out, "%10s%+12.2f\n", "0", decibans(flag));
}

static void show_contenders(struct showing *w)
{
    struct arena *a = w->s->in->arena;
    const struct answer *answer = &w->d->answer;
    page_heading(&w->page, tr(w->c, "Hypotheses"));
    for (size_t i = 0; i < w->d->ncolumns; i++) {
        str who = actor_text(w, answer->list[i].actor);
        page_item(&w->page, 2, arena_printf(a, "%.3f  ", answer->list[i].p), PAINT_NONE,
                  arena_printf(a, tr(w->c, "%.*s, suspected country: %.*s"), STR_ARG(who),
                               STR_ARG(answer->list[i].actor->country)));
    }
    page_item(
        &w->page, 2, arena_printf(a, "%.3f  ", answer->unknown), PAINT_NONE,
        str_of(
            tr(w->c,
               "an actor that is not known here, or nobody who could be told; 0 when the first is "
               "below what its claim allows, and then it says nothing")));
    paragraph(w, str_of(tr(w->c, "A false flag has no probability of its own: nobody has counted "
                                 "them. Its column shows how much of the first sum a stranger "
                                 "could have planted.")));
    const double *x = answer->columns, *m = w->s->model->claim;
    paragraph(w, arena_printf(
                     a,
                     tr(w->c, "p of the first = 1 / (1 + exp(-x)), x = %.4f %+.4f * %.4f %+.4f * "
                              "%.4f %+.4f * %.4f %+.4f * %.0f %+.4f * %.0f: the logit of its "
                              "share among known actors (sums divided by 4.343 * %.2f, "
                              "exponents normed), its software in nats, ln of the number of "
                              "techniques, its rare software, software of others; never more "
                              "than its share."),
                     m[0], m[1], x[0], m[2], x[1], m[3], x[2], m[4], x[3], m[5], x[4],
                     w->s->model->temperature));
}

static void show_without(struct showing *w, const struct without *out)
{
    struct arena *a = w->s->in->arena;
    str ids = out->nids == 2
                  ? arena_printf(a, "%.*s + %.*s", STR_ARG(out->ids[0]), STR_ARG(out->ids[1]))
                  : out->ids[0];
    str who = actor_text(w, out->first);
    if (out->nids > 0) {
        page_item(&w->page, 2, STR("- "), PAINT_NONE,
                  arena_printf(a,
                               tr(w->c, "without %.*s: %.*s would be first; p of today's first: "
                                        "%.3f"),
                               STR_ARG(ids), STR_ARG(who), out->p));
    }
}

static void show_linchpins(struct showing *w)
{
    page_heading(&w->page, tr(w->c, "What the answer rests on"));
    struct arena *a = w->s->in->arena;
    str all = STR_NONE;
    for (int i = 0; i < FAMILIES; i++) {
        if (i <= FAMILY_SOFTWARE || w->d->family[i] != 0) {
            all = arena_printf(a, "%.*s%s%s %+.2f dB", STR_ARG(all), all.len ? ", " : "",
                               tr(w->c, family_name((enum family)i)), decibans(w->d->family[i]));
        }
    }
    page_item(&w->page, 2, STR("- "), PAINT_NONE,
              arena_printf(a, tr(w->c, "for the first name: %.*s"), STR_ARG(all)));
    for (size_t i = 0; i < w->d->nlinchpins; i++) {
        show_without(w, &w->d->linchpins[i]);
    }
    show_without(w, &w->d->planted);
}

static void show_countries(struct showing *w)
{
    enum { SHOWN = 3 };
    struct arena *a = w->s->in->arena;
    page_heading(&w->page, tr(w->c, "By suspected country"));
    for (size_t i = 0, n = 0; i < w->d->ncountries && n < SHOWN; i++) {
        if (w->d->countries[i].country.len) {
            n++;
            page_item(&w->page, 2, arena_printf(a, "%.3f  ", w->d->countries[i].p), PAINT_NONE,
                      w->d->countries[i].country);
        }
    }
}

static void show_apart(struct showing *w)
{
    struct arena *a = w->s->in->arena;
    page_heading(&w->page, tr(w->c, "What would tell the first two apart, if it were found"));
    for (size_t i = 0; i < w->d->napart; i++) {
        const struct tell_apart *t = &w->d->apart[i];
        str item = item_text(w, &(struct ledger_row){.kind = t->kind, .id = t->id});
        page_item(&w->page, 2, STR("- "), PAINT_NONE,
                  arena_printf(a, "%.*s: %+.2f, %+.2f dB", STR_ARG(item), decibans(t->nats[0]),
                               decibans(t->nats[1])));
    }
}

static void show_findings(struct showing *w)
{
    struct arena *a = w->s->in->arena;
    const struct evidence *e = w->s->evidence;
    if (e->nitems > 0) {
        page_heading(&w->page, tr(w->c, "Findings behind the items"));
    }
    for (size_t i = 0; i < e->nitems; i++) {
        const struct evidence_item *item = &e->items[i];
        str name = item_text(w, &(struct ledger_row){.kind = item->kind, .id = item->id});
        page_item(&w->page, 2, STR("- "), PAINT_NONE,
                  arena_printf(a, tr(w->c, "%.*s: %zu findings, the first %.*s, trust %.1f"),
                               STR_ARG(name), item->count, STR_ARG(item->finding), item->trust));
    }
}

/* What was said in public of the first name: apart from what this evidence shows. */
static void show_said(struct showing *w)
{
    const struct actors *k = w->s->actors;
    struct arena *a = w->s->in->arena;
    bool any = false;
    for (size_t i = 0; i < k->nsaid; i++) {
        const struct statement *t = &k->said[i];
        if (str_eq(t->actor, w->d->answer.list[0].actor->id)) {
            if (!any) {
                page_heading(&w->page,
                             tr(w->c, "Said in public of the first name, not of this evidence"));
            }
            any = true;
            page_item(&w->page, 2, STR("- "), PAINT_DIM,
                      arena_printf(a, "%.*s, %.*s: %.*s (%.*s) %.*s", STR_ARG(t->date),
                                   STR_ARG(t->who), STR_ARG(t->words), STR_ARG(t->confidence),
                                   STR_ARG(t->where)));
        }
    }
}

void attribute_show_text(const struct shown_answer *s, struct buf *out)
{
    struct showing w = {.s = s, .d = s->decision, .c = s->in->catalog, .page = {.out = out}};
    struct export_style style = {0};
    terminal_style(s->in, &style);
    w.page.width = style.width;
    w.page.colour = style.colour;
    page_heading(&w.page, tr(w.c, "Who was it"));
    if (!w.d->answer.count) {
        paragraph(&w, str_of(tr(w.c, "Insufficient evidence: nobody is named.")));
        return;
    }
    (w.d->named ? show_named : show_doubts)(&w);
    show_contenders(&w);
    show_ledger(&w);
    show_linchpins(&w);
    show_countries(&w);
    show_apart(&w);
    show_findings(&w);
    show_said(&w);
}
