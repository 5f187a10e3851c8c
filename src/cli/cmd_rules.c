/* Rules as a subject of their own: do they load, what are they, what could show them, and do they
 * answer as their test vectors say. */
#include "cli/knowledge.h"
#include "cli/rules_coverage.h"
#include "cli/terminal.h"
#include "detect/sigma/vectors.h"
#include "os/cache.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

enum { OUTPUT_MAX = 1 << 26, CASE_MEMORY = 64 << 20 };

struct rules_options {
    struct option_list rules;
    struct chosen_rules chosen;
    const char *format;
    unsigned threads;
};

static const struct option options[] = {
    {"rules",                                                            'r', OPTION_LIST, offsetof(struct rules_options, rules), "RULES",
     N_("rules, as PATH is; with coverage, each PATH is then evidence")},
    CHOSEN_RULES_OPTIONS(struct rules_options),
    {"format",                                                       0, OPTION_TEXT, offsetof(struct rules_options, format), "F",
     N_("of coverage: text (unless given) or json")},
    {"threads",                                                            0, OPTION_NUMBER, offsetof(struct rules_options, threads), "N",
     N_("how many workers read; one a core unless given")},
    {0},
};

struct rules_page {
    const struct invocation *in;
    struct learned learned;
    struct buf out;
};

static struct option_list paths_of(const struct invocation *in)
{
    return (struct option_list){in->args + 1, in->nargs - 1};
}

static int finish(struct rules_page *p, int status)
{
    struct err err = {0};
    bool ok = output_write(NULL, buf_str(&p->out), &err);
    buf_done(&p->out);
    learned_done(&p->learned);
    return ok ? status : fail(&err);
}

/* The rules under the paths, or our own when there is none. `what`: besides. */
static bool open_page(struct rules_page *p, const struct invocation *in,
                      const struct option_list *paths, unsigned what, struct err *err)
{
    const struct rules_options *o = in->options;
    *p = (struct rules_page){.in = in};
    buf_init(&p->out, OUTPUT_MAX);
    return learn_chosen(in, paths, what | (paths->count ? 0 : KNOW_OURS), &o->chosen, &p->learned,
                        err);
}

/* Those of -r and those given as arguments. */
static bool open_all(struct rules_page *p, const struct invocation *in, unsigned what,
                     struct err *err)
{
    const struct rules_options *o = in->options;
    struct option_list all = {o->rules.items, o->rules.count};
    const char **items = ARENA_ARRAY(in->arena, const char *, o->rules.count + in->nargs);
    if (items) {
        for (size_t i = 0; i < o->rules.count; i++) {
            items[i] = o->rules.items[i];
        }
        for (size_t i = 1; i < in->nargs; i++) {
            items[o->rules.count + i - 1] = in->args[i];
        }
        all = (struct option_list){items, o->rules.count + in->nargs - 1};
    }
    return open_page(p, in, &all, what, err);
}

/* ---- check */

static void put_problem(struct rules_page *p, const struct rule_problem *problem)
{
    const char *kind = problem->fatal    ? ""
                       : problem->advice ? tr(p->in->catalog, "advice: ")
                                         : tr(p->in->catalog, "warning: ");
    buf_add(&p->out, problem->file);
    if (problem->line) {
        buf_printf(&p->out, ":%u:%u", problem->line, problem->column);
    }
    buf_printf(&p->out, ": %s%.*s", kind, STR_ARG(problem->text));
    if (problem->rule.len) {
        buf_printf(&p->out, " (%.*s)", STR_ARG(problem->rule));
    }
    buf_char(&p->out, '\n');
}

static int rules_check(const struct invocation *in)
{
    struct rules_page p;
    struct err err = {0};
    if (!open_all(&p, in, KNOW_ADVICE, &err)) {
        return fail(&err);
    }
    const struct sigma *s = p.learned.knowledge.sigma;
    size_t count = sigma_problem_count(s), refused = 0, advised = 0;
    for (size_t i = 0; i < count; i++) {
        put_problem(&p, sigma_problem(s, i));
        refused += sigma_problem(s, i)->fatal;
        advised += sigma_problem(s, i)->advice;
    }
    buf_printf(&p.out,
               tr(in->catalog, "%zu rules loaded, %zu refused, %zu warnings, advice on %zu\n"),
               sigma_rule_count(s), refused, count - refused - advised, advised);
    str cache = os_cache_folder(in->arena);
    if (cache.len) {
        buf_printf(&p.out, tr(in->catalog, "rules read before are kept in %.*s\n"), STR_ARG(cache));
    }
    return finish(&p, refused ? STATUS_FAILED : STATUS_DONE);
}

/* ---- list */

static int rules_list(const struct invocation *in)
{
    struct rules_page p;
    struct err err = {0};
    if (!open_all(&p, in, 0, &err)) {
        return fail(&err);
    }
    const struct sigma *s = p.learned.knowledge.sigma;
    for (uint32_t i = 0; i < sigma_rule_count(s); i++) {
        const struct rule_info *r = sigma_rule(s, i);
        if (!sigma_chosen(s, i)) {
            continue;
        }
        buf_printf(&p.out, "%-13s %-36.*s  %.*s", level_name(r->level), STR_ARG(r->id),
                   STR_ARG(rule_title(r, in->lang)));
        if (r->author.len) {
            buf_printf(&p.out, " (%.*s)", STR_ARG(r->author));
        }
        buf_char(&p.out, '\n');
    }
    return finish(&p, STATUS_DONE);
}

