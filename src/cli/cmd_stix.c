/* STIX as a subject of its own: patterns against observations, what is wrong with objects and
 * patterns, the ids that observables have. */
#include "cli/terminal.h"
#include "detect/stix/objects.h"
#include "model/stix_id.h"
#include "os/clock.h"
#include "os/file.h"

#include <stdio.h>

enum { OUTPUT_MAX = 1 << 28, VALUES_MAX = 1 << 26 };

struct stix_options {
    bool json;
    bool reference;
    bool old;
};

static const struct option options[] = {
    {"json",                       'j', OPTION_FLAG, offsetof(struct stix_options, json), NULL,
     N_("one JSON object a line")},
    {"reference",                 0, OPTION_FLAG, offsetof(struct stix_options, reference), NULL,
     N_("read patterns as the reference implementation does where it differs from the text")},
    {"stix-2.0",                       0, OPTION_FLAG, offsetof(struct stix_options, old), NULL,
     N_("patterns in files of their own are of STIX 2.0")},
    {0},
};

struct telling {
    const struct invocation *in;
    const struct stix_options *options;
    struct buf out;
    bool invalid, undecided;
};

/* ---- files */

static bool read_tree(const struct invocation *in, const char *path, bytes data,
                      const struct json_value **out, struct err *err)
{
    enum json_fault fault;
    uint64_t at = 0;
    bytes copy = arena_bytes(in->arena, data);
    *out = copy.p ? json_tree(copy, in->arena, VALUES_MAX, &fault, &at) : NULL;
    return *out || err_set(err, ERR_INPUT, tr(in->catalog, "%s: no JSON, at byte %llu"), path,
                           (unsigned long long)at);
}

/* A pattern begins with a bracket too. */
static bool is_json(str text)
{
    str rest = str_trim(text);
    str inner = rest.len && rest.p[0] == '[' ? str_trim(str_from(rest, 1)) : rest;
    return inner.len && inner.p[0] == '{';
}

/* ---- telling */

static void member(struct buf *out, const char *name, str value)
{
    if (value.len) {
        buf_printf(out, "%s\"%s\":", out->p[out->len - 1] == '{' ? "" : ",", name);
        buf_json(out, value);
    }
}

static void tell_fault(struct telling *t, const struct stix_fault *f)
{
    str why = str_of(tr(t->in->catalog, f->why));
    if (t->options->json) {
        buf_printf(&t->out, ",\"err_at\":[%u,%u]", f->line, f->column);
        member(&t->out, "why", why);
    } else {
        buf_printf(&t->out, " %u:%u: %.*s", f->line, f->column, STR_ARG(why));
    }
}

static void tell_bound(struct telling *t, const struct stix_result *r,
                       const struct stix_observations *seen)
{
    buf_add(&t->out, STR(",\"bound\":["));
    for (size_t i = 0; i < r->nbound; i++) {
        buf_add(&t->out, i ? STR(",") : STR_NONE);
        buf_json(&t->out, seen->items[r->bound[i]].id);
    }
    buf_char(&t->out, ']');
}

static void begin_line(struct telling *t, const char *answer)
{
    if (t->options->json) {
        buf_add(&t->out, STR("{"));
        member(&t->out, "answer", str_of(answer));
    } else {
        buf_add(&t->out, str_of(answer));
    }
}

static void end_line(struct telling *t, str id)
{
    if (t->options->json) {
        member(&t->out, "id", id);
        buf_add(&t->out, STR("}\n"));
    } else {
        buf_printf(&t->out, "%s%.*s\n", id.len ? "\t" : "", STR_ARG(id));
    }
}

/* ---- patterns */

typedef void on_pattern(void *ctx, str pattern, enum stix_edition edition, str id);

static void each_indicator(const struct json_value *v, on_pattern *found, void *ctx)
{
    const struct json_value *objects = json_member(v, STR("objects"));
    const struct json_value *list = json_is(v, JSON_ARRAY) ? v : objects;
    str pattern = json_member_text(v, STR("pattern"));
    str kind = json_member_text(v, STR("pattern_type"));
    bool new = str_eq(json_member_text(v, STR("spec_version")), STR("2.1"));
    if (pattern.len && (kind.len == 0 || str_eq(kind, STR("stix")))) {
        found(ctx, pattern, new ? STIX_2_1 : STIX_2_0, json_member_text(v, STR("id")));
    }
    for (const struct json_value *i = json_is(list, JSON_ARRAY) ? list->first : NULL; i;
         i = i->next) {
        each_indicator(i, found, ctx);
    }
}

