#include "cli/baselines.h"
#include "cli/choices.h"
#include "cli/indicator_lists.h"
#include "cli/knowledge.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "cli/yara_rules.h"
#include "os/file.h"
#include "sources/folder.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct scan_options {
    const char *case_path, *format, *min_level, *fail_on, *html;
    struct option_list rules, yara, baselines, indicators;
    struct chosen_rules chosen;
    usec from, to;
    unsigned threads;
    bool carve;
    const char *log_format, *password_file;
};

static const struct option options[] = {
    {"output",                                                                                'o', OPTION_TEXT, offsetof(struct scan_options, case_path), "CASE",
     N_("keep everything in this case file; the same command goes on after an interruption")},
    {"rules",                                                                            'r', OPTION_LIST, offsetof(struct scan_options, rules), "RULES",
     N_("Sigma rules and dossiers to add to our own: a file, or a folder with .yml files")},
    CHOSEN_STATUS_OPTIONS(struct scan_options),
    {"yara",                                                                             'y', OPTION_LIST, offsetof(struct scan_options, yara), "YARA",
     N_("YARA rules for whole files: a file, or a folder with .yar and .yara files")},
    {"baseline", 'b', OPTION_LIST, offsetof(struct scan_options, baselines), "FILE",
     N_("what belongs in a folder, as `limier baseline make` wrote it")},
    {"indicators",                                                                                 'i', OPTION_LIST, offsetof(struct scan_options, indicators), "INDICATORS",
     N_("lists or compiled sets of indicators; a file, or a folder of such files")},
    {"from",                                                                            0, OPTION_TIME, offsetof(struct scan_options, from), "T",
     N_("look at nothing before this time (UTC)")},
    {"to",                                                                                 0, OPTION_TIME, offsetof(struct scan_options, to), "T",
     N_("look at nothing from this time on (UTC)")},
    {"min-level",   0, OPTION_TEXT, offsetof(struct scan_options, min_level), "L",
     N_("list findings from this level on: informational, low, medium, high, critical")},
    {"carve",                                                                                  0, OPTION_FLAG, offsetof(struct scan_options, carve), NULL,
     N_("also look for deleted records, in what a log has given up")},
    LOG_FORMAT_OPTION(struct scan_options),
    PASSWORD_OPTION(struct scan_options),
    {"threads",                                                                            0, OPTION_NUMBER, offsetof(struct scan_options, threads), "N",
     N_("how many workers read; one a core unless given")},
    {"format",                                                                                  0, OPTION_TEXT, offsetof(struct scan_options, format), "F",
     N_("how to print the answer: text or json")},
    {"html",         0, OPTION_TEXT, offsetof(struct scan_options, html), "FILE",
     N_("also write the answer as one page for a browser, that loads nothing")},
    {"fail-on",                                                                              0, OPTION_TEXT, offsetof(struct scan_options, fail_on), "VERDICT",
     N_("exit with status 10 when the verdict is this or worse")},
    {0                                                                           },
};

struct plan { /* a scan, with its options understood */
    const struct invocation *in;
    const struct scan_options *options;
    const struct exporter *exporter;
    struct export_style style;
    enum verdict_state fail_on;
    str log_format, password;
    struct learned learned;
    struct baseline baseline;
    const volatile int *cancel;
};

static bool understand(struct plan *p, struct err *err)
{
    const struct scan_options *o = p->options;
    p->exporter = exporter_named(STR("text"));
    p->fail_on = VERDICT_COUNT;
    if (o->from != TIME_NONE && o->to != TIME_NONE && o->from >= o->to) {
        return err_set(err, ERR_USAGE, tr(p->in->catalog, "--from is not before --to"));
    }
    static const struct sharing_choice usual = {0};
    return choose_format(p->in, o->format, &p->exporter, err) &&
           choose_sharing(p->in, &usual, &p->style.sharing, err) &&
           choose_level(p->in, o->min_level, &p->style.min_level, err) &&
           choose_verdict(p->in, o->fail_on, &p->fail_on, err) &&
           choose_log_format(p->in, o->log_format, &p->log_format, err);
}

