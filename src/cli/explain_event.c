#include "cli/explain_event.h"

#include "cli/knowledge.h"
#include "cli/terminal.h"
#include "cli/why.h"
#include "os/file.h"

#include <stdio.h>

enum { PAGE_MAX = 1 << 26, RULES_MAX = 64, BEGINNING_MIN = 4 };

struct telling {
    const struct invocation *in;
    const struct sigma *sigma;
    const struct names *names;
    uint32_t rules[RULES_MAX]; /* those meant */
    size_t nrules;
    struct page page;
    size_t events;
    bool partly;
};

/* ---- which rule is meant */

static bool is_file(const char *path)
{
    struct os_stat st;
    struct err err = {0};
    return os_stat(path, &st, &err) && st.kind == OS_FILE;
}

static bool is_called(const struct rule_info *r, enum lang lang, str name)
{
    bool begins = name.len >= BEGINNING_MIN && str_starts_nocase(r->id, name);
    return begins || str_eq_nocase(r->title, name) || str_eq_nocase(rule_title(r, lang), name) ||
           str_eq(r->source, name);
}

static void find_rules(struct telling *t, str name)
{
    for (uint32_t i = 0; i < sigma_rule_count(t->sigma) && t->nrules < RULES_MAX; i++) {
        if (is_called(sigma_rule(t->sigma, i), t->in->lang, name)) {
            t->rules[t->nrules++] = i;
        }
    }
}

static bool no_rule(const struct telling *t, const char *name, bool file,
                    const struct learned *learned, struct err *err)
{
    if (file && learned->nrefused) {
        return err_set(err, ERR_INPUT, "%.*s", STR_ARG(learned->first_refused));
    }
    if (file) {
        return err_set(err, ERR_INPUT, tr(t->in->catalog, "%s: there is no rule in this file"),
                       name);
    }
    return err_set(err, ERR_USAGE,
                   tr(t->in->catalog, "no rule has the id or the title \"%s\": limier rules list "
                                      "shows them, -r says where to look, a file is taken too"),
                   name);
}

/* ---- one record */

static void fact(struct telling *t, const char *label, str value)
{
    size_t columns = columns_of(str_of(label));
    size_t pad = columns < 14 ? 14 - columns : 2;
    page_item(&t->page, 0, arena_printf(t->in->arena, "%s%*s", label, (int)pad, ""), PAINT_DIM,
              value);
}

/* "windows process_creation: Security 4688; ..." */
static str needed_log(struct telling *t, const struct sigma_source *s)
{
    const str parts[] = {s->product, s->category, s->service};
    str out = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].len) {
            out = arena_printf(t->in->arena, "%.*s%s%.*s", (int)out.len, out.len ? out.p : "",
                               out.len ? " " : "", STR_ARG(parts[i]));
        }
    }
    return s->shown_by.len
               ? arena_printf(t->in->arena, "%.*s (%.*s)", STR_ARG(out), STR_ARG(s->shown_by))
               : out;
}

static void tell_source(struct telling *t, const struct sigma_explanation *x, uint32_t rule)
{
    const struct catalog *c = t->in->catalog;
    struct sigma_source source = sigma_rule_source(t->sigma, rule, t->in->arena);
    fact(t, tr(c, "Rule looks at"), needed_log(t, &source));
    if (!x->source_fits) {
        buf_char(t->page.out, '\n');
        page_paragraph(&t->page, 0,
                       str_of(source.shown_by.len
                                  ? tr(c, "The log does not fit: the rule never looks at such a "
                                          "record. What follows is what it would see.")
                                  : tr(c, "No log is known to fit the rule; a logsources.yml given "
                                          "with -r can name one. What follows is what the rule "
                                          "would see.")));
    }
}

static void tell_answer(struct telling *t, const struct why *why, const struct sigma_explanation *x)
{
    const struct catalog *c = t->in->catalog;
    page_heading(&t->page, x->matched ? tr(c, "It matches") : tr(c, "It does not match"));
    if (x->decisive) {
        page_paragraph(&t->page, 2, str_of(tr(c, "The least that would have to be otherwise:")));
        why_not(why, x);
    } else {
        page_paragraph(&t->page, 2,
                       str_of(x->matched ? tr(c, "All that the condition needs is there.")
                                         : tr(c, "The condition would hold; only the log is "
                                                 "another one.")));
    }
}