static bool each_pattern(const struct telling *t, const char *path, on_pattern *found, void *ctx,
                         struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    const struct json_value *tree = NULL;
    if (!os_view_open(&view, path, err)) {
        return false;
    }
    str text = str_of_bytes(view.data);
    if (!is_json(text)) {
        found(ctx, text, t->options->old ? STIX_2_0 : STIX_2_1, STR_NONE);
        return true;
    }
    if (!read_tree(t->in, path, view.data, &tree, err)) {
        return false;
    }
    each_indicator(tree, found, ctx);
    return true;
}

struct matching {
    struct telling *t;
    const struct stix_observations *seen; /* NULL: patterns are only looked at */
};

static enum stix_reading reading_of(const struct telling *t)
{
    return t->options->reference ? STIX_AS_THE_REFERENCE_DOES : STIX_AS_THE_TEXT_SAYS;
}

static void answer(struct matching *m, const struct stix_pattern *p, str id, struct arena *a)
{
    static const char *const answers[] = {
        [STIX_NO] = "nomatch", [STIX_YES] = "match", [STIX_UNDECIDED] = "undecided"};
    struct stix_result r = stix_match(p, m->seen, a);
    begin_line(m->t, answers[r.answer]);
    if (m->t->options->json && r.answer == STIX_YES) {
        tell_bound(m->t, &r, m->seen);
    }
    end_line(m->t, id);
    m->t->undecided |= r.answer == STIX_UNDECIDED;
}

static void try_pattern(void *ctx, str pattern, enum stix_edition edition, str id)
{
    struct matching *m = ctx;
    struct stix_fault fault;
    struct arena a;
    arena_init(&a, UINT64_C(1) << 32);
    struct stix_pattern *p = stix_pattern_new(&a, pattern, edition, reading_of(m->t), &fault);
    if (p && (m->seen || stix_pattern_is_plausible(p, &fault))) {
        if (m->seen) {
            answer(m, p, id, &a);
        } else {
            begin_line(m->t, "valid");
            end_line(m->t, id);
        }
    } else {
        begin_line(m->t, "invalid");
        tell_fault(m->t, &fault);
        end_line(m->t, id);
        m->t->invalid = true;
    }
    stix_pattern_done(p);
    arena_done(&a);
}

static bool read_observations(const struct invocation *in, struct stix_observations *seen,
                              struct err *err)
{
    const struct json_value **trees = ARENA_ARRAY(in->arena, const struct json_value *, in->nargs);
    bool ok = trees || err_set(err, ERR_FULL, "no memory for observations");
    for (size_t i = 2; ok && i < in->nargs; i++) {
        SCOPED(os_view_close) struct os_view view = {0};
        ok = os_view_open(&view, in->args[i], err) &&
             read_tree(in, in->args[i], view.data, &trees[i - 2], err);
    }
    ok = ok && (stix_observations_read(seen, trees, in->nargs - 2) ||
                err_set(err, ERR_FULL, "no memory for observations"));
    if (ok && seen->refused) {
        (void)fprintf(stderr, tr(in->catalog, "limier: left out: %llu, the first: %s\n"),
                      (unsigned long long)seen->refused,
                      tr(in->catalog, arena_str(in->arena, seen->reason).p));
    }
    return ok;
}

static bool match(struct telling *t, struct err *err)
{
    struct stix_observations seen;
    struct hash_key key;
    struct matching m = {t, &seen};
    os_random(&key, sizeof key);
    stix_observations_init(&seen, t->in->arena, key);
    if (!read_observations(t->in, &seen, err)) {
        return false;
    }
    t->undecided |= seen.refused > 0;
    return each_pattern(t, t->in->args[1], try_pattern, &m, err);
}

/* ---- objects */

