#include "engine/hand.h"

#include "base/reader.h"
#include "engine/worker.h"
#include "os/clock.h"

#include <stdlib.h>
#include <string.h>

static void harvest_init(struct harvest *v)
{
    *v = (struct harvest){0};
    arena_init(&v->arena, LIMIT_HARVEST);
}

static void harvest_done(struct harvest *v)
{
    arena_done(&v->arena);
}

bool hand_start(struct hand *h, const struct job *job, bool apart, struct err *err)
{
    *h = (struct hand){.job = job, .apart = apart, .fd = -1};
    arena_init(&h->member_arena, LIMIT_MIB);
    harvest_init(&h->harvest);
    if (job->mode == JOB_DUMP && !os_shared_open(&h->slate, LIMIT_SLATE, err)) {
        return false;
    }
    struct birth birth = {job, h->slate};
    bool ok = os_child_start(&h->child, worker_main, &birth, err);
    os_shared_hide(&h->slate);
    return ok;
}

void hand_end(struct hand *h)
{
    os_child_end(&h->child);
    os_close(&h->fd);
    os_shared_close(&h->slate);
    arena_done(&h->member_arena);
    harvest_done(&h->harvest);
    *h = (struct hand){.fd = -1};
}

static void sign_of_life(struct hand *h)
{
    h->wall = os_seconds();
    h->cpu = os_child_seconds(&h->child);
}

static bool say(struct hand *h, const struct message *m, int fd)
{
    static uint8_t room[LIMIT_MESSAGE];
    size_t len = message_write(m, room);
    return len > 0 && os_send(h->child.socket, (bytes){room, len}, fd) == OS_IO_DONE;
}

static uint32_t number_of(const struct format *f)
{
    uint32_t i = 0;
    while (f && formats[i] && formats[i] != f) {
        i++;
    }
    return f ? i : FORMAT_UNKNOWN;
}

bool hand_give(struct hand *h, const struct order *o)
{
    const struct unit *u = o->unit;
    struct task t = {
        .kind = o->kind,
        .hash = h->job->mode == JOB_SCAN,
        .format = number_of(u->format),
        .size = u->st.size,
        .to = u->st.size,
        .modified = u->st.modified,
        .path = u->path,
    };
    if (o->kind == TASK_OPEN && t.size > u->part) {
        t.to = 0;
    } else if (o->kind == TASK_PART) {
        t.from = unit_part_from(u, o->part);
        t.to = unit_part_to(u, o->part);
    }
    if (h->harvest.lines.len > LIMIT_SLATE_KEPT) {
        os_shared_empty(&h->slate, LIMIT_SLATE_KEPT);
    }
    harvest_done(&h->harvest);
    harvest_init(&h->harvest);
    h->several = (bytes){0};
    h->order = *o;
    h->busy = true;
    h->done = false;
    h->state = NO_MEMBER;
    h->result = (struct done){0};
    sign_of_life(h);
    return say(h, &(struct message){.kind = MESSAGE_TASK, .task = t}, u->fd);
}

/* ---- what it says */

static bool reads_events(const struct hand *h)
{
    const struct unit *u = h->order.unit;
    return h->busy && (h->order.kind == TASK_PART ||
                       (h->order.kind == TASK_OPEN && u->format && !u->format->contains_units));
}

static uint32_t rules_of(const struct job *job)
{
    return job->mode == JOB_TRAIL  ? LIMIT_QUARRIES
           : job->mode == JOB_PICK ? 1
           : job->sigma            ? job_hits(job)
                                   : 0;
}

static enum hand_said accept(bool ok)
{
    return ok ? HAND_NOTHING : HAND_BAD;
}

/* Of a rule over whole files. */
static bool is_whole_hit(const struct hand *h, const struct hit *hit)
{
    bool looks = h->busy && (h->order.kind == TASK_HASH ||
                             (h->order.kind == TASK_OPEN && h->order.unit->opened));
    return looks && h->job->mode == JOB_SCAN && hit->which >= sigma_rule_count(h->job->sigma);
}

