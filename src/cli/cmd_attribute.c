/* Who it was, and how sure that is: from the findings of a case, from what somebody observed, or
 * from both. */
#include "cli/actors_known.h"
#include "cli/attribute_show.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_MAX = 1 << 26 };

struct attribute_options {
    struct actors_choice known;
    const char *observed, *format, *model;
};

static const struct option options[] = {
    {"observed",                                                                         'o', OPTION_TEXT, offsetof(struct attribute_options, observed), "FILE",
     N_("what was seen, as JSON: `techniques` and `software`, ids of ATT&CK, and more")},
    ACTORS_CHOICE_OPTIONS(struct attribute_options),
    {"model",                                                                       0, OPTION_TEXT, offsetof(struct attribute_options, model), "M",
     N_("limier (unless given), or reference: the method that ours is measured against")},
    {"format",                                                                         0, OPTION_TEXT, offsetof(struct attribute_options, format), "F",
     N_("text (unless given) or json")},
    {0},
};

struct answering {
    const struct invocation *in;
    struct actors actors;
    struct evidence evidence; /* of the case; nothing when there is none */
    const struct model *model;
    struct buf out;
    struct err err;
};

static bool is_json(const struct answering *w)
{
    const struct attribute_options *o = w->in->options;
    return o->format && strcmp(o->format, "json") == 0;
}

/* What is no id, or an id that nobody has heard of, is said, whatever the format. */
static void say_unknown(const struct invocation *in, const struct observed *o)
{
    for (size_t i = 0; i < o->nunknown; i++) {
        (void)fprintf(stderr, tr(in->catalog, "limier: %.*s: an id that is not known\n"),
                      STR_ARG(o->unknown[i]));
    }
}

static bool observe_case(struct answering *w)
{
    struct case_file *c = NULL;
    struct finding *findings = NULL;
    size_t count = 0;
    bool ok = case_open(w->in->args[0], &c, &w->err) &&
              case_findings(c, w->in->arena, &findings, &count, &w->err) &&
              (evidence_of(findings, count, &w->actors, w->in->arena, &w->evidence) ||
               err_set(&w->err, ERR_FULL, "%s: more than fits into memory", w->in->args[0]));
    case_close(c);
    return ok;
}

/* What the case shows and what somebody knows besides: that is believed in full. */
static void add_case(const struct answering *w, struct observed *o)
{
    const struct observed *of_case = &w->evidence.observed;
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        struct observed_items *items = &o->of[kind];
        size_t said = items->count;
        items->trust = ARENA_ARRAY(w->in->arena, double, said + of_case->of[kind].count + 1);
        for (size_t i = 0; items->trust && i < said; i++) {
            items->trust[i] = 1;
        }
        for (size_t i = 0; items->trust && i < of_case->of[kind].count; i++) {
            if (observed_add(o, (enum item_kind)kind, of_case->of[kind].ids[i])) {
                items->trust[items->count - 1] = of_case->of[kind].trust[i];
            }
        }
    }
}

static bool answer(struct answering *w, struct observed *observed)
{
    struct decision decision;
    if (!observed_update(observed, &w->actors) ||
        !decide(&w->actors, observed, w->model, w->in->arena, &decision)) {
        return err_set(&w->err, ERR_FULL, "what was observed does not fit into memory");
    }
    struct shown_answer shown = {w->in, &w->actors, observed, w->model, &decision, &w->evidence};
    (is_json(w) ? attribute_show_json : attribute_show_text)(&shown, &w->out);
    say_unknown(w->in, observed);
    return true;
}

/* One answer to each object of the file. */
static bool answer_file(struct answering *w)
{
    const struct attribute_options *o = w->in->options;
    str json;
    uint64_t at = 0;
    bool ok = read_whole(o->observed, w->in->arena, &json, &w->err);
    while (ok && (at == 0 || at < json.len)) {
        struct arena_mark mark = arena_mark(w->in->arena);
        struct observed observed;
        ok = observed_read(bytes_of_str(json), &at, o->observed, w->in->arena, &observed, &w->err);
        if (ok && w->in->nargs) {
            add_case(w, &observed);
        }
        ok = ok && answer(w, &observed);
        arena_rewind(w->in->arena, mark);
    }
    return ok;
}

static bool is_one_of(const char *text, const char *first, const char *second)
{
    return !text || strcmp(text, first) == 0 || strcmp(text, second) == 0;
}

static int attribute_run(const struct invocation *in)
{
    const struct attribute_options *o = in->options;
    struct answering w = {
        .in = in,
        .model = o->model && strcmp(o->model, "reference") == 0 ? &model_reference : &model_limier,
    };
    if (!o->observed && !in->nargs) {
        return misuse(in, "%s", tr(in->catalog, "a case or --observed FILE is needed"));
    }
    if (!is_one_of(o->format, "text", "json")) {
        return misuse(in, tr(in->catalog, "--format is text or json, not %s"), o->format);
    }
    if (!is_one_of(o->model, "limier", "reference")) {
        return misuse(in, tr(in->catalog, "--model is limier or reference, not %s"), o->model);
    }
    buf_init(&w.out, PAGE_MAX);
    bool ok = learn_actors(&o->known, in->arena, &w.actors, &w.err) &&
              (!in->nargs || observe_case(&w)) &&
              (o->observed ? answer_file(&w) : answer(&w, &w.evidence.observed)) &&
              output_write(NULL, buf_str(&w.out), &w.err);
    buf_done(&w.out);
    return ok ? STATUS_DONE : fail(&w.err);
}

const struct command command_attribute = {
    .name = "attribute",
    .usage = "[CASE] [--observed FILE] [--knowledge FILE] [--add FILE]... [--format F]",
    .summary = N_("who it was, how sure that is, and what would tell"),
    .details =
        N_("The answer is \"insufficient evidence\" unless one actor is at least as likely as "
           "not, two\nfamilies of evidence (techniques, software, infrastructure, code, targets, "
           "habits) speak for\nit, and it stays first without its strongest item and without "
           "the two strongest that\nanybody can plant.\n"
           "\n"
           "    limier attribute X.case\n"
           "    limier attribute X.case --observed sector-and-hours.json\n"
           "    limier attribute --observed seen.json --knowledge mine.tsv --format json"),
    .options = options,
    .options_size = sizeof(struct attribute_options),
    .max_args = 1,
    .run = attribute_run,
};