static void tell_object(struct telling *t, const struct json_value *object)
{
    struct arena a;
    arena_init(&a, UINT64_C(1) << 30);
    struct stix_verdict v = stix_object_check(object, STIX_ANY_NAME, &a);
    bool sound = v.breach == STIX_SOUND;
    begin_line(t, sound ? "accepted" : "refused");
    if (!sound && t->options->json) {
        member(&t->out, "breach", str_of(stix_breach_name(v.breach)));
        member(&t->out, "property", v.property);
        member(&t->out, "why", str_of(tr(t->in->catalog, v.why)));
    } else if (!sound) {
        buf_printf(&t->out, "\t%s\t%.*s\t%s", stix_breach_name(v.breach), STR_ARG(v.property),
                   tr(t->in->catalog, v.why));
    }
    end_line(t, json_member_text(object, STR("id")));
    t->invalid |= !sound;
    arena_done(&a);
}

static void tell_id(struct telling *t, const struct json_value *object)
{
    str id = STR_NONE;
    bool has = stix_observable_id(object, t->in->arena, &id);
    buf_printf(&t->out, "%.*s\n", STR_ARG(has ? id : STR("-")));
}

static bool each_object(struct telling *t, const char *path,
                        void (*tell)(struct telling *, const struct json_value *), struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    const struct json_value *tree = NULL;
    if (!os_view_open(&view, path, err) || !read_tree(t->in, path, view.data, &tree, err)) {
        return false;
    }
    bool bundle = str_eq(json_member_text(tree, STR("type")), STR("bundle"));
    const struct json_value *list = bundle ? json_member(tree, STR("objects")) : tree;
    if (!json_is(list, JSON_ARRAY)) {
        tell(t, tree);
        return true;
    }
    for (const struct json_value *i = list->first; i; i = i->next) {
        tell(t, i);
    }
    return true;
}

static bool check_file(struct telling *t, const char *path, struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    struct matching m = {t, NULL};
    if (!os_view_open(&view, path, err)) {
        return false;
    }
    return is_json(str_of_bytes(view.data)) ? each_object(t, path, tell_object, err)
                                            : each_pattern(t, path, try_pattern, &m, err);
}

/* ---- the command */

static bool run(struct telling *t, str verb, struct err *err)
{
    bool ok = true;
    if (str_eq(verb, STR("match"))) {
        return match(t, err);
    }
    for (size_t i = 1; ok && i < t->in->nargs; i++) {
        ok = str_eq(verb, STR("id")) ? each_object(t, t->in->args[i], tell_id, err)
                                     : check_file(t, t->in->args[i], err);
    }
    return ok;
}

static int stix_run_command(const struct invocation *in)
{
    struct err err = {0};
    struct telling t = {.in = in, .options = in->options};
    str verb = str_of(in->args[0]);
    bool known =
        str_eq(verb, STR("match")) || str_eq(verb, STR("check")) || str_eq(verb, STR("id"));
    if (!known || (str_eq(verb, STR("match")) && in->nargs < 3)) {
        return misuse(in, tr(in->catalog, "%s is not match, check or id, or files are missing"),
                      in->args[0]);
    }
    buf_init(&t.out, OUTPUT_MAX);
    bool ok = run(&t, verb, &err) && (buf_ok(&t.out) || err_set(&err, ERR_FULL, "too many lines"));
    ok = ok && output_write(NULL, buf_str(&t.out), &err);
    buf_done(&t.out);
    return !ok ? fail(&err) : t.invalid ? STATUS_USAGE : t.undecided ? STATUS_PARTLY : STATUS_DONE;
}

const struct command command_stix = {
    .name = "stix",
    .usage = "match PATTERNS OBSERVATIONS... | check FILE... | id FILE...",
    .summary = N_("patterns and objects of STIX: match them, check them"),
    .details = N_(
        "match reads PATTERNS, one pattern or a bundle with indicators, and OBSERVATIONS, bundles\n"
        "with observed-data of 2.1 or 2.0. It prints a line a pattern: match, nomatch, undecided\n"
        "when that would cost too much, or invalid with line:column, as the published grammar\n"
        "counts them: lines from 1, columns from 0.\n"
        "\n"
        "check tells of each pattern or object whether it is what the standard says it must be.\n"
        "id prints the ids that observables have by their content, - for those that have none.\n"
        "\n"
        "    limier stix match pattern.txt observed.json\n"
        "    limier stix check feed.json\n"
        "\n"
        "Exit status: 0 all was understood; 1 could not do it; 2 invalid or refused, or wrong\n"
        "usage; 3 some was undecided or left out."),
    .options = options,
    .options_size = sizeof(struct stix_options),
    .min_args = 2,
    .run = stix_run_command,
};
