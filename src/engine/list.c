/* `limier match` and `limier dump`: what workers find or make, in the order of evidence. */
#include "engine/conduct.h"
#include "engine/engine.h"
#include "engine/ordered.h"
#include "os/clock.h"

#include <stdlib.h>
#include <string.h>

struct listing {
    const struct match *match; /* or */
    const struct dump *dump;
    struct ordered *ordered;
};

struct small_hit {
    uint64_t record, offset;
    usec time;
    uint32_t rule;
};

static bool wants(void *ctx, str path)
{
    (void)ctx, (void)path;
    return true;
}

static void begun(void *ctx, struct unit *u)
{
    struct listing *l = ctx;
    ordered_begun(l->ordered, u);
}

static int by_offset(const void *a, const void *b)
{
    const struct small_hit *x = a, *y = b;
    if (x->offset != y->offset) {
        return x->offset < y->offset ? -1 : 1;
    }
    if (x->record != y->record) {
        return x->record < y->record ? -1 : 1;
    }
    return (x->rule > y->rule) - (x->rule < y->rule);
}

static bool hits_part(struct listing *l, struct unit *u, uint32_t part, const struct harvest *v,
                      struct err *err)
{
    struct small_hit *hits = calloc(v->nhits + 1, sizeof *hits);
    if (!hits) {
        abort();
    }
    for (size_t i = 0; i < v->nhits; i++) {
        const struct hit *h = &v->hits[i];
        hits[i] = (struct small_hit){h->record, h->offset, h->time, h->which};
    }
    qsort(hits, v->nhits, sizeof *hits, by_offset);
    bool ok = ordered_part(l->ordered, u, part,
                           (bytes){(const uint8_t *)hits, v->nhits * sizeof *hits}, err);
    free(hits);
    return ok;
}

static bool part(void *ctx, struct unit *u, uint32_t number, const struct harvest *v,
                 struct err *err)
{
    struct listing *l = ctx;
    return l->match ? hits_part(l, u, number, v, err)
                    : ordered_part(l->ordered, u, number, bytes_of_str(buf_str(&v->lines)), err);
}

static bool ended(void *ctx, struct unit *u, struct err *err)
{
    struct listing *l = ctx;
    return ordered_ended(l->ordered, u, err);
}

static bool crowded(void *ctx)
{
    struct listing *l = ctx;
    return ordered_waiting(l->ordered) > LIMIT_WAITING_LINES;
}

/* ---- in order */

static bool show_hits(void *ctx, str unit, bytes piece, struct err *err)
{
    struct listing *l = ctx;
    for (size_t at = 0; at < piece.len; at += sizeof(struct small_hit)) {
        struct small_hit h;
        memcpy(&h, piece.p + at, sizeof h);
        const struct match_hit hit = {
            .rule = sigma_rule(l->match->knowledge->sigma, h.rule),
            .unit = unit,
            .record = h.record,
            .time = h.time,
        };
        if (!l->match->on_hit(l->match->ctx, &hit)) {
            return err_set(err, ERR_IO, "stopped");
        }
    }
    return true;
}

static bool show_lines(void *ctx, str unit, bytes piece, struct err *err)
{
    struct listing *l = ctx;
    (void)unit;
    return os_write_all(l->dump->out_fd, piece) || err_set(err, ERR_IO, "cannot write the output");
}

static void show_problems(void *ctx, str unit, const struct tally *notes)
{
    struct listing *l = ctx;
    struct note_row rows[NOTE_COUNT];
    size_t count = tally_rows(notes, rows);
    for (size_t i = 0; i < count; i++) {
        if (l->match && l->match->on_problem) {
            l->match->on_problem(l->match->ctx, unit, rows[i].id, rows[i].count);
        } else if (l->dump && l->dump->on_problem) {
            l->dump->on_problem(l->dump->ctx, unit, rows[i].id, rows[i].count);
        }
    }
}

static bool list(struct listing *l, const char *const *evidence, size_t count, struct job *job,
                 unsigned workers, struct err *err)
{
    const struct consumer consumer = {l, wants, begun, part, ended, crowded};
    const struct ordered_user user = {l, l->match ? show_hits : show_lines, show_problems};
    struct source source;
    struct reading reading = {
        .source = &source, .job = job, .consumer = &consumer, .workers = workers};
    if (!source_open(&source, evidence, count, err)) {
        return false;
    }
    os_random(&job->key, sizeof job->key);
    l->ordered = ordered_new(&user);
    bool ok = conduct(&reading, err);
    ordered_free(l->ordered);
    source_close(&source);
    return ok;
}

bool match_run(const struct match *m, struct err *err)
{
    struct listing l = {.match = m};
    struct job job = {
        .mode = JOB_MATCH,
        .names = m->knowledge->names,
        .sigma = m->knowledge->sigma,
        .from = TIME_NONE,
        .to = TIME_NONE,
        .part = LIMIT_PART,
        .seconds = LIMIT_TASK_SECONDS,
    };
    return list(&l, m->evidence, m->nevidence, &job, m->workers, err);
}

bool dump_run(const struct dump *d, struct err *err)
{
    struct listing l = {.dump = d};
    struct arena arena;
    struct names names;
    arena_init(&arena, LIMIT_MIB);
    bool ok = names_init(&names, &arena) || err_set(err, ERR_FULL, "out of memory");
    struct job job = {
        .mode = JOB_DUMP,
        .names = &names,
        .from = TIME_NONE,
        .to = TIME_NONE,
        .part = LIMIT_DUMP_PART,
        .seconds = LIMIT_TASK_SECONDS,
    };
    ok = ok && list(&l, d->evidence, d->nevidence, &job, d->workers, err);
    arena_done(&arena);
    return ok;
}
