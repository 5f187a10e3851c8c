#include "engine/conduct.h"

#include "engine/hand.h"
#include "os/clock.h"
#include "os/digest.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct run {
    const struct reading *reading;
    struct plan *plan;
    struct hand *hands;
    size_t nhands, workers; /* all; those that are not for archives only */
    size_t most_workers, most;
    int *sockets;
    bool *ready;
    uint64_t memory;    /* of members that are not read yet */
    unsigned stillborn; /* workers that died at their start, one after the other */
    bool told_confined;
    double told_progress;
    bool failed;
    struct err *err;
};

/* ---- results */

static void deliver(struct run *r, struct hand *h, uint32_t part)
{
    const struct consumer *c = r->reading->consumer;
    struct unit *u = h->order.unit;
    u->events += h->harvest.events;
    u->hits += h->harvest.nhits;
    tally_add(&u->notes, &h->harvest.notes);
    plan_read(r->plan, u, unit_part_to(u, part) - unit_part_from(u, part));
    r->failed = r->failed || !c->part(c->ctx, u, part, &h->harvest, r->err);
}

/* What rules over whole files said of it, behind the last part and what is known of all parts. */
static void deliver_whole(struct run *r, struct hand *h)
{
    const struct consumer *c = r->reading->consumer;
    struct unit *u = h->order.unit;
    tally_add(&u->own, &h->harvest.notes);
    h->harvest.notes = (struct tally){0};
    u->hits += h->harvest.nhits;
    r->failed = r->failed ||
                (h->harvest.nhits > 0 && !c->part(c->ctx, u, u->parts + 1, &h->harvest, r->err));
}

/* A small unit was opened, and read in the same stroke. */
static bool read_at_once(const struct unit *u)
{
    return u->parts == 1 && u->given == 1;
}

static void returned(struct run *r, struct hand *h)
{
    struct unit *u = h->order.unit;
    if (h->order.kind == TASK_PART) {
        deliver(r, h, h->order.part);
    } else if (h->order.kind == TASK_OPEN && read_at_once(u) && u->st.size <= u->part) {
        deliver(r, h, 0);
    } else if (h->order.kind == TASK_OPEN || h->order.kind == TASK_HASH) {
        deliver_whole(r, h);
    } else {
        tally_add(&u->notes, &h->harvest.notes);
    }
    if (h->result.hashed) {
        u->hashed = true;
        for (size_t i = 0; i < DIGEST_LEN; i++) {
            u->sha256[i] = h->result.sha256[i];
        }
    }
    h->busy = false;
    plan_returned(r->plan, &h->order);
}

/* It died before it looked at any evidence, so no evidence is to blame: the machine is short of
 * memory, or somebody killed it. Another one takes its order. */
static void replace(struct run *r, struct hand *h)
{
    const struct order order = h->order;
    const bool busy = h->busy, apart = h->apart;
    bool given = false;
    hand_end(h);
    while (!given && !r->failed) {
        if (++r->stillborn > LIMIT_STILLBORN) {
            r->failed = !err_set(r->err, ERR_IO, "worker processes die at their start (%d tries)",
                                 LIMIT_STILLBORN);
        } else if (!hand_start(h, r->reading->job, apart, r->err)) {
            r->failed = true;
        } else {
            given = !busy || hand_give(h, &order);
        }
    }
}

/* Its task is lost, but not what it had found before. */
static void lose(struct run *r, struct hand *h, enum note_id why)
{
    if (!h->ready) {
        replace(r, h);
        return;
    }
    if (h->busy) {
        tally_note(&h->order.unit->own, why, 1, 0, 0);
        h->result = (struct done){0};
        returned(r, h);
    }
    r->workers -= !h->apart;
    hand_end(h);
}

static void collect_ended(struct run *r)
{
    const struct consumer *c = r->reading->consumer;
    for (struct unit *u = plan_ended(r->plan); u; u = plan_ended(r->plan)) {
        struct os_stat now;
        if (!u->archive && u->fd >= 0 && os_stat_fd(u->fd, &now) &&
            (now.size != u->st.size || now.modified != u->st.modified)) {
            tally_note(&u->own, NOTE_CHANGED, 1, 0, 0);
        }
        r->memory -= u->memory;
        r->failed = r->failed || !c->ended(c->ctx, u, r->err);
        unit_free(r->plan, u);
    }
}

/* ---- members of archives */

static uint64_t tree_room(struct unit *root)
{
    uint64_t most = 0;
    if (__builtin_mul_overflow(root->st.size, (uint64_t)LIMIT_TREE_RATIO, &most) ||
        __builtin_add_overflow(most, LIMIT_TREE_BASE, &most)) {
        most = UINT64_MAX / 2;
    }
    return most > root->tree_bytes ? most - root->tree_bytes : 0;
}