/* The path without links, `.` and `..`; of a file that does not exist yet, its folder's. */
static str true_path(struct arena *a, const char *path)
{
    char room[PATH_MAX];
    if (realpath(path, room)) {
        return arena_str(a, str_of(room));
    }
    str folder = str_dir(str_of(path));
    const char *parent = folder.len ? arena_str(a, folder).p : ".";
    return realpath(parent, room) ? arena_printf(a, "%s/", room) : STR_NONE;
}

/* Evidence is never written to: nothing is put over it, nor into its folder. */
static bool spares(struct arena *a, const char *option, const char *path, const char *evidence,
                   struct err *err)
{
    str ours = path ? true_path(a, path) : STR_NONE;
    str theirs = true_path(a, evidence);
    str below = arena_printf(a, "%.*s%s", STR_ARG(theirs), str_ends(theirs, STR("/")) ? "" : "/");
    bool inside = ours.len && (str_eq(ours, theirs) || str_starts(ours, below));
    return !inside || err_set(err, ERR_USAGE,
                              "%s %s lies in the evidence %s, which is never written to; put it "
                              "elsewhere",
                              option, path, evidence);
}

/* The same, with the name of what does not exist yet. */
static str whole_path(struct arena *a, const char *path)
{
    str known = true_path(a, path), name = str_base(str_of(path));
    return str_ends(known, STR("/")) ? arena_printf(a, "%.*s%.*s", STR_ARG(known), STR_ARG(name))
                                     : known;
}

/* What is written is neither evidence nor the other thing that is written. */
static bool spares_all(const struct plan *p, const char *evidence, struct err *err)
{
    const struct scan_options *o = p->options;
    struct arena *a = p->in->arena;
    return spares(a, "-o", o->case_path, evidence, err) &&
           spares(a, "--html", o->html, evidence, err);
}

/* Before anything is read or written. */
static bool check_evidence(const struct plan *p, struct err *err)
{
    const struct invocation *in = p->in;
    const struct scan_options *o = p->options;
    bool both = o->html && o->case_path;
    if (both && str_eq(whole_path(in->arena, o->html), whole_path(in->arena, o->case_path))) {
        return err_set(err, ERR_USAGE, tr(in->catalog, "--html %s is the case itself"), o->html);
    }
    for (size_t i = 0; i < in->nargs; i++) {
        struct os_stat st;
        if (source_is_input(in->args[i])) {
            if (p->options->case_path) {
                return err_set(
                    err, ERR_USAGE,
                    "what comes from standard input is gone afterwards: a case could not "
                    "be taken up again, so -o needs evidence in files");
            }
            continue;
        }
        if (!os_stat(in->args[i], &st, err) || !spares_all(p, in->args[i], err)) {
            return false;
        }
    }
    return true;
}

static str lines_of(const struct invocation *in)
{
    str all = STR_NONE;
    for (size_t i = 0; i < in->nargs; i++) {
        all = arena_printf(in->arena, "%.*s%s%s", STR_ARG(all), i ? "\n" : "", in->args[i]);
    }
    return all;
}

static str with_line(struct arena *a, str all, const char *name, str value)
{
    const char *between = all.len ? "\n" : "";
    return value.len ? arena_printf(a, "%.*s%s%s=%.*s", (int)all.len, all.len ? all.p : "", between,
                                    name, STR_ARG(value))
                     : all;
}

/* What makes it another scan; a case of another one is refused. */
static str bounds_of(struct arena *a, const struct scan_options *o)
{
    str all = STR_NONE;
    all = with_line(a, all, "from", o->from == TIME_NONE ? STR_NONE : time_text(a, o->from));
    all = with_line(a, all, "to", o->to == TIME_NONE ? STR_NONE : time_text(a, o->to));
    for (size_t i = 0; i < o->chosen.statuses.count; i++) {
        all = with_line(a, all, "status", str_of(o->chosen.statuses.items[i]));
    }
    for (size_t i = 0; i < o->chosen.tags.count; i++) {
        all = with_line(a, all, "tag", str_of(o->chosen.tags.items[i]));
    }
    return all;
}

