/* Lists of indicators as a subject of their own: what was understood of them, what was not. */
#include "cli/indicator_lists.h"
#include "cli/terminal.h"

#include <stdio.h>

enum { OUTPUT_MAX = 1 << 26 };

struct indicators_options {
    bool nothing;
};

static const struct option options[] = {
    {0},
};

static void print_counts(struct buf *out, const struct invocation *in, const struct indicators *set)
{
    size_t total = indicators_total(set);
    buf_printf(out, tr(in->catalog, "%zu indicators, %zu bytes of memory\n"), total,
               indicators_bytes(set));
    for (int k = 0; k < KIND_COUNT; k++) {
        size_t count = indicators_count(set, (enum indicator_kind)k);
        if (count) {
            buf_printf(out, "%10zu  %s\n", count, kind_name((enum indicator_kind)k));
        }
    }
}

static void print_refused(struct buf *out, const struct invocation *in,
                          const struct indicators *set)
{
    uint64_t refused = indicators_refused(set);
    if (refused == 0) {
        return;
    }
    buf_printf(out, tr(in->catalog, "%llu were not understood:\n"), (unsigned long long)refused);
    for (size_t i = 0; i < indicators_problem_count(set); i++) {
        const struct rule_problem *p = indicators_problem(set, i);
        buf_printf(out, "%.*s:%u: %s", STR_ARG(p->file), p->line,
                   tr(in->catalog, arena_str(in->arena, p->text).p));
        if (p->rule.len) {
            buf_add(out, STR(": "));
            buf_json(out, p->rule);
        }
        buf_char(out, '\n');
    }
}

static int check(const struct invocation *in)
{
    struct err err = {0};
    struct learned learned = {0};
    struct option_list paths = {in->args + 1, in->nargs - 1};
    struct buf out;
    bool ok = names_init(&learned.names, in->arena) ||
              err_set(&err, ERR_FULL, "no memory for the names of fields");
    buf_init(&out, OUTPUT_MAX);
    ok = ok && learn_indicators(&paths, in->arena, &learned, &err);
    uint64_t refused = indicators_refused(learned.knowledge.indicators);
    if (ok) {
        print_counts(&out, in, learned.knowledge.indicators);
        print_refused(&out, in, learned.knowledge.indicators);
        ok = output_write(NULL, buf_str(&out), &err);
    }
    buf_done(&out);
    learned_done(&learned);
    return !ok ? fail(&err) : refused ? STATUS_PARTLY : STATUS_DONE;
}

static int indicators_run_command(const struct invocation *in)
{
    return str_eq(str_of(in->args[0]), STR("check"))
               ? check(in)
               : misuse(in, tr(in->catalog, "%s is not check"), in->args[0]);
}

const struct command command_indicators = {
    .name = "indicators",
    .usage = "check FILE...",
    .summary = N_("look at lists of indicators"),
    .details =
        N_("check reads each FILE, or every file of a folder, as `limier scan -i` would: plain\n"
           "lists, CSV with a header, STIX bundles, MISP events. It prints how many indicators\n"
           "of each kind there are, and what was not understood, with its place.\n"
           "\n"
           "Exit status: 0 all was understood; 1 could not do it; 2 wrong usage; 3 some was not."),
    .options = options,
    .options_size = sizeof(struct indicators_options),
    .min_args = 2,
    .run = indicators_run_command,
};
