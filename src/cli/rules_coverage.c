#include "cli/rules_coverage.h"

#include "engine/engine.h"
#include "export/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH_BUDGET (UINT64_C(64) << 20)

struct line { /* a log source that rules name */
    struct sigma_source source;
    size_t reached[SIGMA_REACHES];
};

struct cover {
    const struct coverage_asked *asked;
    struct buf *out;
    struct source_row *logs;
    size_t nlogs;
    struct origin *origins; /* each once, whatever the host */
    size_t norigins;
    struct line *lines;
    size_t nlines;
    enum sigma_reach *reach; /* by rule */
    size_t total[SIGMA_REACHES];
    size_t rules; /* without correlations */
    bool partly;
};

static const char *const reach_names[SIGMA_REACHES] = {
    [SIGMA_COULD_FIRE] = "could_fire", [SIGMA_NOT_ASKED] = "condition",
    [SIGMA_NO_EVENT] = "no_event",     [SIGMA_NO_SOURCE] = "no_channel",
    [SIGMA_NO_LOG] = "no_log_known",
};

/* ---- what the evidence holds */

static void on_problem(void *ctx, str unit, enum note_id id, uint64_t count)
{
    struct cover *c = ctx;
    c->partly = c->partly || note_grade(id) != NOTE_GRADE_ODD;
    (void)fprintf(stderr, "limier: %.*s: %s (%llu)\n", STR_ARG(unit),
                  tr(c->asked->in->catalog, note_sentence(id)), (unsigned long long)count);
}

static int by_origin(const void *a, const void *b)
{
    const struct origin *x = a, *y = b;
    int order = str_cmp(x->channel, y->channel);
    return order ? order : (x->event_id > y->event_id) - (x->event_id < y->event_id);
}

static size_t drop_equal(struct origin *origins, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || by_origin(&origins[kept - 1], &origins[i]) != 0) {
            origins[kept++] = origins[i];
        }
    }
    return kept;
}

static bool list_origins(struct cover *c)
{
    size_t most = 0;
    for (size_t i = 0; i < c->nlogs; i++) {
        most += c->logs[i].nids + 1;
    }
    c->origins = ARENA_ARRAY(c->asked->in->arena, struct origin, most + 1);
    for (size_t i = 0; i < c->nlogs && c->origins; i++) {
        const struct source_row *log = &c->logs[i];
        for (size_t n = 0; n < log->nids; n++) {
            c->origins[c->norigins++] =
                (struct origin){.channel = log->channel, .event_id = log->ids[n].id};
        }
        if (log->nids == 0) {
            c->origins[c->norigins++] = (struct origin){.channel = log->channel};
        }
    }
    if (c->origins) {
        qsort(c->origins, c->norigins, sizeof *c->origins, by_origin);
        c->norigins = drop_equal(c->origins, c->norigins);
    }
    return c->origins != NULL;
}

static bool survey(struct cover *c, struct err *err)
{
    const struct survey s = {
        .evidence = c->asked->evidence.items,
        .nevidence = c->asked->evidence.count,
        .workers = c->asked->workers,
        .on_problem = on_problem,
        .ctx = c,
    };
    return survey_run(&s, c->asked->in->arena, &c->logs, &c->nlogs, err) &&
           (list_origins(c) || err_set(err, ERR_FULL, "no memory to list logs in"));
}

/* ---- rules against it */

static bool same_source(const struct sigma_source *a, const struct sigma_source *b)
{
    return str_eq(a->category, b->category) && str_eq(a->product, b->product) &&
           str_eq(a->service, b->service);
}

static bool is_correlation(const struct sigma_source *s)
{
    return !s->category.len && !s->product.len && !s->service.len;
}

static void count_rule(struct cover *c, uint32_t rule, struct arena *scratch)
{
    const struct sigma *s = c->asked->sigma;
    struct sigma_source source = sigma_rule_source(s, rule, scratch);
    struct line *line = c->lines;
    if (is_correlation(&source) || !sigma_chosen(s, rule)) {
        return;
    }
    while (line < c->lines + c->nlines && !same_source(&line->source, &source)) {
        line++;
    }
    if (line < c->lines + c->nlines) {
        bool known = line->source.shown_by.len > 0;
        c->reach[rule] = c->asked->evidence.count
                             ? sigma_rule_reach(s, rule, c->origins, c->norigins, scratch)
                         : known ? SIGMA_COULD_FIRE
                                 : SIGMA_NO_LOG;
        line->reached[c->reach[rule]]++;
        c->total[c->reach[rule]]++;
        c->rules++;
    }
}

