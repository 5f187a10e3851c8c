/* Why a finding is one: every predicate of its rule against the values of its event, what else
 * it may be, and where its bytes are. Works from the case alone: the rule was kept in it. */
#include "cli/explain_event.h"
#include "cli/knowledge.h"
#include "cli/terminal.h"
#include "cli/whereabouts.h"
#include "cli/why.h"

enum { PAGE_MAX = 1 << 26 };

struct explain_options {
    const char *rule;
    struct option_list rules;
};

static const struct option options[] = {
    {"rule",       0, OPTION_TEXT, offsetof(struct explain_options, rule), "RULE",
     N_("a rule, by id, by title or by its file: does it match a record, and what was missing")},
    {"rules", 'r', OPTION_LIST, offsetof(struct explain_options, rules), "RULES",
     N_("where to look for the rule: a file, or a folder with .yml files; our own unless given")},
    {0      },
};

struct explaining {
    const struct invocation *in;
    const struct finding *finding;
    struct page page;
    enum lang lang;
};

static str in_language(const struct explaining *e, struct text t)
{
    return t.in[e->lang].len ? t.in[e->lang] : t.in[LANG_EN];
}

static void heading(struct explaining *e, const char *title)
{
    page_heading(&e->page, title);
}

static void fact(struct explaining *e, const char *label, str value)
{
    if (value.len) {
        size_t columns = columns_of(str_of(label));
        size_t pad = columns < 14 ? 14 - columns : 2;
        page_item(&e->page, 0, arena_printf(e->in->arena, "%s%*s", label, (int)pad, ""), PAINT_DIM,
                  value);
    }
}

static str when(struct explaining *e)
{
    struct arena *a = e->in->arena;
    str time = time_text(a, e->finding->time);
    bool corrected = e->finding->time != e->finding->raw_time;
    return corrected
               ? arena_printf(a, tr(e->in->catalog, "%.*s (recorded as %.*s by a wrong clock)"),
                              STR_ARG(time), STR_ARG(time_text(a, e->finding->raw_time)))
               : time;
}

static void explain_head(struct explaining *e)
{
    const struct finding *f = e->finding;
    const struct catalog *c = e->in->catalog;
    struct arena *a = e->in->arena;
    str title = rule_title(f->rule, e->lang), summary = in_language(e, f->summary);
    page_item(&e->page, 0, arena_printf(a, "%.*s  ", STR_ARG(f->id)), PAINT_BOLD, title);
    if (!str_eq(summary, title)) {
        page_paragraph(&e->page, 0, summary);
    }
    buf_char(e->page.out, '\n');
    fact(e, tr(c, "Time"), when(e));
    fact(e, tr(c, "Level"), str_of(tr(c, level_name(f->rule->level))));
    fact(e, tr(c, "Rule"), f->rule->id);
    fact(e, tr(c, "Author"), f->rule->author);
    fact(e, tr(c, "Rule file"), f->rule->source);
    fact(e, tr(c, "Host"), f->host);
    fact(e, tr(c, "Log"),
         f->event_id ? arena_printf(a, "%.*s %u", STR_ARG(f->channel), f->event_id) : f->channel);
    fact(e, tr(c, "Unit"), f->unit);
    fact(e, tr(c, "Place"),
         arena_printf(a, tr(c, "record %llu, at byte %llu, %llu bytes long"),
                      (unsigned long long)f->record, (unsigned long long)f->offset,
                      (unsigned long long)f->len));
    fact(e, tr(c, "Found by"), f->trail ? f->led_by : STR_NONE);
}

/* ---- the rule against the event */

/* Its predicates are other rules; what they matched stands in the finding's own fields. */
static bool is_correlation(str text)
{
    return str_starts(text, STR("correlation:")) || str_has(text, STR("\ncorrelation:"));
}

static void explain_predicates(struct explaining *e, const struct sigma *sigma,
                               const struct names *names)
{
    const struct why why = {&e->page, e->in->catalog, e->in->arena};
    struct sigma_explanation x;
    if (why_rule(&why, sigma, names, 0, e->finding, &x)) {
        why_predicates(&why, &x);
    }
}

