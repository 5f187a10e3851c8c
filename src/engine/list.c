/* `limier match` and `limier dump`: what workers find or make, in the order of evidence. */
#include "base/buf.h"
#include "engine/conduct.h"
#include "engine/correlate.h"
#include "engine/engine.h"
#include "engine/ordered.h"
#include "os/clock.h"

#include <stdlib.h>
#include <string.h>

#define MATCH_BUDGET (4 * LIMIT_GIB)

struct listing {
    const struct match *match; /* or */
    const struct dump *dump;
    struct ordered *ordered;

    /* match: for correlations */
    struct arena arena;
    struct sight *sights;
    size_t nsights, sights_cap;
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

/* Behind the hits, and as they came: messages behind their lengths. */
static void add_observed(struct buf *b, const struct harvest *v)
{
    static uint8_t room[LIMIT_MESSAGE], frame[LIMIT_MESSAGE + MESSAGE_FRAME];
    for (size_t i = 0; i < v->nobserved; i++) {
        const struct message m = {.kind = MESSAGE_OBSERVED, .hit = v->observed[i]};
        size_t len = message_write(&m, room);
        if (len > 0) {
            buf_bytes(b, frame, message_frame((bytes){room, len}, frame));
        }
    }
}

static bool hits_part(struct listing *l, struct unit *u, uint32_t part, const struct harvest *v,
                      struct err *err)
{
    uint64_t count = v->nhits;
    struct buf piece;
    struct small_hit *hits = calloc(v->nhits + 1, sizeof *hits);
    if (!hits) {
        abort();
    }
    for (size_t i = 0; i < v->nhits; i++) {
        const struct hit *h = &v->hits[i];
        hits[i] = (struct small_hit){h->record, h->offset, h->time, h->which};
    }
    qsort(hits, v->nhits, sizeof *hits, by_offset);
    buf_init(&piece, LIMIT_HARVEST);
    if (v->nhits + v->nobserved > 0) {
        buf_bytes(&piece, &count, sizeof count);
        buf_bytes(&piece, hits, v->nhits * sizeof *hits);
        add_observed(&piece, v);
    }
    bool ok = buf_ok(&piece) || err_set(err, ERR_FULL, "more matches than fit into memory");
    ok = ok && ordered_part(l->ordered, u, part, bytes_of_str(buf_str(&piece)), err);
    buf_done(&piece);
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

static void tell_problem(const struct listing *l, str unit, enum note_id id, uint64_t count)
{
    if (l->match && l->match->on_problem) {
        l->match->on_problem(l->match->ctx, unit, id, count);
    } else if (l->dump && l->dump->on_problem) {
        l->dump->on_problem(l->dump->ctx, unit, id, count);
    }
}

static bool keep_sight(struct listing *l, str unit, bytes message)
{
    struct message m;
    size_t known = l->nsights;
    bool same = known > 0 && str_eq(l->sights[known - 1].unit, unit);
    bytes copy = known < LIMIT_OBSERVED ? arena_bytes(&l->arena, message) : (bytes){0};
    struct sight *grown =
        copy.len > 0 && message_read(copy, &m, &l->arena)
            ? arena_grow(&l->arena, l->sights, &l->sights_cap, known + 1, sizeof *grown)
            : NULL;
    if (grown) {
        str path = same ? grown[known - 1].unit : arena_str(&l->arena, unit);
        grown[known] = (struct sight){m.hit, path, m.hit.time};
        l->sights = grown;
        l->nsights++;
    }
    return grown != NULL;
}

static void keep_sights(struct listing *l, str unit, bytes piece)
{
    uint64_t lost = 0;
    bytes message;
    while (message_next(&piece, &message)) {
        lost += !keep_sight(l, unit, message);
    }
    if (lost > 0) {
        tell_problem(l, unit, NOTE_OVER_OUTPUT, lost);
    }
}

static bool show_hit(const struct listing *l, const struct match_hit *hit, struct err *err)
{
    return l->match->on_hit(l->match->ctx, hit) || err_set(err, ERR_IO, "stopped");
}

static bool show_hits(void *ctx, str unit, bytes piece, struct err *err)
{
    struct listing *l = ctx;
    uint64_t count = 0;
    bool ok = true;
    memcpy(&count, piece.p, sizeof count);
    const uint8_t *at = piece.p + sizeof count, *end = piece.p + piece.len;
    for (; ok && count > 0; count--, at += sizeof(struct small_hit)) {
        struct small_hit h;
        memcpy(&h, at, sizeof h);
        const struct match_hit hit = {
            .rule = sigma_rule(l->match->knowledge->sigma, h.rule),
            .unit = unit,
            .record = h.record,
            .time = h.time,
        };
        ok = show_hit(l, &hit, err);
    }
    if (ok) {
        keep_sights(l, unit, (bytes){at, (size_t)(end - at)});
    }
    return ok;
}

/* Behind everything else, by time and rule. */
static bool show_correlations(struct listing *l, struct err *err)
{
    struct correlated *told = NULL;
    size_t count = 0;
    const struct sigma *sigma = l->match->knowledge->sigma;
    bool ok = correlate(sigma, l->sights, l->nsights, &l->arena, &told, &count) ||
              err_set(err, ERR_FULL, "correlations take more memory than there may be");
    for (size_t i = 0; ok && i < count; i++) {
        const struct match_hit hit = {
            .rule = told[i].rule,
            .unit = told[i].last->unit,
            .record = told[i].hit.record,
            .time = told[i].last->time,
        };
        ok = show_hit(l, &hit, err);
    }
    return ok;
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
        tell_problem(l, unit, rows[i].id, rows[i].count);
    }
}

static bool list(struct listing *l, const char *const *evidence, size_t count, struct job *job,
                 unsigned workers, struct err *err)
{
    const struct consumer consumer = {l, wants, begun, part, ended, NULL, crowded};
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
    arena_init(&l.arena, MATCH_BUDGET);
    bool ok = list(&l, m->evidence, m->nevidence, &job, m->workers, err) &&
              (l.nsights == 0 || show_correlations(&l, err));
    arena_done(&l.arena);
    return ok;
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
        .xml = d->xml,
        .carve = d->carve,
        .names = &names,
        .from = TIME_NONE,
        .to = TIME_NONE,
        .part = d->carve ? LIMIT_CARVE_PART : LIMIT_DUMP_PART,
        .seconds = LIMIT_TASK_SECONDS,
    };
    ok = ok && list(&l, d->evidence, d->nevidence, &job, d->workers, err);
    arena_done(&arena);
    return ok;
}
