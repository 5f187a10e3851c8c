#include "cli/choices.h"

#include "cli/actors_known.h"
#include "formats/web/access_log.h"
#include "os/clock.h"
#include "os/file.h"

#include <stdlib.h>

static bool none_of(const struct invocation *in, const char *option, const char *text,
                    const char *const *names, size_t count, struct err *err)
{
    str list = STR_NONE;
    for (size_t i = 0; i < count; i++) {
        list = arena_printf(in->arena, "%.*s%s%s", STR_ARG(list), i ? ", " : "", names[i]);
    }
    const char *meant = nearest_word(text, names, count);
    if (meant) {
        return err_set(err, ERR_USAGE,
                       tr(in->catalog, "%s \"%s\" is none of %.*s: did you mean %s?"), option, text,
                       STR_ARG(list), meant);
    }
    return err_set(err, ERR_USAGE, tr(in->catalog, "%s \"%s\" is none of %.*s"), option, text,
                   STR_ARG(list));
}

bool choose_format(const struct invocation *in, const char *text, const struct exporter **out,
                   struct err *err)
{
    const char *names[32];
    size_t count = 0;
    if (!text) {
        return true;
    }
    const struct exporter *found = exporter_named(str_of(text));
    if (found) {
        *out = found;
        return true;
    }
    for (const struct exporter *const *e = exporters; *e && count < ARRAY_LEN(names); e++) {
        names[count++] = (*e)->name;
    }
    return none_of(in, "--format", text, names, count, err);
}

bool choose_level(const struct invocation *in, const char *text, enum level *out, struct err *err)
{
    const char *names[LEVEL_COUNT];
    for (int i = 0; i < LEVEL_COUNT; i++) {
        names[i] = level_name((enum level)i);
    }
    return !text || level_parse(str_of(text), out) ||
           none_of(in, "--min-level", text, names, LEVEL_COUNT, err);
}

static bool choose_mark(const struct invocation *in, const char *option, const char *text,
                        enum tlp *out, struct err *err)
{
    const char *names[TLP_COUNT];
    for (enum tlp t = TLP_CLEAR; t < TLP_COUNT; t++) {
        names[t - TLP_CLEAR] = tlp_word(t).p;
    }
    return !text || tlp_parse(str_of(text), out) ||
           none_of(in, option, text, names, TLP_COUNT - TLP_CLEAR, err);
}

/* Names of techniques, and ATT&CK's own ids of them. */
static bool name_techniques(struct arena *a, struct sharing *out, struct err *err)
{
    struct actors k;
    if (!learn_actors(NULL, a, &k, err)) {
        return false;
    }
    struct technique_name *list = ARENA_ARRAY(a, struct technique_name, k.nnames + 1);
    for (size_t i = 0; list && i < k.nnames; i++) {
        list[i] = (struct technique_name){k.names[i].id, k.names[i].name, k.names[i].stix};
    }
    if (list) {
        sort_techniques(list, k.nnames);
    }
    out->techniques = list;
    out->ntechniques = list ? k.nnames : 0;
    return list || err_set(err, ERR_FULL, "more knowledge than fits into memory");
}

/* Builds that must be the same twice set SOURCE_DATE_EPOCH; so may whoever compares reports. */
static usec time_of_writing(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;
    return epoch && str_u64(str_of(epoch), &seconds) && seconds < 1u << 31
               ? (usec)seconds * USEC_PER_HOUR / 3600
               : os_now();
}

bool choose_sharing(const struct invocation *in, const struct sharing_choice *choice,
                    struct sharing *out, struct err *err)
{
    *out = (struct sharing){
        .tlp = TLP_AMBER_STRICT,
        .most = TLP_RED,
        .victim = choice->victim,
        .producer = choice->producer ? str_of(choice->producer) : STR("limier"),
        .now = time_of_writing(),
    };
    return choose_mark(in, "--tlp", choice->tlp, &out->tlp, err) &&
           choose_mark(in, "--max-tlp", choice->max_tlp, &out->most, err) &&
           name_techniques(in->arena, out, err);
}

bool choose_password(const struct invocation *in, const char *file, str *out, struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    if (!file) {
        return true;
    }
    if (!os_view_open(&view, file, err)) {
        return false;
    }
    str rest = str_of_bytes(view.data), line = STR_NONE;
    (void)str_cut(&rest, '\n', &line);
    line = str_ends(line, STR("\r")) ? str_sub(line, 0, line.len - 1) : line;
    *out = arena_str(in->arena, line);
    return line.len > 0 ||
           err_set(err, ERR_INPUT, tr(in->catalog, "%s: there is no password in it"), file);
}

bool choose_log_format(const struct invocation *in, const char *text, str *out, struct err *err)
{
    const char *wrong = text ? access_log_refuses(str_of(text)) : NULL;
    if (wrong) {
        return err_set(err, ERR_USAGE, tr(in->catalog, "--log-format \"%s\": %s"), text,
                       tr(in->catalog, wrong));
    }
    *out = text ? str_of(text) : *out;
    return true;
}

bool choose_verdict(const struct invocation *in, const char *text, enum verdict_state *out,
                    struct err *err)
{
    const char *names[VERDICT_COUNT];
    for (int i = 0; i < VERDICT_COUNT; i++) {
        names[i] = verdict_name((enum verdict_state)i);
    }
    return !text || verdict_parse(str_of(text), out) ||
           none_of(in, "--fail-on", text, names, VERDICT_COUNT, err);
}