/* What it becomes, or an empty name: it is not wanted or there is no room for it. */
static str name_member(struct run *r, struct hand *h)
{
    const struct consumer *c = r->reading->consumer;
    struct unit *archive = h->order.unit, *root = unit_root(archive);
    archive->members++;
    str name = plan_member_name(archive, h->member.path);
    if (name.len == 0 || root->tree_members >= LIMIT_TREE_MEMBERS) {
        tally_note(&archive->own, NOTE_MEMBER_REFUSED, 1, 0, 0);
        return STR_NONE;
    }
    root->tree_members++;
    h->known = !c->wants(c->ctx, name);
    if (h->known && r->reading->job->mode != JOB_SCAN) {
        return STR_NONE;
    }
    if (tree_room(root) == 0) {
        tally_note(&archive->own, NOTE_OVER_RATIO, 1, 0, 0);
        return STR_NONE;
    }
    return name;
}

static int member_file(struct run *r, struct hand *h, struct take *take)
{
    struct err ignored;
    uint64_t claimed = h->member.size;
    take->room = tree_room(unit_root(h->order.unit));
    take->capacity = take->room;
    if (h->state == MEMBER_ASKED && claimed <= LIMIT_MEMORY_MEMBER && claimed <= take->room &&
        r->memory + claimed <= LIMIT_OUTSTANDING) {
        int fd = os_memory_file(claimed, &ignored);
        take->capacity = fd >= 0 ? claimed : take->room;
        return fd >= 0 ? fd : os_temporary_file(r->reading->folder, &ignored);
    }
    return os_temporary_file(r->reading->folder, &ignored);
}

static bool answer(struct run *r, struct hand *h)
{
    struct take take;
    if (h->name.len == 0) {
        return hand_skip(h);
    }
    if (h->state == MEMBER_ASKED && !plan_has_room(r->plan, h->order.unit)) {
        return true; /* later */
    }
    os_close(&h->fd);
    h->fd = member_file(r, h, &take);
    if (h->fd < 0) {
        tally_note(&h->order.unit->own, NOTE_MEMBER_REFUSED, 1, 0, 0);
        return hand_skip(h);
    }
    return hand_take(h, h->fd, &take);
}

static bool asks(struct run *r, struct hand *h)
{
    if (h->state == MEMBER_ASKED) {
        h->name = name_member(r, h);
    }
    return answer(r, h);
}

static enum note_id why_not_whole(const struct heard *heard)
{
    return heard->over_room ? NOTE_OVER_RATIO : heard->failed ? NOTE_OVER_BUDGET : NOTE_TRUNCATED;
}

/* False: it says that there is more than there is. */
static bool add_member(struct run *r, struct hand *h, const struct heard *heard)
{
    struct unit *archive = h->order.unit;
    struct os_stat st;
    bool in_memory = h->take.capacity < h->take.room;
    unit_root(archive)->tree_bytes += heard->size;
    if (heard->over_room) {
        tally_note(&archive->own, NOTE_OVER_RATIO, 1, 0, 0);
    }
    if (h->known && !heard->archive) {
        os_close(&h->fd); /* taken up again: unpacked so that the limits see it, and that is all */
        return true;
    }
    if ((in_memory && !os_truncate(h->fd, heard->size)) || !os_stat_fd(h->fd, &st) ||
        st.size < heard->size) {
        return false;
    }
    int fd = os_reopen_read_only(h->fd);
    if (fd < 0) {
        fd = h->fd;
        h->fd = -1;
    }
    os_close(&h->fd);
    st.size = heard->size;
    st.modified = h->member.modified;
    struct unit *u = plan_member(r->plan, archive, h->name, fd, heard->archive, &st);
    u->memory = in_memory ? heard->size : 0;
    r->memory += u->memory;
    if (!heard->whole) {
        tally_note(&u->own, why_not_whole(heard), 1, heard->size, 0);
    }
    return true;
}

/* ---- workers */

static void tell_confined(struct run *r, const struct os_confined *c)
{
    char how[128] = "", landlock[32] = "";
    if (c->landlock > 0) {
        (void)snprintf(landlock, sizeof landlock, "Landlock %u, ", c->landlock);
    }
    (void)snprintf(how, sizeof how, "%s%s%s%s", landlock, c->seccomp ? "seccomp, " : "",
                   c->powerless ? "no privileges, " : "",
                   c->memory ? "limited memory" : "no limit of memory");
    if (!r->told_confined && r->reading->on_confined) {
        r->reading->on_confined(r->reading->ctx, how, c->landlock == 0 && !c->seccomp);
    }
    r->told_confined = true;
}

static bool heard(struct run *r, struct hand *h, enum hand_said said, const struct heard *what)
{
    switch (said) {
    case HAND_READY:
        r->stillborn = 0;
        tell_confined(r, &h->confined);
        return true;
    case HAND_FORMAT:
        plan_opened(r->plan, h->order.unit, what->format);
        return true;
    case HAND_ASKS:
        return asks(r, h);
    case HAND_MEMBER:
        return add_member(r, h, what);
    case HAND_DONE:
        returned(r, h);
        return true;
    case HAND_BAD:
        return false;
    case HAND_NOTHING:
    case HAND_QUIET:
        break;
    }
    return true;
}

