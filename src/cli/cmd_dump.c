#include "cli/choices.h"
#include "engine/engine.h"
#include "export/tr.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct dump_options {
    const char *format, *log_format, *password_file;
    bool carve;
    unsigned threads;
};

static const struct option options[] = {
    {"format",                                                    0, OPTION_TEXT, offsetof(struct dump_options, format), "F",
     N_("json (unless given), or xml: as Windows prints events")},
    {"carve",                                                0, OPTION_FLAG, offsetof(struct dump_options, carve), NULL,
     N_("also look for deleted records, in what a log has given up")},
    LOG_FORMAT_OPTION(struct dump_options),
    PASSWORD_OPTION(struct dump_options),
    {"threads",                                                    0, OPTION_NUMBER, offsetof(struct dump_options, threads), "N",
     N_("how many workers read; one a core unless given")},
    {0},
};

struct dumping {
    const struct catalog *catalog;
    bool partly;
};

static void on_problem(void *ctx, str unit, enum note_id id, uint64_t count)
{
    struct dumping *d = ctx;
    d->partly = d->partly || note_grade(id) != NOTE_GRADE_ODD;
    (void)fprintf(stderr, "limier: %.*s: %s (%llu)\n", STR_ARG(unit),
                  tr(d->catalog, note_sentence(id)), (unsigned long long)count);
}

static int dump_run_command(const struct invocation *in)
{
    const struct dump_options *o = in->options;
    struct err err = {0};
    bool xml = o->format && strcmp(o->format, "xml") == 0;
    if (o->format && !xml && strcmp(o->format, "json") != 0) {
        return misuse(in, tr(in->catalog, "--format is json or xml, not %s"), o->format);
    }
    struct dumping dumping = {.catalog = in->catalog};
    struct dump dump = {
        .evidence = in->args,
        .nevidence = in->nargs,
        .workers = o->threads,
        .xml = xml,
        .carve = o->carve,
        .out_fd = STDOUT_FILENO,
        .on_problem = on_problem,
        .ctx = &dumping,
    };
    if (!choose_log_format(in, o->log_format, &dump.log_format, &err) ||
        !choose_password(in, o->password_file, &dump.password, &err) || !dump_run(&dump, &err)) {
        return fail(&err);
    }
    return dumping.partly ? STATUS_PARTLY : STATUS_DONE;
}

const struct command command_dump = {
    .name = "dump",
    .usage = "FILE... [--format F]",
    .summary = N_("evidence as JSON lines, each event as its source knows it"),
    .details =
        N_("A name that repeats in an event has its values in an array. - is the standard input.\n"
           "\n"
           "    limier dump Security.evtx | grep 4688\n"
           "    limier dump --format xml triage.zip > events.xml"),
    .options = options,
    .options_size = sizeof(struct dump_options),
    .min_args = 1,
    .run = dump_run_command,
};
