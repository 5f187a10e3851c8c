/* Lists of indicators as a subject of their own: what was understood of them, what was not; and
 * compiling them. */
#include "cli/indicator_lists.h"
#include "cli/indicator_sets.h"
#include "cli/terminal.h"

#include <stdio.h>

enum { OUTPUT_MAX = 1 << 26 };

struct indicators_options {
    const char *output;
};

static const struct option options[] = {
    {"output",     'o', OPTION_TEXT, offsetof(struct indicators_options, output), "SET",
     N_("build: write the compiled set here")},
    {0},
};

enum verb { VERB_CHECK, VERB_BUILD, VERB_INFO, VERB_COUNT };

static const str verbs[VERB_COUNT] = {
    [VERB_CHECK] = STR_INIT("check"),
    [VERB_BUILD] = STR_INIT("build"),
    [VERB_INFO] = STR_INIT("info"),
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

/* What the words behind the verb name, read. */
static bool learn_words(const struct invocation *in, struct learned *learned,
                        struct lists_read *read, struct err *err)
{
    struct option_list paths = {in->args + 1, in->nargs - 1};
    if (!names_init(&learned->names, in->arena)) {
        return err_set(err, ERR_FULL, "no memory for the names of fields");
    }
    return learn_lists(&paths, in->arena, learned, read, err);
}

static bool print(const struct invocation *in, const struct indicators *set, struct err *err)
{
    SCOPED(buf_done) struct buf out;
    buf_init(&out, OUTPUT_MAX);
    print_counts(&out, in, set);
    print_refused(&out, in, set);
    return output_write(NULL, buf_str(&out), err);
}

static bool write_set(const struct invocation *in, const struct indicators *set,
                      const struct lists_read *read, struct err *err)
{
    const struct indicators_options *o = in->options;
    if (read->sets > 0) {
        return err_set(err, ERR_INPUT,
                       "a compiled set cannot be compiled again: give the lists it was made of");
    }
    bytes compiled = indicators_compiled(set);
    if (compiled.len == 0) {
        return err_set(err, ERR_INPUT, "these lists hold no indicator");
    }
    return indicator_set_write(o->output, compiled, err);
}

static bool only_sets(const struct lists_read *read, struct err *err)
{
    return read->lists == 0 ||
           err_set(err, ERR_INPUT, "these are not all compiled sets: `check` looks at lists");
}

static int look(const struct invocation *in, enum verb verb)
{
    struct err err = {0};
    struct learned learned = {0};
    struct lists_read read = {0};
    bool ok = learn_words(in, &learned, &read, &err);
    const struct indicators *set = learned.knowledge.indicators;
    ok = ok && (verb != VERB_BUILD || write_set(in, set, &read, &err)) &&
         (verb != VERB_INFO || only_sets(&read, &err)) && print(in, set, &err);
    uint64_t refused = indicators_refused(set);
    learned_done(&learned);
    return !ok ? fail(&err) : refused ? STATUS_PARTLY : STATUS_DONE;
}

static int indicators_run_command(const struct invocation *in)
{
    const struct indicators_options *o = in->options;
    enum verb verb = 0;
    while (verb < VERB_COUNT && !str_eq(str_of(in->args[0]), verbs[verb])) {
        verb++;
    }
    if (verb == VERB_COUNT) {
        return misuse(in, tr(in->catalog, "%s is not check, build or info"), in->args[0]);
    }
    if ((verb == VERB_BUILD) != (o->output != NULL)) {
        return misuse(in, "%s", tr(in->catalog, "build, and nothing else, needs -o SET"));
    }
    return look(in, verb);
}

const struct command command_indicators = {
    .name = "indicators",
    .usage = "check|build|info FILE... [-o SET]",
    .summary = N_("look at lists of indicators, and compile them"),
    .details =
        N_("check reads each FILE, or every file of a folder, as `limier scan -i` would: plain\n"
           "lists, CSV with a header, STIX bundles, MISP events. It prints how many indicators\n"
           "of each kind there are, and what was not understood, with its place.\n"
           "build does the same and writes them as one compiled set, which `limier scan -i SET`\n"
           "has at once, ten million as well. info says what is in sets.\n"
           "\n"
           "Exit status: 0 all was understood; 1 could not do it; 2 wrong usage; 3 some was not."),
    .options = options,
    .options_size = sizeof(struct indicators_options),
    .min_args = 2,
    .run = indicators_run_command,
};
