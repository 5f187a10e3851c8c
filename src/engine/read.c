/* Pass 0: the rules over everything. A part is written when it is complete, a unit when all of
 * it is; what the case has already is left out. */
#include "engine/census.h"
#include "engine/scan.h"
#include "trace/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VOTES_OF_A_UNIT = 4096 };
#define PART_BUDGET (2 * LIMIT_HARVEST)

struct votes { /* of all parts of a unit */
    struct arena arena;
    struct clock_vote_row *rows;
    size_t count, cap;
};

struct ledger { /* of a unit that is being read */
    struct census census;
    struct votes votes;
    struct traffic traffic;
};

static bool wants(void *ctx, str path)
{
    const struct scanning *s = ctx;
    return !case_has_unit(s->file, path);
}

static void begun(void *ctx, struct unit *u)
{
    const struct scanning *s = ctx;
    struct ledger *l = calloc(1, sizeof *l);
    if (!l) {
        abort();
    }
    census_init(&l->census, s->job.key);
    arena_init(&l->votes.arena, LIMIT_MIB * 16);
    traffic_init(&l->traffic, s->job.key, LIMIT_UNIT_TRAFFIC);
    u->mark = l;
}

static void ledger_free(struct ledger *l)
{
    census_done(&l->census);
    arena_done(&l->votes.arena);
    traffic_done(&l->traffic);
    free(l);
}

static void add_vote(struct votes *v, const struct vote_told *told)
{
    size_t i = 0;
    while (i < v->count && (v->rows[i].quarter_hours != told->quarter_hours ||
                            !str_eq(v->rows[i].host, told->host))) {
        i++;
    }
    if (i == v->count) {
        struct clock_vote_row *grown =
            i < VOTES_OF_A_UNIT
                ? arena_grow(&v->arena, v->rows, &v->cap, v->count + 1, sizeof *v->rows)
                : NULL;
        if (!grown) {
            return; /* a unit with so many clocks has none that could be trusted */
        }
        v->rows = grown;
        v->rows[v->count++] = (struct clock_vote_row){
            .host = arena_str(&v->arena, told->host),
            .quarter_hours = told->quarter_hours,
        };
    }
    v->rows[i].count += told->count;
}

static bool add_to_ledger(struct ledger *l, const struct harvest *v)
{
    bool ok = true;
    for (size_t i = 0; i < v->nsources; i++) {
        ok = census_add(&l->census, &v->sources[i]) && ok;
    }
    for (size_t i = 0; i < v->nvotes; i++) {
        add_vote(&l->votes, &v->votes[i]);
    }
    for (size_t i = 0; i < v->nvisits; i++) {
        traffic_add(&l->traffic, &v->visits[i]);
    }
    return ok;
}

static int by_place(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (x->offset != y->offset) {
        return x->offset < y->offset ? -1 : 1;
    }
    if (x->record != y->record) {
        return x->record < y->record ? -1 : 1;
    }
    return (x->which > y->which) - (x->which < y->which);
}

/* Two copies of a rule say the same of the same record. */
static bool said_already(const struct finding *findings, size_t count, const struct finding *f)
{
    for (size_t i = count; i-- > 0;) {
        const struct finding *g = &findings[i];
        if (g->offset != f->offset || g->record != f->record) {
            return false;
        }
        if (str_eq(g->id, f->id)) {
            return true;
        }
    }
    return false;
}

static size_t findings_of(const struct scanning *s, const struct unit *u, const struct harvest *v,
                          struct arena *a, struct finding **out)
{
    struct hit *hits = ARENA_ARRAY(a, struct hit, v->nhits + 1);
    struct finding *findings = ARENA_ARRAY(a, struct finding, v->nhits + 1);
    size_t count = 0;
    *out = findings;
    if (!hits || !findings || v->nhits == 0) {
        return 0;
    }
    memcpy(hits, v->hits, v->nhits * sizeof *hits);
    qsort(hits, v->nhits, sizeof *hits, by_place);
    for (size_t i = 0; i < v->nhits; i++) {
        const struct rule_info *rule = job_rule(&s->job, hits[i].which);
        findings[count] = finding_of(&hits[i], rule, u->path, a);
        count += !said_already(findings, count, &findings[count]);
    }
    return count;
}

static size_t observations_of(const struct harvest *v, struct arena *a,
                              struct case_observation **out)
{
    *out = ARENA_ARRAY(a, struct case_observation, v->nobserved + 1);
    for (size_t i = 0; *out && i < v->nobserved; i++) {
        const struct hit *h = &v->observed[i];
        (*out)[i] = (struct case_observation){
            .rule = h->which,
            .record = h->record,
            .offset = h->offset,
            .len = h->len,
            .time = h->time,
            .channel = h->channel,
            .host = h->host,
            .event_id = h->event_id,
            .fields = h->fields,
            .nfields = h->nfields,
        };
    }
    return *out ? v->nobserved : 0;
}

struct visits {
    struct arena *arena;
    struct visit *items;
    size_t count, cap;
};

static void add_visit(void *ctx, const struct visit *v)
{
    struct visits *all = ctx;
    struct visit *grown =
        arena_grow(all->arena, all->items, &all->cap, all->count + 1, sizeof *all->items);
    if (grown) {
        all->items = grown;
        all->items[all->count++] = *v;
    }
}

