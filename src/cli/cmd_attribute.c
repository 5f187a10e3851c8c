/* Who it was, and how sure that is: from the findings of a case, or from ids that somebody
 * observed. */
#include "cli/actors_known.h"
#include "cli/attribute_show.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_MAX = 1 << 24 };

struct attribute_options {
    const char *knowledge, *observed, *format, *model;
};

static const struct option options[] = {
    {"observed",                                                                         'o', OPTION_TEXT, offsetof(struct attribute_options, observed), "FILE",
     N_("what was seen: a JSON object with `techniques` and `software`, ids of ATT&CK")},
    {"knowledge",                                                                       'k', OPTION_TEXT, offsetof(struct attribute_options, knowledge), "FILE",
     N_("what is known of actors, instead of our own: see limier actors")},
    {"model",                                                                         0, OPTION_TEXT, offsetof(struct attribute_options, model), "M",
     N_("limier (unless given), or reference: the method that ours is measured against")},
    {"format", 0, OPTION_TEXT, offsetof(struct attribute_options, format), "F",
     N_("text (unless given) or json")},
    {0                                                                       },
};

/* What is no id, or an id that nobody has heard of, is said, whatever the format. */
static void say_unknown(const struct invocation *in, const struct observed *o)
{
    for (size_t i = 0; i < o->nunknown; i++) {
        (void)fprintf(stderr, tr(in->catalog, "limier: %.*s: an id that is not known\n"),
                      STR_ARG(o->unknown[i]));
    }
}

/* What was observed, from a file or from the findings of a case. */
static bool observe(const struct invocation *in, const struct actors *k, struct observed *out,
                    struct evidence *evidence, struct err *err)
{
    const struct attribute_options *o = in->options;
    str json;
    if (o->observed) {
        return read_whole(o->observed, in->arena, &json, err) &&
               observed_read(bytes_of_str(json), o->observed, in->arena, out, err);
    }
    struct case_file *c = NULL;
    struct finding *findings = NULL;
    size_t count = 0;
    bool ok = case_open(in->args[0], &c, err) &&
              case_findings(c, in->arena, &findings, &count, err) &&
              (evidence_of(findings, count, k, in->arena, evidence) ||
               err_set(err, ERR_FULL, "%s: more than fits into memory", in->args[0]));
    case_close(c);
    *out = evidence->observed;
    return ok;
}

static bool answer(const struct invocation *in, struct shown_answer *s, struct err *err)
{
    const struct attribute_options *o = in->options;
    static struct actors actors;
    static struct observed observed;
    static struct decision decision;
    static struct evidence evidence;
    if (!learn_actors(o->knowledge, in->arena, &actors, err) ||
        !observe(in, &actors, &observed, &evidence, err)) {
        return false;
    }
    const struct model *m =
        o->model && strcmp(o->model, "reference") == 0 ? &model_reference : &model_limier;
    *s = (struct shown_answer){in, &actors, &observed, m, &decision, &evidence};
    return (observed_update(&observed, &actors, in->arena) &&
            decide(&actors, &observed, m, in->arena, &decision)) ||
           err_set(err, ERR_FULL, "what was observed does not fit into memory");
}

static bool is_one_of(const char *text, const char *first, const char *second)
{
    return !text || strcmp(text, first) == 0 || strcmp(text, second) == 0;
}

static int attribute_run(const struct invocation *in)
{
    const struct attribute_options *o = in->options;
    struct shown_answer shown;
    struct err err = {0};
    if (!o->observed == !in->nargs) {
        return misuse(in, "%s", tr(in->catalog, "either a case or --observed FILE is needed"));
    }
    if (!is_one_of(o->format, "text", "json")) {
        return misuse(in, tr(in->catalog, "--format is text or json, not %s"), o->format);
    }
    if (!is_one_of(o->model, "limier", "reference")) {
        return misuse(in, tr(in->catalog, "--model is limier or reference, not %s"), o->model);
    }
    if (!answer(in, &shown, &err)) {
        return fail(&err);
    }
    SCOPED(buf_done) struct buf out;
    buf_init(&out, PAGE_MAX);
    bool json = o->format && strcmp(o->format, "json") == 0;
    (json ? attribute_show_json : attribute_show_text)(&shown, &out);
    say_unknown(in, shown.observed);
    return output_write(NULL, buf_str(&out), &err) ? STATUS_DONE : fail(&err);
}

const struct command command_attribute = {
    .name = "attribute",
    .usage = "CASE | --observed FILE [--knowledge FILE] [--format F]",
    .summary = N_("who it was, how sure that is, and what would tell"),
    .details =
        N_("The answer is \"insufficient evidence\" unless one actor is at least as likely as "
           "not, two\nfamilies of evidence (techniques, software) speak for it, and it stays "
           "first without its\nstrongest item and without its two strongest pieces of "
           "software.\n"
           "\n"
           "    limier attribute X.case\n"
           "    limier attribute --observed seen.json\n"
           "    limier attribute --observed seen.json --knowledge mine.tsv --format json"),
    .options = options,
    .options_size = sizeof(struct attribute_options),
    .max_args = 1,
    .run = attribute_run,
};
