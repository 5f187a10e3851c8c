/* What was read, of which log of which host, from when to when, and what was not. */
#include "judge/bench.h"

#include <stdlib.h>

/* Between two files of one log a pause this long is a hole; parsers report holes inside files. */
#define LONGEST_PAUSE (INT64_C(24) * 3600 * USEC_PER_SEC)

static int by_host_channel_time(const void *left, const void *right)
{
    const struct source_row *a = *(const struct source_row *const *)left;
    const struct source_row *b = *(const struct source_row *const *)right;
    int order = str_cmp(a->host, b->host);
    order = order ? order : str_cmp(a->channel, b->channel);
    if (order == 0 && a->first != b->first) {
        order = a->first < b->first ? -1 : 1;
    }
    return order ? order : str_cmp(a->unit, b->unit);
}

static int by_time(const void *left, const void *right)
{
    const struct gap *a = left, *b = right;
    return a->from == b->from ? (a->to > b->to) - (a->to < b->to) : (a->from > b->from ? 1 : -1);
}

static bool same_log(const struct source_row *a, const struct source_row *b)
{
    return str_eq(a->host, b->host) && str_eq(a->channel, b->channel);
}

/* The stretches a unit does cover: its span without its gaps. */
static size_t add_stretches(const struct source_row *s, struct gap *out)
{
    size_t n = 0;
    usec at = s->first;
    for (size_t i = 0; i < s->ngaps; i++) {
        if (s->gaps[i].from >= at && s->gaps[i].to <= s->last) {
            out[n++] = (struct gap){at, s->gaps[i].from};
            at = s->gaps[i].to;
        }
    }
    out[n++] = (struct gap){at, s->last};
    return n;
}

/* A gap of one unit that another unit of the same log covers is none. */
static size_t holes_between(struct gap *stretches, size_t count, struct gap *out)
{
    qsort(stretches, count, sizeof *stretches, by_time);
    size_t n = 0;
    usec reached = count ? stretches[0].to : TIME_NONE;
    for (size_t i = 1; i < count; i++) {
        if (stretches[i].from > reached && stretches[i].from - reached > 0) {
            out[n++] = (struct gap){reached, stretches[i].from};
        }
        reached = stretches[i].to > reached ? stretches[i].to : reached;
    }
    return n;
}

static bool was_reported(const struct source_row *const *rows, size_t count, struct gap hole)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < rows[i]->ngaps; k++) {
            const struct gap *g = &rows[i]->gaps[k];
            if (g->from <= hole.from && hole.to <= g->to) {
                return true;
            }
        }
    }
    return false;
}

/* Pauses between files are kept only when long; holes that a parser reported, always. */
static void find_gaps(struct bench *b, const struct source_row *const *rows, size_t count,
                      struct coverage_source *out)
{
    size_t most = count;
    for (size_t i = 0; i < count; i++) {
        most += rows[i]->ngaps;
    }
    struct gap *stretches = ARENA_ARRAY(b->arena, struct gap, most + 1);
    struct gap *holes = ARENA_ARRAY(b->arena, struct gap, most + 1);
    if (!stretches || !holes) {
        return;
    }
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->first != TIME_NONE) {
            n += add_stretches(rows[i], stretches + n);
        }
    }
    n = holes_between(stretches, n, holes);
    for (size_t i = 0; i < n; i++) {
        if (holes[i].to - holes[i].from > LONGEST_PAUSE || was_reported(rows, count, holes[i])) {
            holes[kept++] = holes[i];
        }
    }
    out->gaps = holes;
    out->ngaps = kept;
}

static struct coverage_source merge(struct bench *b, const struct source_row *const *rows,
                                    size_t count)
{
    struct coverage_source out = {
        .host = rows[0]->host,
        .kind = rows[0]->channel,
        .first = TIME_NONE,
        .last = TIME_NONE,
    };
    for (size_t i = 0; i < count; i++) {
        const struct source_row *s = rows[i];
        struct event_kinds ids =
            event_kinds_joined((struct event_kinds){out.ids, out.nids},
                               (struct event_kinds){s->ids, s->nids}, b->arena);
        out.ids = ids.items;
        out.nids = ids.count;
        out.events += s->events;
        out.clock_shift = s->clock_shift ? s->clock_shift : out.clock_shift;
        if (s->first != TIME_NONE) {
            out.first = out.first == TIME_NONE || s->first < out.first ? s->first : out.first;
            out.last = s->last > out.last ? s->last : out.last;
        }
    }
    find_gaps(b, rows, count, &out);
    return out;
}

static void cover_sources(struct bench *b)
{
    size_t n = b->in->nsources;
    const struct source_row **rows = ARENA_ARRAY(b->arena, const struct source_row *, n + 1);
    struct coverage_source *out = ARENA_ARRAY(b->arena, struct coverage_source, n + 1);
    if (!rows || !out) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        rows[i] = &b->in->sources[i];
    }
    qsort(rows, n, sizeof *rows, by_host_channel_time);
    struct coverage *c = &b->out->coverage;
    c->sources = out;
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && same_log(rows[from], rows[to]);) {
            to++;
        }
        out[c->nsources++] = merge(b, rows + from, to - from);
    }
}

/* The first note that cost something; else the first there is. */
static const struct note_row *reason_of(const struct unit_row *u)
{
    for (size_t i = 0; i < u->nnotes; i++) {
        if (note_grade(u->notes[i].id) != NOTE_GRADE_ODD) {
            return &u->notes[i];
        }
    }
    return u->nnotes ? &u->notes[0] : NULL;
}

/* Read to its end, but there is something to say: nothing was there, as in a log that somebody
 * emptied, or more was found than is kept, or a collector says what it could not take. */
static bool is_remarkable(const struct unit_row *u)
{
    const struct note_row *why = reason_of(u);
    return why && (why->id == NOTE_EMPTY || why->id == NOTE_NOT_COLLECTED ||
                   note_grade(why->id) != NOTE_GRADE_ODD);
}

static void cover_units(struct bench *b)
{
    struct coverage *c = &b->out->coverage;
    struct unit_problem *problems = ARENA_ARRAY(b->arena, struct unit_problem, b->in->nunits + 1);
    for (size_t i = 0; i < b->in->nunits; i++) {
        const struct unit_row *u = &b->in->units[i];
        c->units[u->outcome]++;
        c->events += u->events;
        c->bytes += u->size;
        if ((u->outcome == OUTCOME_PARSED && !is_remarkable(u)) || !problems) {
            continue;
        }
        struct unit_problem *p = &problems[c->nproblems++];
        const struct note_row *why = reason_of(u);
        *p = (struct unit_problem){
            .unit = u->path, .outcome = u->outcome, .lost = u->lost, .example = u->example};
        p->reason = why ? why->id : NOTE_NOT_UNDERSTOOD;
        p->count = why ? why->count : 1;
        p->offset = why ? why->offset : 0;
    }
    c->problems = problems;
}

void bench_cover(struct bench *b)
{
    cover_units(b);
    cover_sources(b);
}
