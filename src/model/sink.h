/* Where a parser puts what it reads. */
#ifndef MODEL_SINK_H
#define MODEL_SINK_H

#include "model/event.h"
#include "model/note.h"

/* A unit found inside another: a member of an archive. */
struct member {
    str path;      /* as the archive spells it, `/` between components, UTF-8 */
    uint64_t size; /* as the archive claims; UINT64_MAX when it does not */
    usec modified; /* TIME_NONE when not known */
};

/* Each function returns false for "stop here": the parser returns at once.
 *
 * on_head is called exactly once for every event, before its fields are looked at: time,
 * record, offset, len and origin are set. It counts the event and says whether anybody wants
 * its fields; only then on_event is called, with all of it. A parser for which the fields cost
 * nothing still asks.
 *
 * A member is opened, given its bytes in pieces, and closed; on_member false means that this
 * member is not wanted (go on with the next), on_member_data false means stop this member. */
struct sink {
    void *ctx;
    bool (*on_head)(void *ctx, const struct event *head);
    bool (*on_event)(void *ctx, const struct event *e);
    void (*on_note)(void *ctx, const struct note *n);
    bool (*on_member)(void *ctx, const struct member *m);
    bool (*on_member_data)(void *ctx, bytes piece);
    void (*on_member_end)(void *ctx, bool whole); /* false: the rest could not be unpacked */
    bool (*stopped)(void *ctx); /* asked now and then by loops that emit nothing */
};

#endif
