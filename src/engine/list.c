/* `limier match` and `limier dump`, records picked out, logs counted: what workers find or make, in
 * the order of evidence. */
#include "base/buf.h"
#include "engine/census.h"
#include "engine/conduct.h"
#include "engine/correlate.h"
#include "engine/engine.h"
#include "engine/ordered.h"
#include "os/clock.h"

#include <stdlib.h>
#include <string.h>

#define MATCH_BUDGET (4 * LIMIT_GIB)

struct listing;

struct listing {
    bytes (*make)(struct listing *l, struct buf *room, const struct harvest *v); /* of a part */
    bool (*show)(void *ctx, str unit, bytes piece, struct err *err);
    void (*on_problem)(void *ctx, str unit, enum note_id id, uint64_t count);
    void *ctx; /* of on_problem */
    struct ordered *ordered;
    struct arena arena;

    const struct match *match;
    struct sight *sights; /* for correlations */
    size_t nsights, sights_cap;

    const struct dump *dump;
    const struct pick *pick;
    struct census census;
    bool malformed; /* a worker told of a log what cannot be; its other logs count */
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

/* As they came: messages behind their lengths. */
static void add_messages(struct buf *b, enum message_kind kind, const struct hit *hits,
                         size_t count)
{
    static uint8_t room[LIMIT_MESSAGE], frame[LIMIT_MESSAGE + MESSAGE_FRAME];
    for (size_t i = 0; i < count; i++) {
        const struct message m = {.kind = kind, .hit = hits[i]};
        size_t len = message_write(&m, room);
        if (len > 0) {
            buf_bytes(b, frame, message_frame((bytes){room, len}, frame));
        }
    }
}

static bytes make_hits(struct listing *l, struct buf *room, const struct harvest *v)
{
    uint64_t count = v->nhits;
    (void)l;
    struct small_hit *hits = calloc(v->nhits + 1, sizeof *hits);
    if (!hits) {
        abort();
    }
    for (size_t i = 0; i < v->nhits; i++) {
        const struct hit *h = &v->hits[i];
        hits[i] = (struct small_hit){h->record, h->offset, h->time, h->which};
    }
    qsort(hits, v->nhits, sizeof *hits, by_offset);
    if (v->nhits + v->nobserved > 0) {
        buf_bytes(room, &count, sizeof count);
        buf_bytes(room, hits, v->nhits * sizeof *hits);
        add_messages(room, MESSAGE_OBSERVED, v->observed, v->nobserved);
    }
    free(hits);
    return bytes_of_str(buf_str(room));
}

static bytes make_lines(struct listing *l, struct buf *room, const struct harvest *v)
{
    (void)l, (void)room;
    return bytes_of_str(v->lines);
}

static bytes make_records(struct listing *l, struct buf *room, const struct harvest *v)
{
    (void)l;
    add_messages(room, MESSAGE_HIT, v->hits, v->nhits);
    return bytes_of_str(buf_str(room));
}

/* Parts together give what the whole gives, in any order: nothing is left to be put in order. */
static bytes make_census(struct listing *l, struct buf *room, const struct harvest *v)
{
    (void)room;
    for (size_t i = 0; i < v->nsources; i++) {
        l->malformed |= !census_add(&l->census, &v->sources[i]);
    }
    return (bytes){0};
}

static bool part(void *ctx, struct unit *u, uint32_t number, const struct harvest *v,
                 struct err *err)
{
    struct listing *l = ctx;
    struct buf room;
    buf_init(&room, LIMIT_HARVEST);
    bytes piece = l->make(l, &room, v);
    bool ok = buf_ok(&room) || err_set(err, ERR_FULL, "more matches than fit into memory");
    ok = ok && ordered_part(l->ordered, u, number, piece, err);
    buf_done(&room);
    return ok;
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
    if (l->on_problem) {
        l->on_problem(l->ctx, unit, id, count);
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

static bool show_records(void *ctx, str unit, bytes piece, struct err *err)
{
    struct listing *l = ctx;
    bytes message;
    struct message m;
    bool ok = true;
    while (ok && message_next(&piece, &message)) {
        arena_reset(&l->arena);
        ok = message_read(message, &m, &l->arena) || err_set(err, ERR_FULL, "out of memory");
        const struct finding f = {
            .unit = unit,
            .record = m.hit.record,
            .offset = m.hit.offset,
            .len = m.hit.len,
            .time = m.hit.time,
            .raw_time = m.hit.time,
            .channel = m.hit.channel,
            .host = m.hit.host,
            .event_id = m.hit.event_id,
            .fields = m.hit.fields,
            .nfields = m.hit.nfields,
        };
        ok = ok && (l->pick->on_event(l->pick->ctx, &f) || err_set(err, ERR_IO, "stopped"));
    }
    return ok;
}

static bool show_nothing(void *ctx, str unit, bytes piece, struct err *err)
{
    (void)ctx, (void)unit, (void)piece, (void)err;
    return true;
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
    const struct ordered_user user = {l, l->show, show_problems};
    struct source source;
    struct backups backups = {0};
    struct reading reading = {
        .source = &source, .job = job, .consumer = &consumer, .workers = workers};
    if (!source_open(&source, evidence, count, err)) {
        return false;
    }
    os_random(&job->key, sizeof job->key);
    l->ordered = ordered_new(&user);
    job->backups = &backups;
    str password = l->dump ? l->dump->password : STR_NONE;
    bool ok = backups_open(&backups, &source, password, err) && conduct(&reading, err);
    ordered_free(l->ordered);
    source_close(&source);
    backups_close(&backups);
    return ok;
}

static struct job job_of(enum job_mode mode, const struct names *names)
{
    return (struct job){
        .mode = mode,
        .names = names,
        .from = TIME_NONE,
        .to = TIME_NONE,
        .part = LIMIT_PART,
        .seconds = LIMIT_TASK_SECONDS,
    };
}

bool match_run(const struct match *m, struct err *err)
{
    struct listing l = {
        .make = make_hits,
        .show = show_hits,
        .on_problem = m->on_problem,
        .ctx = m->ctx,
        .match = m,
    };
    struct job job = job_of(JOB_MATCH, m->knowledge->names);
    job.sigma = m->knowledge->sigma;
    job.log_format = m->log_format;
    arena_init(&l.arena, MATCH_BUDGET);
    bool ok = list(&l, m->evidence, m->nevidence, &job, m->workers, err) &&
              (l.nsights == 0 || show_correlations(&l, err));
    arena_done(&l.arena);
    return ok;
}

bool pick_run(const struct pick *p, struct err *err)
{
    struct listing l = {
        .make = make_records,
        .show = show_records,
        .on_problem = p->on_problem,
        .ctx = p->ctx,
        .pick = p,
    };
    struct job job = job_of(JOB_PICK, p->names);
    job.record = p->record;
    arena_init(&l.arena, LIMIT_RECORD_ARENA);
    bool ok = list(&l, p->evidence, p->nevidence, &job, p->workers, err);
    arena_done(&l.arena);
    return ok;
}

/* Rows that outlive the census they are made of. */
static bool keep_rows(struct source_row *rows, size_t count, struct arena *a)
{
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        bytes ids = {(const uint8_t *)rows[i].ids, rows[i].nids * sizeof *rows[i].ids};
        rows[i].host = arena_str(a, rows[i].host);
        rows[i].channel = arena_str(a, rows[i].channel);
        rows[i].build = arena_str(a, rows[i].build);
        rows[i].ids = (const struct event_kind *)(const void *)arena_bytes(a, ids).p;
        ok = rows[i].host.p && rows[i].channel.p && rows[i].ids;
    }
    return ok;
}

bool survey_run(const struct survey *s, struct arena *a, struct source_row **out, size_t *count,
                struct err *err)
{
    struct names names;
    struct listing l = {
        .make = make_census,
        .show = show_nothing,
        .on_problem = s->on_problem,
        .ctx = s->ctx,
    };
    bool ok = names_init(&names, a) || err_set(err, ERR_FULL, "out of memory");
    struct job job = job_of(JOB_SURVEY, &names);
    os_random(&job.key, sizeof job.key);
    census_init(&l.census, job.key);
    ok = ok && list(&l, s->evidence, s->nevidence, &job, s->workers, err);
    *out = ok ? census_rows(&l.census, STR_NONE, a, count) : NULL;
    ok = ok && ((*out && keep_rows(*out, *count, a)) || err_set(err, ERR_FULL, "out of memory"));
    census_done(&l.census);
    return ok;
}

bool dump_run(const struct dump *d, struct err *err)
{
    struct listing l = {
        .make = make_lines,
        .show = show_lines,
        .on_problem = d->on_problem,
        .ctx = d->ctx,
        .dump = d,
    };
    struct arena arena;
    struct names names;
    arena_init(&arena, LIMIT_MIB);
    bool ok = names_init(&names, &arena) || err_set(err, ERR_FULL, "out of memory");
    struct job job = job_of(JOB_DUMP, &names);
    job.xml = d->xml;
    job.carve = d->carve;
    job.log_format = d->log_format;
    job.part = d->carve ? LIMIT_CARVE_PART : LIMIT_DUMP_PART;
    ok = ok && list(&l, d->evidence, d->nevidence, &job, d->workers, err);
    arena_done(&arena);
    return ok;
}