static void tell_rule(struct telling *t, const struct finding *f, uint32_t rule)
{
    const struct catalog *c = t->in->catalog;
    const struct why why = {&t->page, c, t->in->arena};
    struct sigma_explanation x;
    if (!why_rule(&why, t->sigma, t->names, rule, f, &x)) {
        page_paragraph(&t->page, 0,
                       str_of(tr(c, "It is a correlation, which counts what other rules match: ask "
                                    "about one of these.")));
        return;
    }
    tell_source(t, &x, rule);
    tell_answer(t, &why, &x);
    page_heading(&t->page, tr(c, "All that the rule asks"));
    str condition = sigma_rule_condition(t->sigma, rule);
    if (condition.len) {
        page_item(&t->page, 2, str_of("condition: "), PAINT_DIM, condition);
    }
    why_predicates(&why, &x);
}

static void tell_head(struct telling *t, const struct finding *f, const struct rule_info *r)
{
    const struct catalog *c = t->in->catalog;
    struct arena *a = t->in->arena;
    str time = f->time == TIME_NONE ? str_of("-") : time_text(a, f->time);
    fact(t, tr(c, "Unit"), f->unit);
    fact(t, tr(c, "Record"),
         arena_printf(a, "%llu, %.*s", (unsigned long long)f->record, STR_ARG(time)));
    fact(t, tr(c, "Log"),
         f->event_id ? arena_printf(a, "%.*s %u", STR_ARG(f->channel), f->event_id) : f->channel);
    fact(t, tr(c, "Rule"),
         arena_printf(a, "%.*s (%.*s)", STR_ARG(rule_title(r, t->in->lang)), STR_ARG(r->id)));
}

static bool on_event(void *ctx, const struct finding *f)
{
    struct telling *t = ctx;
    for (size_t i = 0; i < t->nrules; i++) {
        if (t->events++ > 0) {
            buf_char(t->page.out, '\n');
        }
        tell_head(t, f, sigma_rule(t->sigma, t->rules[i]));
        tell_rule(t, f, t->rules[i]);
    }
    return buf_ok(t->page.out);
}

static void on_problem(void *ctx, str unit, enum note_id id, uint64_t count)
{
    struct telling *t = ctx;
    t->partly = t->partly || note_grade(id) != NOTE_GRADE_ODD;
    (void)fprintf(stderr, "limier: %.*s: %s (%llu)\n", STR_ARG(unit),
                  tr(t->in->catalog, note_sentence(id)), (unsigned long long)count);
}

static bool tell(struct telling *t, struct err *err)
{
    const struct invocation *in = t->in;
    struct pick pick = {
        .evidence = in->args,
        .nevidence = 1,
        .names = t->names,
        .on_event = on_event,
        .on_problem = on_problem,
        .ctx = t,
    };
    if (!str_u64(str_of(in->args[1]), &pick.record)) {
        return err_set(err, ERR_USAGE,
                       tr(in->catalog, "RECORD is a number, as limier dump and limier match print "
                                       "it, not \"%s\""),
                       in->args[1]);
    }
    if (!pick_run(&pick, err)) {
        return false;
    }
    return t->events > 0 || err_set(err, ERR_INPUT, tr(in->catalog, "%s holds no record %s"),
                                    in->args[0], in->args[1]);
}

/* What -r gives besides: filters, placeholders, a mapping of logs. */
static struct option_list with(struct arena *a, const struct option_list *rules, const char *more)
{
    const char **items = ARENA_ARRAY(a, const char *, rules->count + 1);
    for (size_t i = 0; i < rules->count && items; i++) {
        items[i] = rules->items[i];
    }
    if (items) {
        items[rules->count] = more;
    }
    return (struct option_list){items, items ? rules->count + 1 : 0};
}

int explain_event(const struct invocation *in, const char *rule, const struct option_list *rules)
{
    struct learned learned;
    struct err err = {0};
    struct export_style style = {0};
    struct buf out;
    bool file = is_file(rule);
    struct option_list from = file ? with(in->arena, rules, rule) : *rules;
    if (!learn(&from, from.count ? 0 : KNOW_OURS, in->arena, &learned, &err)) {
        return fail(&err);
    }
    terminal_style(in, &style);
    buf_init(&out, PAGE_MAX);
    struct telling t = {
        .in = in,
        .sigma = learned.knowledge.sigma,
        .names = &learned.names,
        .page = {.out = &out, .width = style.width, .colour = style.colour},
    };
    find_rules(&t, str_of(rule));
    bool ok = (t.nrules > 0 || no_rule(&t, rule, file, &learned, &err)) && tell(&t, &err) &&
              output_write(NULL, buf_str(&out), &err);
    buf_done(&out);
    learned_done(&learned);
    return !ok ? fail(&err) : t.partly ? STATUS_PARTLY : STATUS_DONE;
}