static bool count_rules(struct cover *c)
{
    struct arena *a = c->asked->in->arena;
    const struct sigma *s = c->asked->sigma;
    struct sigma_source *sources = NULL;
    size_t count = sigma_rule_count(s);
    c->reach = ARENA_ARRAY(a, enum sigma_reach, count + 1);
    if (!c->reach || !sigma_sources(s, a, &sources, &c->nlines)) {
        return false;
    }
    c->lines = ARENA_ARRAY(a, struct line, c->nlines + 1);
    for (size_t i = 0; i < c->nlines && c->lines; i++) {
        c->lines[i].source = sources[i];
    }
    struct arena scratch;
    arena_init(&scratch, SCRATCH_BUDGET);
    for (uint32_t i = 0; i < count && c->lines; i++) {
        count_rule(c, i, &scratch);
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    return c->lines != NULL;
}

/* ---- for people */

static size_t rules_of(const struct line *l)
{
    size_t sum = 0;
    for (int i = 0; i < SIGMA_REACHES; i++) {
        sum += l->reached[i];
    }
    return sum;
}

static void put_source(struct buf *out, const struct sigma_source *s)
{
    const str parts[] = {s->product, s->category, s->service};
    const char *between = "";
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].len) {
            buf_printf(out, "%s%.*s", between, STR_ARG(parts[i]));
            between = " ";
        }
    }
}

static void put_log(struct cover *c, const struct source_row *log)
{
    enum { SHOWN = 12 };
    buf_printf(c->out, "%10llu  ", (unsigned long long)log->events);
    buf_visible(c->out, log->channel);
    if (log->host.len) {
        buf_add(c->out, STR("  "));
        buf_visible(c->out, log->host);
    }
    for (size_t i = 0; i < log->nids && i < SHOWN; i++) {
        buf_printf(c->out, "%s%u", i ? " " : "  ", log->ids[i].id);
    }
    if (log->nids > SHOWN) {
        buf_printf(c->out, tr(c->asked->in->catalog, " and %zu numbers more"), log->nids - SHOWN);
    }
    buf_char(c->out, '\n');
}

static const char *want(const struct cover *c, enum sigma_reach reach)
{
    static const char *const words[SIGMA_REACHES] = {
        [SIGMA_COULD_FIRE] = "",
        [SIGMA_NOT_ASKED] = N_("ask for events that are not there"),
        [SIGMA_NO_EVENT] = N_("the log is there, but no event of these numbers"),
        [SIGMA_NO_SOURCE] = N_("none of these logs is there"),
        [SIGMA_NO_LOG] = N_("no log that this version reads; a logsources.yml can name one"),
    };
    return tr(c->asked->in->catalog, words[reach]);
}

static void put_unreached(struct cover *c, const struct line *l, enum sigma_reach reach)
{
    buf_printf(c->out, "%6zu  ", l->reached[reach]);
    put_source(c->out, &l->source);
    buf_printf(c->out, ": %s", want(c, reach));
    if (l->source.shown_by.len && reach != SIGMA_NOT_ASKED) {
        buf_printf(c->out, " (%.*s)", STR_ARG(l->source.shown_by));
    }
    buf_char(c->out, '\n');
}

static void put_against_evidence(struct cover *c)
{
    const struct catalog *k = c->asked->in->catalog;
    buf_printf(c->out, "%s\n", tr(k, "Logs in the evidence (events, log, host, event numbers)"));
    for (size_t i = 0; i < c->nlogs; i++) {
        put_log(c, &c->logs[i]);
    }
    buf_printf(c->out, "\n%s\n", tr(k, "Rules that could fire, by log source"));
    for (size_t i = 0; i < c->nlines; i++) {
        if (c->lines[i].reached[SIGMA_COULD_FIRE]) {
            buf_printf(c->out, "%6zu  ", c->lines[i].reached[SIGMA_COULD_FIRE]);
            put_source(c->out, &c->lines[i].source);
            buf_char(c->out, '\n');
        }
    }
    buf_printf(c->out, "\n%s\n", tr(k, "Rules that could not, and what is missing"));
    for (int reach = SIGMA_NOT_ASKED; reach < SIGMA_REACHES; reach++) {
        for (size_t i = 0; i < c->nlines; i++) {
            if (c->lines[i].reached[reach]) {
                put_unreached(c, &c->lines[i], (enum sigma_reach)reach);
            }
        }
    }
    buf_char(c->out, '\n');
    buf_printf(c->out, tr(k, "%zu of %zu rules could fire on this evidence\n"),
               c->total[SIGMA_COULD_FIRE], c->rules);
}

