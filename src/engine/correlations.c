/* The correlations of a scan: over what all passes left in the case, so that it does not matter
 * when that was read. What comes true is a finding at the last record that it took. */
#include "engine/correlate.h"
#include "engine/ident.h"
#include "engine/scan.h"

#include <stdlib.h>

#define CORRELATION_BUDGET (8 * LIMIT_GIB)

struct correlating {
    struct scanning *scanning;
    struct arena arena;
    struct sight *sights;
    size_t nsights;
    uint64_t left_out; /* beyond the limit, after the last sight */
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

static bool make_findings(struct correlating *c, struct err *err)
{
    const struct sigma *sigma = c->scanning->job.sigma;
    struct correlated *told = NULL;
    size_t count = 0;
    struct table ids; /* two copies of a rule say the same */
    if (!correlate(sigma, c->sights, c->nsights, &c->arena, &told, &count)) {
        return too_many(err);
    }
    table_init(&ids, &c->arena, false);
    c->findings = ARENA_ARRAY(&c->arena, struct finding, count + 1);
    for (size_t i = 0; c->findings && i < count; i++) {
        struct finding f = finding_at(&told[i], &c->arena);
        uint32_t ignored = 0;
        if (table_get(&ids, f.id) == TABLE_NONE && table_put(&ids, f.id, 0, &ignored)) {
            c->findings[c->nfindings++] = f;
        }
    }
    return c->findings || too_many(err);
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

/* The latest are left out: where they would have begun is where it is said. */
static bool put_left_out(struct correlating *c, str unit, struct err *err)
{
    const struct note_row note = {.id = NOTE_OVER_OUTPUT, .count = c->left_out};
    const struct case_part p = {
        .unit = unit,
        .pass = CASE_PASS_CORRELATIONS,
        .part = 1,
        .notes = &note,
        .nnotes = 1,
    };
    return c->left_out == 0 || case_put_part(c->scanning->file, &p, err);
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