/* ---- coverage */

/* A file that is no YAML. */
static bool is_log(const char *path)
{
    struct os_stat st;
    struct err err = {0};
    str ext = str_ext(str_of(path));
    bool yaml = str_eq_nocase(ext, STR(".yml")) || str_eq_nocase(ext, STR(".yaml"));
    return !yaml && os_stat(path, &st, &err) && st.kind == OS_FILE;
}

/* With -r the paths are evidence. Without it they are rules, and evidence when one is a log. */
static bool names_evidence(const struct invocation *in)
{
    const struct rules_options *o = in->options;
    bool any = o->rules.count > 0;
    for (size_t i = 1; i < in->nargs && !any; i++) {
        any = is_log(in->args[i]);
    }
    return any && in->nargs > 1;
}

/* The same is meant by a folder without a rule. */
static bool holds_no_rule(const struct invocation *in, const struct learned *l)
{
    return in->nargs > 1 && l->loaded == 0 && l->nproblems == 0;
}

static int rules_coverage(const struct invocation *in)
{
    const struct rules_options *o = in->options;
    bool json = o->format && strcmp(o->format, "json") == 0;
    struct option_list paths = paths_of(in), none = {0};
    struct rules_page p;
    struct err err = {0};
    if (o->format && !json && strcmp(o->format, "text") != 0) {
        return misuse(in, tr(in->catalog, "--format is text or json, not %s"), o->format);
    }
    bool evidence = names_evidence(in);
    if (!open_page(&p, in, evidence ? &o->rules : &paths, 0, &err)) {
        return fail(&err);
    }
    if (!evidence && holds_no_rule(in, &p.learned)) {
        evidence = true;
        (void)finish(&p, STATUS_DONE);
        if (!open_page(&p, in, &none, 0, &err)) {
            return fail(&err);
        }
    }
    const struct coverage_asked asked = {
        .in = in,
        .sigma = p.learned.knowledge.sigma,
        .evidence = evidence ? paths : none,
        .workers = o->threads,
        .json = json,
    };
    int status = rules_coverage_show(&asked, &p.out, &err);
    status = finish(&p, status);
    return status == STATUS_FAILED && err.text[0] ? fail(&err) : status;
}

/* ---- test */

static void on_failed(void *ctx, str id, str why)
{
    struct buf *out = ctx;
    buf_printf(out, "%.*s: %.*s\n", STR_ARG(id), STR_ARG(why));
}

static bool test_file(const char *path, struct vectors *v, struct err *err)
{
    struct os_view view = {0};
    struct yaml_error wrong = {0};
    if (!os_view_open(&view, path, err)) {
        return false;
    }
    bool ok = vectors_run(v, view.data, &wrong);
    os_view_close(&view);
    return ok ||
           err_set(err, ERR_INPUT, "%s:%u:%u: %s", path, wrong.line, wrong.column, wrong.text);
}

static int rules_test(const struct invocation *in)
{
    struct rules_page p = {.in = in};
    struct err err = {0};
    buf_init(&p.out, OUTPUT_MAX);
    struct vectors v = {.on_failed = on_failed, .ctx = &p.out, .budget = CASE_MEMORY};
    if (in->nargs < 2) {
        buf_done(&p.out);
        return misuse(in, "%s", tr(in->catalog, "test needs a file of test vectors"));
    }
    for (size_t i = 1; i < in->nargs; i++) {
        if (!test_file(in->args[i], &v, &err)) {
            (void)finish(&p, STATUS_FAILED);
            return fail(&err);
        }
    }
    buf_printf(&p.out, "%zu passed, %zu failed\n", v.passed, v.failed);
    return finish(&p, v.failed ? STATUS_FAILED : STATUS_DONE);
}

static int rules_run(const struct invocation *in)
{
    static const struct {
        const char *name;
        int (*run)(const struct invocation *in);
    } verbs[] = {
        {"check",    rules_check   },
        {"list",     rules_list    },
        {"coverage", rules_coverage},
        {"test",     rules_test    },
    };
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (str_eq(str_of(in->args[0]), str_of(verbs[i].name))) {
            return verbs[i].run(in);
        }
    }
    return misuse(in, tr(in->catalog, "\"%s\" is none of check, list, coverage, test"),
                  in->args[0]);
}

const struct command command_rules = {
    .name = "rules",
    .usage = "check|list|coverage|test [-r RULES] [PATH...]",
    .summary = N_("check rules, list them, show which logs they need, run their test vectors"),
    .details =
        N_("check     says what is wrong with each rule: file, line, column\n"
           "list      level, id, title and author of each rule\n"
           "coverage  which log sources the rules need, and what shows them; with evidence,\n"
           "          which rules could fire on it, and which could not for want of which log\n"
           "test      runs test vectors: rules, events and expected answers\n"
           "\n"
           "Without a PATH, check, list and coverage take our own rules.\n"
           "\n"
           "    limier rules check my-rules/\n"
           "    limier rules coverage -r my-rules/ triage.zip\n"
           "    limier rules coverage triage.zip\n"),
    .options = options,
    .options_size = sizeof(struct rules_options),
    .min_args = 1,
    .run = rules_run,
};