static bool is_place(const struct hand *h, const struct hit *hit)
{
    uint64_t size = h->order.unit->st.size;
    return hit->offset < size && hit->len <= size;
}

static bool is_sane_hit(const struct hand *h, const struct hit *hit)
{
    return hit->which < rules_of(h->job) && is_place(h, hit);
}

static bool hear_hit(struct hand *h, const struct hit *hit)
{
    struct harvest *v = &h->harvest;
    struct hit *grown =
        (reads_events(h) || is_whole_hit(h, hit)) && is_sane_hit(h, hit)
            ? arena_grow(&v->arena, v->hits, &v->hits_cap, v->nhits + 1, sizeof *grown)
            : NULL;
    if (!grown) {
        return false;
    }
    v->hits = grown;
    v->hits[v->nhits++] = *hit;
    return true;
}

static bool hear_observed(struct hand *h, const struct hit *hit)
{
    struct harvest *v = &h->harvest;
    bool sane = reads_events(h) && h->job->sigma && h->job->mode != JOB_TRAIL;
    struct hit *grown =
        sane && is_place(h, hit) && hit->which < job_observed(h->job)
            ? arena_grow(&v->arena, v->observed, &v->observed_cap, v->nobserved + 1, sizeof *grown)
            : NULL;
    if (!grown) {
        return false;
    }
    v->observed = grown;
    v->observed[v->nobserved++] = *hit;
    return true;
}

static bool hear_source(struct hand *h, const struct source_told *told)
{
    struct harvest *v = &h->harvest;
    bool sane = reads_events(h) && v->nsources < LIMIT_SOURCES;
    struct source_told *grown =
        sane ? arena_grow(&v->arena, v->sources, &v->sources_cap, v->nsources + 1, sizeof *grown)
             : NULL;
    if (!grown) {
        return false;
    }
    v->sources = grown;
    v->sources[v->nsources++] = *told;
    return true;
}

static bool hear_vote(struct hand *h, const struct vote_told *told)
{
    struct harvest *v = &h->harvest;
    bool sane = reads_events(h) && v->nvotes < LIMIT_CLOCK_VOTES;
    struct vote_told *grown =
        sane ? arena_grow(&v->arena, v->votes, &v->votes_cap, v->nvotes + 1, sizeof *grown) : NULL;
    if (!grown) {
        return false;
    }
    v->votes = grown;
    v->votes[v->nvotes++] = *told;
    return true;
}

static bool hear_visit(struct hand *h, const struct visit *told)
{
    struct harvest *v = &h->harvest;
    struct visit *grown =
        reads_events(h) && told->requests > 0
            ? arena_grow(&v->arena, v->visits, &v->visits_cap, v->nvisits + 1, sizeof *grown)
            : NULL;
    if (!grown) {
        return false;
    }
    v->visits = grown;
    v->visits[v->nvisits++] = *told;
    return true;
}

static bool hear_note(struct hand *h, const struct note_told *n)
{
    bool sane = h->busy && n->count > 0;
    if (sane) {
        tally_note(&h->harvest.notes, (enum note_id)n->id, n->count, n->offset, n->len);
    }
    return sane;
}

static bool hear_lines(struct hand *h, uint64_t lines)
{
    bool sane = reads_events(h) && h->harvest.lines.len == 0 && lines <= h->slate.size;
    if (sane) {
        h->harvest.lines = str_of_bytes((bytes){h->slate.p, (size_t)lines});
    }
    return sane;
}

static enum hand_said hear_format(struct hand *h, uint32_t format, struct heard *out)
{
    uint32_t count = 0;
    while (formats[count]) {
        count++;
    }
    bool sane = h->busy && h->order.kind == TASK_OPEN && !h->order.unit->opened &&
                (format < count || format == FORMAT_UNKNOWN);
    out->format = sane && format != FORMAT_UNKNOWN ? formats[format] : NULL;
    return sane ? HAND_FORMAT : HAND_BAD;
}

