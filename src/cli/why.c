#include "cli/why.h"

enum { VALUE_SHOWN = 300 };

static struct event event_of(const struct why *w, const struct names *names,
                             const struct finding *f, struct origin *origin)
{
    struct field *fields = ARENA_ARRAY(w->arena, struct field, f->nfields + 1);
    for (size_t i = 0; i < f->nfields && fields; i++) {
        fields[i] = (struct field){
            .name = f->fields[i].name,
            .data = bytes_of_str(f->fields[i].value).p,
            .len = (uint32_t)f->fields[i].value.len,
            .id = names_find(names, f->fields[i].name),
            .type = VALUE_TEXT,
        };
    }
    *origin = (struct origin){.channel = f->channel, .host = f->host, .event_id = f->event_id};
    return (struct event){
        .time = f->raw_time,
        .record = f->record,
        .offset = f->offset,
        .len = f->len,
        .origin = origin,
        .fields = fields,
        .nfields = fields ? f->nfields : 0,
    };
}

bool why_rule(const struct why *w, const struct sigma *s, const struct names *names, uint32_t rule,
              const struct finding *f, struct sigma_explanation *out)
{
    struct origin origin;
    struct event event = event_of(w, names, f, &origin);
    return sigma_explain(s, rule, &event, w->arena, out);
}

static str shortened(struct arena *a, str value)
{
    return value.len <= VALUE_SHOWN ? value
                                    : arena_printf(a, "%.*s\xe2\x80\xa6", VALUE_SHOWN, value.p);
}

/* "Image endswith \cmd.exe", or "(any field) contains x" for a keyword. */
static str question(const struct why *w, const struct sigma_reason *r)
{
    str field = r->field.len ? r->field : str_of(tr(w->catalog, "(any field)"));
    return arena_printf(w->arena, "%.*s %.*s", STR_ARG(field), STR_ARG(r->predicate));
}

static void show_value(const struct why *w, unsigned indent, const struct sigma_reason *r)
{
    const struct catalog *c = w->catalog;
    if (r->field.len == 0 && !r->matched) {
        return; /* a keyword that stands nowhere has no value */
    }
    str label = arena_printf(w->arena, "%s ", tr(c, "value:"));
    str value = r->value.len ? shortened(w->arena, r->value) : str_of(tr(c, "(empty)"));
    if (!r->there) {
        value = str_of(tr(c, "the event has no such field"));
    }
    if (r->taken_from.len) {
        label = arena_printf(w->arena, tr(c, "value (of %.*s): "), STR_ARG(r->taken_from));
    }
    page_item(w->page, indent, label, PAINT_DIM, value);
}

static void show_predicate(const struct why *w, const struct sigma_reason *r)
{
    str label = str_of(r->matched ? tr(w->catalog, "yes  ") : tr(w->catalog, "no   "));
    page_item(w->page, 4, label, r->matched ? PAINT_GREEN : PAINT_DIM, question(w, r));
}

/* Questions in a row about one value: it is shown behind the last of them. */
static bool same_value(const struct sigma_reason *a, const struct sigma_reason *b)
{
    return str_eq(a->selection, b->selection) && str_eq(a->field, b->field) && a->field.len &&
           str_eq(a->value, b->value);
}

void why_predicates(const struct why *w, const struct sigma_explanation *x)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct sigma_reason *r = &x->reasons[i];
        if (i == 0 || !str_eq(r->selection, x->reasons[i - 1].selection)) {
            page_paragraph(w->page, 2,
                           r->selection.len
                               ? r->selection
                               : str_of(tr(w->catalog, "(from filters and the log source)")));
        }
        show_predicate(w, r);
        if (i + 1 == x->count || !same_value(r, &x->reasons[i + 1])) {
            show_value(w, 9, r);
        }
    }
}

/* The same question may stand in several selections: it is told once. */
static bool told_before(const struct sigma_explanation *x, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        const struct sigma_reason *a = &x->reasons[j], *b = &x->reasons[i];
        if (a->decisive && str_eq(a->field, b->field) && str_eq(a->predicate, b->predicate)) {
            return true;
        }
    }
    return false;
}

void why_not(const struct why *w, const struct sigma_explanation *x)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct sigma_reason *r = &x->reasons[i];
        if (!r->decisive || told_before(x, i)) {
            continue;
        }
        str label =
            r->selection.len ? arena_printf(w->arena, "%.*s: ", STR_ARG(r->selection)) : STR_NONE;
        str asked = question(w, r);
        page_item(
            w->page, 2, label, PAINT_BOLD,
            r->matched
                ? arena_printf(w->arena, tr(w->catalog, "must not be so: %.*s"), STR_ARG(asked))
                : arena_printf(w->arena, tr(w->catalog, "is not so: %.*s"), STR_ARG(asked)));
        show_value(w, 6, r);
    }
}