static bool explain_rule(struct explaining *e, struct err *err)
{
    const struct rule_info *rule = e->finding->rule;
    if (is_correlation(rule->text)) {
        page_paragraph(&e->page, 2,
                       str_of(tr(e->in->catalog, "It counts what other rules match. The records it "
                                                 "counted stand in Records, below.")));
        return true;
    }
    struct names names;
    struct sigma *sigma = names_init(&names, e->in->arena) ? sigma_new(e->in->arena, &names) : NULL;
    if (!sigma || !learn_sources(sigma, err)) {
        return sigma || err_set(err, ERR_FULL, "no memory for the rule");
    }
    (void)sigma_add(sigma, rule->source, bytes_of_str(rule->text));
    bool ok = sigma_compile(sigma, err);
    if (ok && sigma_rule_count(sigma) > 0) {
        explain_predicates(e, sigma, &names);
    } else if (ok) {
        page_paragraph(&e->page, 2,
                       str_of(tr(e->in->catalog, "This version of limier cannot read the rule.")));
    }
    sigma_done(sigma);
    return ok;
}

static bool explain_why(struct explaining *e, struct err *err)
{
    const struct finding *f = e->finding;
    if (f->trail) {
        heading(e, tr(e->in->catalog, "Why it is a finding"));
        page_paragraph(&e->page, 2,
                       arena_printf(e->in->arena,
                                    tr(e->in->catalog, "The trail led here: the event holds %.*s, "
                                                       "which another finding brought up."),
                                    STR_ARG(f->led_by)));
        return true;
    }
    if (!str_eq(f->rule->engine, STR("sigma")) || f->rule->text.len == 0) {
        return true;
    }
    heading(e, tr(e->in->catalog, "Why it is a finding"));
    return explain_rule(e, err);
}

/* ---- what stands around it */

static void explain_benign(struct explaining *e)
{
    str benign = in_language(e, e->finding->rule->benign);
    if (benign.len) {
        heading(e, tr(e->in->catalog, "What else it may be"));
        page_paragraph(&e->page, 2, benign);
    }
}

static void explain_fields(struct explaining *e)
{
    const struct finding *f = e->finding;
    heading(e, tr(e->in->catalog, "The event"));
    for (size_t i = 0; i < f->nfields; i++) {
        page_item(&e->page, 2, arena_printf(e->in->arena, "%.*s: ", STR_ARG(f->fields[i].name)),
                  PAINT_DIM, f->fields[i].value);
    }
}

static void explain_bytes(struct explaining *e)
{
    const struct finding *f = e->finding;
    heading(e, tr(e->in->catalog, "How to see its bytes"));
    page_blanks(&e->page, 2); /* on one line, to be copied */
    page_paint(&e->page, PAINT_NONE, whereabouts_command(e->in->arena, f->unit, f->offset, f->len));
    buf_char(e->page.out, '\n');
}

static bool explain(struct explaining *e, struct err *err)
{
    explain_head(e);
    if (!explain_why(e, err)) {
        return false;
    }
    explain_benign(e);
    explain_fields(e);
    explain_bytes(e);
    return output_write(NULL, buf_str(e->page.out), err);
}

static int explain_finding(const struct invocation *in)
{
    struct case_file *c = NULL;
    struct finding finding;
    struct err err = {0};
    struct export_style style = {0};
    struct buf out;
    terminal_style(in, &style);
    if (!case_open(in->args[0], &c, &err)) {
        return fail(&err);
    }
    buf_init(&out, PAGE_MAX);
    struct explaining e = {
        .in = in,
        .finding = &finding,
        .page = {.out = &out, .width = style.width, .colour = style.colour},
        .lang = in->lang,
    };
    bool ok = case_finding(c, str_of(in->args[1]), in->arena, &finding, &err) && explain(&e, &err);
    buf_done(&out);
    case_close(c);
    return ok ? STATUS_DONE : fail(&err);
}

static int explain_run(const struct invocation *in)
{
    const struct explain_options *o = in->options;
    if (o->rules.count && !o->rule) {
        return misuse(in, "%s", tr(in->catalog, "-r is for --rule RULE; a finding brings its own"));
    }
    return o->rule ? explain_event(in, o->rule, &o->rules) : explain_finding(in);
}

const struct command command_explain = {
    .name = "explain",
    .usage = "CASE FINDING | --rule RULE [-r RULES] FILE RECORD",
    .summary = N_("why something is a finding, or why a rule did not match a record"),
    .details =
        N_("FINDING is the id of a finding, or the beginning of it.\n"
           "RECORD is the number of a record as limier dump and limier match print it; in files\n"
           "of lines, the line.\n"
           "\n"
           "    limier explain X.case 3f2a\n"
           "    limier explain --rule my-rule.yml Security.evtx 51244"),
    .options = options,
    .options_size = sizeof(struct explain_options),
    .min_args = 2,
    .max_args = 2,
    .run = explain_run,
};