/* What is known of the whole unit only when all parts are read goes behind the last one. */
static bool put_ledger(struct scanning *s, struct unit *u, struct err *err)
{
    struct ledger *l = u->mark;
    struct arena a;
    arena_init(&a, PART_BUDGET);
    struct visits visits = {.arena = &a};
    traffic_tell(&l->traffic, add_visit, &visits);
    tally_note(&u->own, NOTE_OVER_BUDGET, l->traffic.full, 0, 0);
    struct case_part p = {
        .unit = u->path,
        .part = u->parts,
        .votes = l->votes.rows,
        .nvotes = l->votes.count,
        .visits = visits.items,
        .nvisits = visits.count,
    };
    p.sources = census_rows(&l->census, u->path, &a, &p.nsources);
    bool ok =
        (p.nsources == 0 && p.nvotes == 0 && p.nvisits == 0) || case_put_part(s->file, &p, err);
    arena_done(&a);
    return ok;
}

static bool part(void *ctx, struct unit *u, uint32_t number, const struct harvest *v,
                 struct err *err)
{
    struct scanning *s = ctx;
    struct arena a;
    struct finding *findings = NULL;
    struct case_observation *observations = NULL;
    struct note_row notes[NOTE_COUNT];
    arena_init(&a, PART_BUDGET);
    if (!add_to_ledger(u->mark, v)) {
        tally_note(&u->own, NOTE_WORKER_DIED, 1, 0, 0);
    }
    size_t count = findings_of(s, u, v, &a, &findings);
    size_t seen = observations_of(v, &a, &observations);
    const struct case_part p = {
        .unit = u->path,
        .part = number,
        .findings = findings,
        .nfindings = count,
        .notes = notes,
        .nnotes = tally_rows(&v->notes, notes),
        .observations = observations,
        .nobservations = seen,
        .events = v->events,
    };
    bool ok = case_put_part(s->file, &p, err);
    arena_done(&a);
    return ok;
}

static enum outcome outcome_of(const struct unit *u)
{
    struct tally all = u->notes;
    tally_add(&all, &u->own);
    all.rows[NOTE_OVER_OUTPUT].count = 0; /* it was read; there was too much to say of it */
    bool something = u->events > 0 || u->hits > 0 || u->members > 0;
    if (u->own.rows[NOTE_NOT_UNDERSTOOD].count > 0) {
        return OUTCOME_NOT_UNDERSTOOD;
    }
    if (!tally_has(&all, NOTE_GRADE_LOST)) {
        return OUTCOME_PARSED;
    }
    return something ? OUTCOME_PARTLY : OUTCOME_FAILED;
}

enum { EXAMPLE_BYTES = 100 };

/* Where the first line stands that was not understood. */
static bool first_lost(const struct tally *notes, uint64_t *offset)
{
    static const enum note_id of_lines[] = {NOTE_BAD_LINE, NOTE_NO_COLUMNS, NOTE_LONG_LINE,
                                            NOTE_BAD_JSON, NOTE_NOT_COLLECTED};
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(of_lines); i++) {
        const struct note_row *n = &notes->rows[of_lines[i]];
        if (n->count && (!found || n->offset < *offset)) {
            *offset = n->offset;
            found = true;
        }
    }
    return found;
}

/* Not parsed, only shown: what is no printable ASCII is escaped, a line end ends it. */
static str escaped(const uint8_t *p, size_t len, struct arena *a)
{
    char *out = arena_alloc(a, 4 * len + 1);
    size_t at = 0;
    for (size_t i = 0; out && i < len && p[i] != '\n'; i++) {
        bool plain = p[i] >= 0x20 && p[i] < 0x7f && p[i] != '\\';
        at += (size_t)snprintf(out + at, 5, plain ? "%c" : "\\x%02x", p[i]);
    }
    return out ? (str){out, at} : STR_NONE;
}

static str example_of(const struct unit *u, struct arena *a)
{
    struct tally all = u->notes;
    uint64_t offset = 0;
    uint8_t room[EXAMPLE_BYTES];
    tally_add(&all, &u->own);
    return first_lost(&all, &offset)
               ? escaped(room, os_read_at(u->fd, offset, room, sizeof room), a)
               : STR_NONE;
}

static bool ended(void *ctx, struct unit *u, struct err *err)
{
    struct scanning *s = ctx;
    struct note_row notes[NOTE_COUNT];
    bool ok = put_ledger(s, u, err);
    struct tally own = u->own;
    if (u->parts == 0) { /* an archive's notes came in no part */
        tally_add(&own, &u->notes);
    }
    struct arena arena;
    arena_init(&arena, LIMIT_MIB);
    struct unit_row row = {
        .path = u->path,
        .format = u->format ? str_of(u->format->name) : STR_NONE,
        .size = u->st.size,
        .modified = u->st.modified,
        .hashed = u->hashed,
        .outcome = outcome_of(u),
        .events = u->events,
        .example = example_of(u, &arena),
        .notes = notes,
        .nnotes = tally_rows(&own, notes),
    };
    memcpy(row.sha256, u->sha256, sizeof row.sha256);
    ok = ok && case_put_unit(s->file, &row, err);
    arena_done(&arena);
    ledger_free(u->mark);
    u->mark = NULL;
    return ok;
}

static void forgotten(void *ctx, struct unit *u)
{
    (void)ctx;
    ledger_free(u->mark);
    u->mark = NULL;
}

static bool crowded(void *ctx)
{
    (void)ctx;
    return false;
}

bool scan_read(struct scanning *s, struct err *err)
{
    const struct consumer consumer = {s, wants, begun, part, ended, forgotten, crowded};
    return scan_pass(s, &s->job, &consumer, err);
}
