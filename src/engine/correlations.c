/* The correlations of a scan: over what all passes left in the case, so that it does not matter
 * when that was read. What comes true is a finding at the last record that it took. */
#include "engine/correlate.h"
#include "engine/ident.h"
#include "engine/patterns.h"
#include "engine/scan.h"

#include <stdlib.h>
#include <string.h>

#define CORRELATION_BUDGET (8 * LIMIT_GIB)

struct correlating {
    struct scanning *scanning;
    struct arena arena;
    struct sight *sights; /* of rules, and behind them of patterns */
    size_t nsights, nof_rules;
    uint64_t left_out;  /* beyond the limit, after the last sight */
    uint64_t undecided; /* patterns */
    struct finding *findings;
    size_t nfindings;
};

static bool too_many(struct err *err)
{
    return err_set(err, ERR_FULL, "correlations take more than this machine's memory budget");
}

static struct sight sight_of(const struct case_observation *o, const struct shifts *shifts,
                             struct arena *a)
{
    struct sight s = {
        .hit = {.which = o->rule,
                .record = o->record,
                .offset = o->offset,
                .len = o->len,
                .time = o->time,
                .channel = o->channel,
                .host = o->host,
                .event_id = o->event_id,
                .fields = ARENA_ARRAY(a, struct named_value, o->nfields + 1)},
        .unit = o->unit,
        .time = o->time,
    };
    for (size_t i = 0; s.hit.fields && i < o->nfields; i++) {
        s.hit.fields[s.hit.nfields++] = o->fields[i];
    }
    if (s.time != TIME_NONE) {
        s.time += shift_of(shifts, o->unit, o->host) * USEC_PER_SEC;
    }
    return s;
}

static bool read_sights(struct correlating *c, struct err *err)
{
    struct case_file *file = c->scanning->file;
    struct case_observation *rows = NULL;
    struct shifts shifts;
    uint64_t all = 0;
    if (!case_observations(file, LIMIT_OBSERVED, &c->arena, &rows, &c->nsights, &all, err) ||
        !shifts_read(file, &c->arena, &shifts, err)) {
        return false;
    }
    size_t count = c->nsights;
    c->left_out = all - count;
    c->sights = ARENA_ARRAY(&c->arena, struct sight, count + 1);
    c->nsights = 0;
    for (size_t i = 0; c->sights && i < count; i++) {
        struct sight *s = &c->sights[c->nsights];
        *s = sight_of(&rows[i], &shifts, &c->arena);
        c->nsights += job_wants(&c->scanning->job, s->time, 0);
    }
    return c->sights || too_many(err);
}

/* One record can end several windows of a rule, for different groups. */
static struct finding finding_at(const struct correlated *t, struct arena *a)
{
    struct finding f = finding_of(&t->hit, t->rule, t->last->unit, a);
    str which = arena_printf(a, "%.*s%.*s", STR_ARG(t->rule->id), STR_ARG(t->group));
    f.id = finding_id(t->last->unit, &t->hit, which, a);
    f.time = t->last->time;
    return f;
}

static bool keep_findings(struct correlating *c, const struct correlated *told, size_t count,
                          struct table *ids)
{
    struct finding *grown = ARENA_ARRAY(&c->arena, struct finding, c->nfindings + count + 1);
    if (grown && c->nfindings) {
        memcpy(grown, c->findings, c->nfindings * sizeof *grown);
    }
    c->findings = grown;
    for (size_t i = 0; grown && i < count; i++) {
        struct finding f = finding_at(&told[i], &c->arena);
        uint32_t ignored = 0;
        if (table_get(ids, f.id) == TABLE_NONE && table_put(ids, f.id, 0, &ignored)) {
            grown[c->nfindings++] = f;
        }
    }
    return grown;
}

/* Rules first, so that what patterns say stands apart. */
static void part(struct correlating *c)
{
    uint32_t first = job_hits(&c->scanning->job);
    for (size_t i = 0; i < c->nsights; i++) {
        if (c->sights[i].hit.which < first) {
            struct sight s = c->sights[i];
            c->sights[i] = c->sights[c->nof_rules];
            c->sights[c->nof_rules++] = s;
        }
    }
}

static bool make_findings(struct correlating *c, struct err *err)
{
    const struct job *job = &c->scanning->job;
    struct correlated *told = NULL;
    size_t count = 0;
    struct table ids; /* two copies of a rule say the same */
    table_init(&ids, &c->arena, false);
    part(c);
    size_t others = c->nsights - c->nof_rules;
    return ((correlate(job->sigma, c->sights, c->nof_rules, &c->arena, &told, &count) &&
             keep_findings(c, told, count, &ids)) &&
            (others == 0 || (patterns_join(job, c->sights + c->nof_rules, others, &c->arena, &told,
                                           &count, &c->undecided) &&
                             keep_findings(c, told, count, &ids)))) ||
           too_many(err);
}

static int by_unit(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = str_cmp(x->unit, y->unit);
    return order ? order : str_cmp(x->id, y->id);
}

static bool put_findings(struct correlating *c, struct err *err)
{
    bool ok = true;
    if (c->nfindings > 0) {
        qsort(c->findings, c->nfindings, sizeof *c->findings, by_unit);
    }
    for (size_t from = 0, to = 0; from < c->nfindings && ok; from = to) {
        str unit = c->findings[from].unit;
        while (to < c->nfindings && str_eq(c->findings[to].unit, unit)) {
            to++;
        }
        const struct case_part p = {
            .unit = unit,
            .pass = CASE_PASS_CORRELATIONS,
            .findings = c->findings + from,
            .nfindings = to - from,
        };
        ok = case_put_part(c->scanning->file, &p, err);
    }
    return ok;
}

/* The latest are left out: where they would have begun is where it is said, and what was not
 * decided. */
static bool put_left_out(struct correlating *c, str unit, struct err *err)
{
    const struct note_row notes[] = {
        {.id = NOTE_OVER_OUTPUT, .count = c->left_out },
        {.id = NOTE_UNDECIDED,   .count = c->undecided},
    };
    bool left = c->left_out > 0, open = c->undecided > 0;
    const struct case_part p = {
        .unit = unit,
        .pass = CASE_PASS_CORRELATIONS,
        .part = 1,
        .notes = left ? notes : notes + 1,
        .nnotes = (size_t)left + open,
    };
    return p.nnotes == 0 || case_put_part(c->scanning->file, &p, err);
}

bool scan_correlations(struct scanning *s, struct err *err)
{
    struct correlating c = {.scanning = s};
    arena_init(&c.arena, CORRELATION_BUDGET);
    bool ok = read_sights(&c, err);
    if (ok && c.nsights > 0) {
        str last = c.sights[c.nsights - 1].unit;
        ok = make_findings(&c, err) && put_findings(&c, err) && put_left_out(&c, last, err);
    }
    arena_done(&c.arena);
    return ok;
}