static bool open_case(struct plan *p, struct case_file **out, struct err *err)
{
    const struct invocation *in = p->in;
    struct case_identity id = {
        .tool = STR(LIMIER_VERSION),
        .rules = str_of(p->learned.digest),
        .evidence = lines_of(in),
        .options = bounds_of(in->arena, p->options),
        .command = str_of(in->line),
    };
    return case_create(p->options->case_path, &id, out, err) &&
           case_put_rules(*out, p->learned.loaded, p->learned.problems, p->learned.nproblems, err);
}

static void on_confined(void *ctx, const char *how, bool weak)
{
    const struct plan *p = ctx;
    if (weak) {
        (void)fprintf(stderr, "limier: ");
        (void)fprintf(stderr,
                      tr(p->in->catalog, "this system cannot confine the processes that read "
                                         "evidence as well as it should; in force: %s\n"),
                      how);
    }
}

/* Progress and interruptions share one context with on_confined. */
struct watch {
    struct plan *plan;
    struct progress_line line;
};

static void watch_progress(void *ctx, const struct progress *progress)
{
    struct watch *w = ctx;
    progress_line_show(&w->line, progress);
}

static void watch_confined(void *ctx, const char *how, bool weak)
{
    struct watch *w = ctx;
    on_confined(w->plan, how, weak);
}

static void watch_locked(void *ctx, str backup)
{
    const struct watch *w = ctx;
    (void)fprintf(stderr, "limier: ");
    (void)fprintf(stderr,
                  tr(w->plan->in->catalog, "%.*s is an encrypted backup: only with its password, "
                                           "--password-file FILE, can its files be read\n"),
                  STR_ARG(backup));
}

static bool run_scan(struct plan *p, struct case_file *c, struct err *err)
{
    struct watch watch = {.plan = p, .line = progress_line_of(p->in)};
    struct scan scan = {
        .evidence = p->in->args,
        .nevidence = p->in->nargs,
        .knowledge = &p->learned.knowledge,
        .workers = p->options->threads,
        .carve = p->options->carve,
        .log_format = p->log_format,
        .password = p->password,
        .on_locked = watch_locked,
        .from = p->options->from,
        .to = p->options->to,
        .on_progress = watch_progress,
        .on_confined = watch_confined,
        .ctx = &watch,
        .cancel = p->cancel,
    };
    bool ok = scan_run(&scan, c, err);
    if (watch.line.drawn) {
        progress_line_show(&watch.line, &(struct progress){.last = true});
    }
    return ok;
}

static int interrupted(const struct plan *p)
{
    (void)fprintf(stderr, "limier: %s\n",
                  p->options->case_path
                      ? tr(p->in->catalog, "interrupted; the same command goes on from here")
                      : tr(p->in->catalog, "interrupted; nothing was kept (-o CASE would have)"));
    return STATUS_FAILED;
}

static int status_of(const struct plan *p, const struct assessment *as)
{
    const uint64_t *units = as->coverage.units;
    if (p->fail_on != VERDICT_COUNT && as->verdict.state >= p->fail_on) {
        return STATUS_VERDICT;
    }
    bool all_read =
        units[OUTCOME_PARTLY] + units[OUTCOME_FAILED] + units[OUTCOME_NOT_UNDERSTOOD] == 0;
    return all_read ? STATUS_DONE : STATUS_PARTLY;
}

static void tell_refused(const struct plan *p)
{
    if (p->learned.nrefused) {
        (void)fprintf(stderr, "limier: ");
        (void)fprintf(stderr,
                      tr(p->in->catalog,
                         "%zu rules did not load; the report lists them. The first: "
                         "%.*s\n"),
                      p->learned.nrefused, STR_ARG(p->learned.first_refused));
    }
}

static void tell_not_understood(const struct plan *p)
{
    uint64_t refused = indicators_refused(p->learned.knowledge.indicators);
    if (refused) {
        (void)fprintf(stderr, "limier: ");
        (void)fprintf(stderr,
                      tr(p->in->catalog, "%llu indicators were not understood and are not looked "
                                         "for: `limier indicators check` lists them\n"),
                      (unsigned long long)refused);
    }
}

