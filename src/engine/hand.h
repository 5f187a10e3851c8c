/* The parent's side of one worker: what it was told to do, what it has told, what it may say
 * next. Whatever it should not have said makes it a bad worker, which is killed. */
#ifndef ENGINE_HAND_H
#define ENGINE_HAND_H

#include "engine/job.h"
#include "engine/plan.h"

enum member_state { NO_MEMBER, MEMBER_ASKED, MEMBER_TAKING, MEMBER_BIGGER };

struct hand {
    struct os_child child;
    const struct job *job;
    bool ready, busy, done;
    bool apart; /* for archives only */
    struct os_confined confined;

    struct order order;
    struct os_shared slate; /* DUMP: where the worker writes */
    struct harvest harvest;
    bytes several; /* that came together and are not heard yet; in the harvest */
    struct done result;

    enum member_state state; /* of the member at hand, of an archive that is taken apart */
    struct arena member_arena;
    struct member_told member;
    str name;   /* of the unit it becomes; empty: to be left out */
    bool known; /* it was read before: its size still counts */
    int fd;
    struct take take;
    uint64_t beat;

    double wall, cpu; /* when the task, or its last sign of life, was */
};

bool hand_start(struct hand *h, const struct job *job, bool apart, struct err *err);
void hand_end(struct hand *h); /* kills it */

/* False: it is gone. */
bool hand_give(struct hand *h, const struct order *o);

/* What the caller has to do after a message. */
enum hand_said {
    HAND_NOTHING,
    HAND_READY,
    HAND_FORMAT, /* h->order.unit's; plan_opened() was not called yet */
    HAND_ASKS,   /* for a descriptor: state is MEMBER_ASKED or MEMBER_BIGGER */
    HAND_MEMBER, /* the member is whole, or as whole as it gets */
    HAND_DONE,   /* with its order */
    HAND_QUIET,  /* no message there now */
    HAND_BAD,    /* gone, or it says what it must not */
};

struct heard { /* with FORMAT and MEMBER */
    const struct format *format;
    uint64_t size;
    bool whole, over_room, failed, archive;
};
enum hand_said hand_hear(struct hand *h, struct heard *out);

bool hand_take(struct hand *h, int fd, const struct take *take); /* answers to HAND_ASKS */
bool hand_skip(struct hand *h);

/* It computes or waits for longer than its task can honestly need, or fills the disk. */
bool hand_overdue(const struct hand *h);

#endif