static enum hand_said hear_member(struct hand *h, const struct member_told *m)
{
    if (!h->busy || h->order.kind != TASK_EXTRACT || h->state != NO_MEMBER) {
        return HAND_BAD;
    }
    arena_reset(&h->member_arena);
    h->member = *m;
    h->member.path = arena_str(&h->member_arena, m->path);
    h->state = MEMBER_ASKED;
    return HAND_ASKS;
}

static enum hand_said hear_bigger(struct hand *h)
{
    if (h->state != MEMBER_TAKING || h->take.capacity >= h->take.room) {
        return HAND_BAD;
    }
    h->state = MEMBER_BIGGER;
    return HAND_ASKS;
}

static bool hear_beat(struct hand *h, uint64_t size)
{
    /* It must come forward between signs of life, so that it cannot live on them. */
    bool sane = h->state == MEMBER_TAKING && size >= h->beat + LIMIT_MIB && size <= h->take.room;
    h->beat = size;
    sign_of_life(h);
    return sane;
}

static enum hand_said hear_member_end(struct hand *h, const struct message *m, struct heard *out)
{
    if (h->state != MEMBER_TAKING || m->member_end.size > h->take.room) {
        return HAND_BAD;
    }
    *out = (struct heard){
        .size = m->member_end.size,
        .whole = m->member_end.whole,
        .over_room = m->member_end.over_room,
        .failed = m->member_end.failed,
        .archive = m->member_end.archive,
    };
    h->state = NO_MEMBER;
    sign_of_life(h);
    return HAND_MEMBER;
}

static enum hand_said hear_done(struct hand *h, const struct done *done)
{
    bool opened = h->order.kind != TASK_OPEN || (h->order.unit && h->order.unit->opened);
    if (!h->busy || !opened || h->state != NO_MEMBER || h->several.len > 0) {
        return HAND_BAD;
    }
    h->result = *done;
    h->harvest.events = done->events;
    h->done = true;
    h->busy = false;
    return HAND_DONE;
}

static bool hear_several(struct hand *h, bytes several)
{
    bool sane = h->busy && h->several.len == 0;
    h->several = sane ? several : (bytes){0};
    return sane;
}

static enum hand_said hear_ready(struct hand *h, const struct os_confined *c)
{
    if (h->ready) {
        return HAND_BAD;
    }
    h->ready = true;
    h->confined = *c;
    return HAND_READY;
}

static enum hand_said hear(struct hand *h, const struct message *m, struct heard *out)
{
    if (!h->ready && m->kind != MESSAGE_READY) {
        return HAND_BAD;
    }
    switch (m->kind) {
    case MESSAGE_READY:
        return hear_ready(h, &m->ready);
    case MESSAGE_FORMAT:
        return hear_format(h, m->format, out);
    case MESSAGE_HIT:
        return accept(hear_hit(h, &m->hit));
    case MESSAGE_OBSERVED:
        return accept(hear_observed(h, &m->hit));
    case MESSAGE_SOURCE:
        return accept(hear_source(h, &m->source));
    case MESSAGE_VOTE:
        return accept(hear_vote(h, &m->vote));
    case MESSAGE_VISIT:
        return accept(hear_visit(h, &m->visit));
    case MESSAGE_NOTE:
        return accept(hear_note(h, &m->note));
    case MESSAGE_LINES:
        return accept(hear_lines(h, m->lines));
    case MESSAGE_MEMBER:
        return hear_member(h, &m->member);
    case MESSAGE_BEAT:
        return accept(hear_beat(h, m->beat));
    case MESSAGE_BIGGER:
        return hear_bigger(h);
    case MESSAGE_MEMBER_END:
        return hear_member_end(h, m, out);
    case MESSAGE_DONE:
        return hear_done(h, &m->done);
    case MESSAGE_SEVERAL:
        return accept(hear_several(h, m->several));
    case MESSAGE_TASK:
    case MESSAGE_TAKE:
    case MESSAGE_SKIP:
    case MESSAGE_COUNT:
        break;
    }
    return HAND_BAD;
}