static void hear(struct run *r, struct hand *h)
{
    enum { TURN = 256 }; /* messages, before the others are heard again */
    for (int i = 0; (i < TURN || h->several.len > 0) && h->child.pid > 0; i++) {
        struct heard what = {0};
        enum hand_said said = hand_hear(h, &what);
        if (!heard(r, h, said, &what)) {
            lose(r, h, NOTE_WORKER_DIED);
        }
        if (said == HAND_QUIET || said == HAND_DONE) {
            break;
        }
    }
}

/* An idle worker of the kind, started when there is none and there may be one more. */
static struct hand *idle_hand(struct run *r, bool apart)
{
    struct hand *vacant = NULL;
    for (size_t i = 0; i < r->most; i++) {
        struct hand *h = &r->hands[i];
        if (h->child.pid > 0 && !h->busy && h->apart == apart) {
            return h;
        }
        vacant = h->child.pid > 0 || vacant ? vacant : h;
    }
    if (!vacant || (!apart && r->workers == r->most_workers)) {
        return NULL;
    }
    if (!hand_start(vacant, r->reading->job, apart, r->err)) {
        r->failed = true;
        return NULL;
    }
    r->workers += !apart;
    return vacant;
}

/* A worker is started only when there is something to do for it; so the order comes first, and
 * must not be lost when there is nobody. */
static bool has_hand(const struct run *r)
{
    for (size_t i = 0; i < r->most; i++) {
        if (r->hands[i].child.pid > 0 && !r->hands[i].busy && !r->hands[i].apart) {
            return true;
        }
    }
    return r->workers < r->most_workers;
}

static void give(struct run *r, const struct order *o, bool apart)
{
    struct hand *h = idle_hand(r, apart);
    if (h && !hand_give(h, o)) {
        lose(r, h, NOTE_WORKER_DIED);
    }
}

static void assign(struct run *r)
{
    struct order o;
    while (!r->failed && plan_next_apart(r->plan, &o)) {
        give(r, &o, true);
    }
    while (!r->failed && has_hand(r) && plan_next(r->plan, &o)) {
        give(r, &o, false);
    }
}

static void look_after(struct run *r)
{
    for (size_t i = 0; i < r->most; i++) {
        struct hand *h = &r->hands[i];
        if (h->child.pid > 0 && h->state == MEMBER_ASKED && !answer(r, h)) {
            lose(r, h, NOTE_WORKER_DIED);
        } else if (h->child.pid > 0 && hand_overdue(h)) {
            lose(r, h, NOTE_OVER_TIME);
        }
    }
}

static void listen(struct run *r)
{
    const double patience = 0.1;
    for (size_t i = 0; i < r->most; i++) {
        r->sockets[i] = r->hands[i].child.pid > 0 ? r->hands[i].child.socket : -1;
    }
    os_wait(r->sockets, r->ready, r->most, patience);
    for (size_t i = 0; i < r->most && !r->failed; i++) {
        if (r->ready[i]) {
            hear(r, &r->hands[i]);
        }
    }
}

static bool anybody_busy(const struct run *r)
{
    for (size_t i = 0; i < r->most; i++) {
        if (r->hands[i].child.pid > 0 && r->hands[i].busy) {
            return true;
        }
    }
    return false;
}

static void tell_progress(struct run *r, bool last)
{
    const double pause = 0.2;
    double now = os_seconds();
    if (r->reading->on_progress && (last || now - r->told_progress >= pause)) {
        struct plan_progress p = plan_progress(r->plan);
        r->reading->on_progress(r->reading->ctx, &p);
        r->told_progress = now;
    }
}

static bool cancelled(struct run *r)
{
    const volatile int *cancel = r->reading->cancel;
    return cancel && *cancel && !err_set(r->err, ERR_IO, "stopped");
}

static void go(struct run *r)
{
    while (!r->failed) {
        assign(r);
        collect_ended(r);
        if (!r->failed && plan_done(r->plan)) {
            return;
        }
        r->failed = r->failed || cancelled(r);
        if (!r->failed && anybody_busy(r)) {
            listen(r);
            look_after(r);
            tell_progress(r, false);
        }
    }
}

bool conduct(const struct reading *reading, struct err *err)
{
    unsigned workers = reading->workers ? reading->workers : os_cores();
    size_t most = (size_t)workers + LIMIT_DEPTH + 1;
    struct run r = {
        .reading = reading,
        .hands = calloc(most, sizeof *r.hands),
        .sockets = calloc(most, sizeof *r.sockets),
        .ready = calloc(most, sizeof *r.ready),
        .most_workers = workers,
        .most = most,
        .err = err,
    };
    if (!r.hands || !r.sockets || !r.ready) {
        abort();
    }
    digest_prepare();
    r.plan = plan_new(reading->source, reading->consumer, reading->job->mode == JOB_SCAN,
                      reading->job->part, reading->job->key);
    go(&r);
    tell_progress(&r, true);
    for (size_t i = 0; i < most; i++) {
        hand_end(&r.hands[i]);
    }
    plan_free(r.plan);
    free(r.hands);
    free(r.sockets);
    free(r.ready);
    return !r.failed;
}
