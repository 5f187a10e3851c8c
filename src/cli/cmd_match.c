#include "cli/choices.h"
#include "cli/knowledge.h"
#include "cli/terminal.h"

#include <stdio.h>

enum { LINES_MAX = 1 << 24, LINES_KEPT = 1 << 16 };

struct match_options {
    struct option_list rules;
    struct chosen_rules chosen;
    const char *log_format;
    unsigned threads;
};

static const struct option options[] = {
    {"rules",      'r', OPTION_LIST, offsetof(struct match_options, rules), "RULES",
     N_("Sigma rules: a file, or a folder with .yml files; our own unless given")},
    CHOSEN_RULES_OPTIONS(struct match_options),
    LOG_FORMAT_OPTION(struct match_options),
    {"threads", 0, OPTION_NUMBER, offsetof(struct match_options, threads), "N",
     N_("how many workers read; one a core unless given")},
    {0     },
};

struct matching {
    struct buf lines;
    struct err *err;
    const struct catalog *catalog;
    bool refused; /* the output was */
    bool partly;
};

static bool flush(struct matching *m)
{
    m->refused = m->refused || !output_write(NULL, buf_str(&m->lines), m->err);
    buf_clear(&m->lines);
    return !m->refused;
}

static bool on_hit(void *ctx, const struct match_hit *hit)
{
    struct matching *m = ctx;
    struct arena a;
    arena_init(&a, 1 << 12);
    buf_add(&m->lines, STR("{\"rule\":"));
    buf_json(&m->lines, hit->rule->id);
    buf_add(&m->lines, STR(",\"unit\":"));
    buf_json(&m->lines, hit->unit);
    buf_printf(&m->lines, ",\"record\":%llu,\"time\":", (unsigned long long)hit->record);
    if (hit->time == TIME_NONE) {
        buf_add(&m->lines, STR("null"));
    } else {
        buf_json(&m->lines, time_text(&a, hit->time));
    }
    buf_add(&m->lines, STR("}\n"));
    arena_done(&a);
    return m->lines.len < LINES_KEPT || flush(m);
}

static void on_problem(void *ctx, str unit, enum note_id id, uint64_t count)
{
    struct matching *m = ctx;
    m->partly = m->partly || note_grade(id) != NOTE_GRADE_ODD;
    (void)fprintf(stderr, "limier: %.*s: %s (%llu)\n", STR_ARG(unit),
                  tr(m->catalog, note_sentence(id)), (unsigned long long)count);
}

static int match_with(const struct invocation *in, struct learned *learned)
{
    const struct match_options *o = in->options;
    struct err err = {0};
    struct matching m = {.err = &err, .catalog = in->catalog};
    buf_init(&m.lines, LINES_MAX);
    struct match match = {
        .evidence = in->args,
        .nevidence = in->nargs,
        .knowledge = &learned->knowledge,
        .workers = o->threads,
        .on_hit = on_hit,
        .on_problem = on_problem,
        .ctx = &m,
    };
    bool ok = choose_log_format(in, o->log_format, &match.log_format, &err) &&
              match_run(&match, &err) && flush(&m) && !m.refused;
    buf_done(&m.lines);
    return !ok ? fail(&err) : m.partly ? STATUS_PARTLY : STATUS_DONE;
}

/* What else is wrong with rules is for who writes them. */
static void say_problems(const struct invocation *in, const struct learned *learned)
{
    for (size_t i = 0; i < learned->nrefused; i++) {
        (void)fprintf(stderr, "limier: %.*s\n", STR_ARG(learned->refusals[i]));
    }
    size_t others = learned->nproblems - learned->nrefused;
    if (others) {
        (void)fprintf(stderr,
                      tr(in->catalog, "limier: %zu warnings about rules, most for logs that this "
                                      "version does not read: limier rules check tells them\n"),
                      others);
    }
}

static int match_run_command(const struct invocation *in)
{
    const struct match_options *o = in->options;
    struct learned learned;
    struct err err = {0};
    unsigned what = o->rules.count ? 0 : KNOW_OURS;
    if (!learn_chosen(in, &o->rules, what, &o->chosen, &learned, &err)) {
        return fail(&err);
    }
    say_problems(in, &learned);
    int status = match_with(in, &learned);
    learned_done(&learned);
    return status;
}

const struct command command_match = {
    .name = "match",
    .usage = "-r RULES FILE...",
    .summary = N_("rules over events, one JSON line a match; no story, no case"),
    .details = N_("All rules run, whatever their level, but deprecated and unsupported ones.\n"
                  "\n"
                  "    limier match -r sigma/rules Security.evtx\n"
                  "    limier match -r my-rule.yml --min-level high logs/ > hits.jsonl"),
    .options = options,
    .options_size = sizeof(struct match_options),
    .min_args = 1,
    .run = match_run_command,
};