static void put_over_mapping(struct cover *c)
{
    const struct catalog *k = c->asked->in->catalog;
    for (size_t i = 0; i < c->nlines; i++) {
        const struct line *l = &c->lines[i];
        if (rules_of(l) == 0) {
            continue;
        }
        buf_printf(c->out, "%6zu  ", rules_of(l));
        put_source(c->out, &l->source);
        if (l->source.shown_by.len) {
            buf_printf(c->out, " <- %.*s\n", STR_ARG(l->source.shown_by));
        } else {
            buf_printf(c->out, " %s\n", tr(k, "<- nothing that this version reads"));
        }
    }
    buf_printf(c->out, tr(k, "%zu of %zu rules have a log source that can be seen\n"),
               c->total[SIGMA_COULD_FIRE], c->rules);
}

/* ---- for programs */

static void member(struct buf *out, const char *before, const char *name, str value)
{
    buf_printf(out, "%s\"%s\":", before, name);
    buf_json(out, value);
}

static void json_source(struct buf *out, const struct sigma_source *s)
{
    member(out, "", "product", s->product);
    member(out, ",", "category", s->category);
    member(out, ",", "service", s->service);
    member(out, ",", "shown_by", s->shown_by);
}

static void json_log(struct buf *out, const struct source_row *log)
{
    member(out, "{", "host", log->host);
    member(out, ",", "channel", log->channel);
    buf_printf(out, ",\"events\":%llu,\"numbers\":[", (unsigned long long)log->events);
    for (size_t i = 0; i < log->nids; i++) {
        buf_printf(out, "%s{\"id\":%u,\"events\":%llu}", i ? "," : "", log->ids[i].id,
                   (unsigned long long)log->ids[i].events);
    }
    buf_add(out, STR("]}"));
}

static void json_line(struct buf *out, const struct line *l)
{
    buf_char(out, '{');
    json_source(out, &l->source);
    buf_printf(out, ",\"rules\":%zu", rules_of(l));
    for (int i = 0; i < SIGMA_REACHES; i++) {
        buf_printf(out, ",\"%s\":%zu", reach_names[i], l->reached[i]);
    }
    buf_char(out, '}');
}

static void json_rules(struct cover *c)
{
    const struct sigma *s = c->asked->sigma;
    const char *before = "";
    for (uint32_t i = 0; i < sigma_rule_count(s); i++) {
        const struct rule_info *r = sigma_rule(s, i);
        if (c->reach[i] != SIGMA_COULD_FIRE) {
            buf_add(c->out, str_of(before));
            member(c->out, "\n{", "id", r->id);
            member(c->out, ",", "title", r->title);
            member(c->out, ",", "level", str_of(level_name(r->level)));
            member(c->out, ",", "why", str_of(reach_names[c->reach[i]]));
            buf_char(c->out, '}');
            before = ",";
        }
    }
}

static void put_json(struct cover *c)
{
    buf_printf(c->out, "{\"rules\":%zu,\"could_fire\":%zu,\"logs\":[", c->rules,
               c->total[SIGMA_COULD_FIRE]);
    for (size_t i = 0; i < c->nlogs; i++) {
        buf_add(c->out, i ? STR(",\n") : STR("\n"));
        json_log(c->out, &c->logs[i]);
    }
    buf_add(c->out, STR("],\"log_sources\":["));
    for (size_t i = 0; i < c->nlines; i++) {
        buf_add(c->out, i ? STR(",\n") : STR("\n"));
        json_line(c->out, &c->lines[i]);
    }
    buf_add(c->out, STR("],\"could_not\":["));
    json_rules(c);
    buf_add(c->out, STR("]}\n"));
}

int rules_coverage_show(const struct coverage_asked *asked, struct buf *out, struct err *err)
{
    struct cover c = {.asked = asked, .out = out};
    if (asked->evidence.count && !survey(&c, err)) {
        return STATUS_FAILED;
    }
    if (!count_rules(&c)) {
        (void)err_set(err, ERR_FULL, "no memory to list log sources in");
        return STATUS_FAILED;
    }
    if (asked->json) {
        put_json(&c);
    } else if (asked->evidence.count) {
        put_against_evidence(&c);
    } else {
        put_over_mapping(&c);
    }
    return c.partly ? STATUS_PARTLY : STATUS_DONE;
}