/* What is kept until the task is done is read in place, in the harvest; the rest is gone at
 * the next message. */
static bool is_kept(bytes raw)
{
    uint32_t kind = raw.len >= 4 ? load_u32le(raw.p) : MESSAGE_COUNT;
    return kind == MESSAGE_HIT || kind == MESSAGE_OBSERVED || kind == MESSAGE_SOURCE ||
           kind == MESSAGE_VOTE || kind == MESSAGE_VISIT || kind == MESSAGE_SEVERAL;
}

static enum hand_said understand(struct hand *h, bytes raw, struct arena *a, struct heard *out)
{
    struct message m;
    return message_read(raw, &m, a) ? hear(h, &m, out) : HAND_BAD;
}

static enum hand_said hear_next_of_several(struct hand *h, struct heard *out)
{
    bytes raw;
    return message_next(&h->several, &raw) ? understand(h, raw, &h->harvest.arena, out) : HAND_BAD;
}

enum hand_said hand_hear(struct hand *h, struct heard *out)
{
    static uint8_t room[LIMIT_MESSAGE];
    size_t len = 0;
    if (h->several.len > 0) {
        return hear_next_of_several(h, out);
    }
    enum os_io io = os_receive(h->child.socket, room, sizeof room, &len, NULL);
    if (io != OS_IO_DONE) {
        return io == OS_IO_WAIT ? HAND_QUIET : HAND_BAD;
    }
    struct arena passing;
    arena_init(&passing, 16 * LIMIT_MIB);
    bytes raw = {room, len};
    bool kept = is_kept(raw);
    struct arena *a = kept ? &h->harvest.arena : &passing;
    enum hand_said said = understand(h, kept ? arena_bytes(a, raw) : raw, a, out);
    arena_done(&passing);
    return said;
}

/* ---- answers */

bool hand_take(struct hand *h, int fd, const struct take *take)
{
    h->take = *take;
    h->beat = h->state == MEMBER_ASKED ? 0 : h->beat;
    h->state = MEMBER_TAKING;
    sign_of_life(h);
    return say(h, &(struct message){.kind = MESSAGE_TAKE, .take = *take}, fd);
}

bool hand_skip(struct hand *h)
{
    /* Of a member that outgrew its memory, the end is still to be told. */
    h->state = h->state == MEMBER_BIGGER ? MEMBER_TAKING : NO_MEMBER;
    sign_of_life(h);
    return say(h, &(struct message){.kind = MESSAGE_SKIP}, -1);
}

/* ---- the watchdog */

static bool fills_the_disk(const struct hand *h)
{
    struct os_stat st;
    return h->state == MEMBER_TAKING && h->fd >= 0 && os_stat_fd(h->fd, &st) &&
           st.size > h->take.room && st.size > h->take.capacity;
}

bool hand_overdue(const struct hand *h)
{
    if (!h->busy || h->state == MEMBER_ASKED || h->state == MEMBER_BIGGER) {
        return false; /* it waits for us */
    }
    const struct unit *u = h->order.unit;
    uint64_t size = u->st.size;
    if (h->order.kind == TASK_PART && u->format && u->format->cut && size > u->part) {
        size = u->part;
    }
    double budget = h->job->seconds + (double)size / LIMIT_TASK_BYTES_A_SECOND;
    return os_child_seconds(&h->child) - h->cpu > budget ||
           os_seconds() - h->wall > budget * LIMIT_WALL_FACTOR || fills_the_disk(h);
}
