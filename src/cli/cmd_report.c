#include "cli/choices.h"
#include "cli/terminal.h"
#include "os/file.h"

struct report_options {
    const char *format, *output, *min_level;
    bool full;
    struct sharing_choice sharing;
};

static const struct option options[] = {
    {"format",                                                                                   0, OPTION_TEXT, offsetof(struct report_options, format), "F",
     N_("text (unless given), json, html, csv, timesketch, stix, misp, navigator, ocsf or ecs")},
    {"full",                                                                               0, OPTION_FLAG, offsetof(struct report_options, full), NULL,
     N_("text: all there is, instead of a page and a half")},
    {"output",                                                                                   'o', OPTION_TEXT, offsetof(struct report_options, output), "FILE",
     N_("write to this file instead of standard output")},
    {"min-level", 0, OPTION_TEXT, offsetof(struct report_options, min_level), "L",
     N_("list findings from this level on: informational, low, medium, high, critical")},
    SHARING_OPTIONS(struct report_options),
    {0                                                                                    },
};

/* Writing the report over its own case would be the end of both. */
static bool spares_case(const char *output, const char *path, struct err *err)
{
    struct os_stat ours, theirs;
    struct err ignored;
    bool same = output && os_stat(output, &ours, &ignored) && os_stat(path, &theirs, &ignored) &&
                ours.device == theirs.device && ours.inode == theirs.inode;
    return !same || err_set(err, ERR_USAGE, "-o %s is the case itself", output);
}

static int report_run(const struct invocation *in)
{
    const struct report_options *o = in->options;
    const struct exporter *exporter = exporter_named(STR("text"));
    struct export_style style = {0};
    struct err err = {0};
    terminal_style(in, &style);
    style.colour = style.colour && !o->output;
    style.full = o->full;
    if (!choose_format(in, o->format, &exporter, &err) ||
        !choose_level(in, o->min_level, &style.min_level, &err) ||
        !choose_sharing(in, &o->sharing, &style.sharing, &err)) {
        return misuse(in, "%s", err.text);
    }
    struct case_file *c = NULL;
    if (!spares_case(o->output, in->args[0], &err) || !case_open(in->args[0], &c, &err)) {
        return fail(&err);
    }
    struct report report;
    bool ok = output_report(c, exporter, &style, o->output, in->arena, &report, &err);
    case_close(c);
    return ok ? STATUS_DONE : fail(&err);
}

const struct command command_report = {
    .name = "report",
    .usage = "CASE [--full] [--format F] [-o FILE] [--tlp MARK] [--share-victim]",
    .summary = N_("print the answer of a case again, in any format"),
    .details = N_("    limier report X.case --full\n"
                  "    limier report X.case --format html -o report.html\n"
                  "    limier report X.case --format csv -o findings.csv\n"
                  "    limier report X.case --format stix --tlp green -o for-allies.json"),
    .options = options,
    .options_size = sizeof(struct report_options),
    .min_args = 1,
    .max_args = 1,
    .run = report_run,
};