/* Only what nobody asked for is told. */
static void tell_left_out(const struct plan *p)
{
    const struct chosen_rules *asked = &p->options->chosen;
    if (p->learned.nleft_out && !asked->statuses.count && !asked->tags.count) {
        (void)fprintf(stderr, "limier: ");
        (void)fprintf(stderr,
                      tr(p->in->catalog, "%zu deprecated or unsupported rules were left out: "
                                         "--status any takes them too\n"),
                      p->learned.nleft_out);
    }
}

/* The page stands before the answer is printed, which may go into a pipe that closes. */
static bool write_page(struct plan *p, struct case_file *c, struct report *report, struct err *err)
{
    const char *path = p->options->html;
    return !path || output_report(c, exporter_named(STR("html")), &p->style, path, p->in->arena,
                                  report, err);
}

static int scan_with(struct plan *p, struct err *err)
{
    struct case_file *c = NULL;
    tell_refused(p);
    tell_left_out(p);
    tell_not_understood(p);
    int status = STATUS_FAILED;
    if (!open_case(p, &c, err) || !run_scan(p, c, err)) {
        status = *p->cancel ? interrupted(p) : fail(err);
    } else if (*p->cancel) {
        status = interrupted(p);
    } else {
        struct report report;
        bool told = write_page(p, c, &report, err) &&
                    output_report(c, p->exporter, &p->style, NULL, p->in->arena, &report, err);
        status = told ? status_of(p, &report.assessment) : fail(err);
    }
    case_close(c);
    return status;
}

/* The user's baselines decide what is a finding, as rules do: another one is another scan. */
static bool learn_places(struct plan *p, struct err *err)
{
    const struct option_list *given = &p->options->baselines;
    uint8_t raw[DIGEST_LEN];
    struct digest *digest = digest_new();
    digest_add(digest, bytes_of_str(str_of(p->learned.digest)));
    baseline_init(&p->baseline, p->in->arena);
    bool ok =
        learn_our_baseline(&p->baseline, err) && learn_baselines(given, &p->baseline, digest, err);
    digest_end(digest, raw);
    if (given->count > 0) {
        (void)digest_hex(raw, p->learned.digest);
    }
    p->learned.knowledge.baseline = &p->baseline;
    return ok;
}

static int scan_run_command(const struct invocation *in)
{
    struct err err = {0};
    struct plan p = {.in = in, .options = in->options, .cancel = interruption_watch()};
    terminal_style(in, &p.style);
    if (!understand(&p, &err)) {
        return misuse(in, "%s", err.text);
    }
    if (!check_evidence(&p, &err) ||
        !choose_password(in, p.options->password_file, &p.password, &err) ||
        !learn_chosen(in, &p.options->rules, KNOW_OURS | KNOW_DOSSIERS, &p.options->chosen,
                      &p.learned, &err) ||
        !learn_yara(&p.options->yara, in->arena, &p.learned, &err) ||
        !learn_indicators(&p.options->indicators, in->arena, &p.learned, &err) ||
        !learn_places(&p, &err)) {
        learned_done(&p.learned);
        return fail(&err);
    }
    int status = scan_with(&p, &err);
    learned_done(&p.learned);
    return status;
}

const struct command command_scan = {
    .name = "scan",
    .usage = "EVIDENCE... [-o CASE] [-r RULES]...",
    .summary = N_("read evidence and say what happened"),
    .details =
        N_("EVIDENCE is a file, an archive or a folder; any number of them. All rules run; the\n"
           "text report lists findings from medium up, and says how many more there are.\n"
           "\n"
           "    limier scan triage.zip\n"
           "    limier scan logs/ -r sigma/rules -o X.case\n"
           "    limier scan logs/ --from 2021-03-01 --format json\n"
           "\n"
           "Exit status: 0 done; 1 could not do it; 2 wrong usage; 3 done, but some evidence\n"
           "could not be read; 10 done, and the verdict is at least that of --fail-on."),
    .options = options,
    .options_size = sizeof(struct scan_options),
    .min_args = 1,
    .run = scan_run_command,
};
