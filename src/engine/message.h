/* What parent and workers say to each other: one datagram a message, little-endian. SEVERAL holds
 * others, each behind its length, and saves wakings where many small ones come together.
 *
 *     parent: TASK ────────────────────────────────▶ worker      with the unit's descriptor
 *             ◀── FORMAT, HIT*, OBSERVED*, SOURCE*, VOTE*, VISIT*, NOTE*, LINES* ── DONE
 *     taking an archive apart:
 *             ◀── MEMBER      TAKE with a descriptor, or SKIP ──▶
 *             ◀── BEAT*, BIGGER   TAKE with a roomier descriptor ──▶
 *             ◀── MEMBER_END
 *
 * A worker that met the wrong evidence may say anything. message_read() checks form: bounds,
 * enumerations, UTF-8. Whether it makes sense now is for the parent to check (hand.c). */
#ifndef ENGINE_MESSAGE_H
#define ENGINE_MESSAGE_H

#include "engine/limits.h"
#include "model/assessment.h"
#include "model/visit.h"
#include "os/process.h"

enum message_kind {
    MESSAGE_TASK,
    MESSAGE_TAKE,
    MESSAGE_SKIP,
    MESSAGE_READY,
    MESSAGE_FORMAT,
    MESSAGE_HIT,
    MESSAGE_OBSERVED,
    MESSAGE_NOTE,
    MESSAGE_SOURCE,
    MESSAGE_VOTE,
    MESSAGE_VISIT,
    MESSAGE_LINES,
    MESSAGE_MEMBER,
    MESSAGE_BEAT,
    MESSAGE_BIGGER,
    MESSAGE_MEMBER_END,
    MESSAGE_DONE,
    MESSAGE_SEVERAL,
    MESSAGE_COUNT,
};

enum task_kind {
    TASK_OPEN, /* recognise; a small unit is also hashed and parsed */
    TASK_PART, /* parse what begins in [from, to), moved to where records begin */
    TASK_HASH,
    TASK_EXTRACT, /* an archive: hand over its members */
    TASK_COUNT,
};

#define FORMAT_UNKNOWN UINT32_MAX

struct task {
    enum task_kind kind;
    bool hash;       /* OPEN: hash it too, when it is parsed at once */
    uint32_t format; /* index into formats[]; FORMAT_UNKNOWN for OPEN and HASH */
    uint64_t size, from, to;
    usec modified; /* when the unit was last written; TIME_NONE: not known */
    str path;
};

struct take {
    uint64_t room;     /* bytes this member may have; the rest is a bomb's */
    uint64_t capacity; /* bytes the descriptor takes: fewer for one in memory */
};

/* A record, and what was seen in it: by a rule, or on the trail. */
struct hit {
    uint32_t which; /* rule or quarry */
    uint64_t record, offset, len;
    usec time;
    str channel, host;
    uint32_t event_id;
    struct named_value *fields;
    uint32_t nfields;
};

struct note_told {
    uint32_t id;
    uint64_t count, offset, len; /* of the first; bytes of all */
};

/* Stretches of 2^width hours that hold events, ascending, counted from 1970. */
struct source_told {
    str host, channel, build;
    uint64_t events;
    usec first, last;
    uint32_t width;
    int64_t *stretches;
    uint32_t nstretches;
    struct event_kind *ids; /* ascending */
    uint32_t nids;
};

struct vote_told {
    str host;
    int32_t quarter_hours;
    uint64_t count;
};

struct member_told {
    str path;
    uint64_t size; /* UINT64_MAX: not known */
    usec modified;
};

struct done {
    uint64_t events;
    bool hashed;
    uint8_t sha256[32];
};

struct message {
    enum message_kind kind;
    union {
        struct task task;
        struct take take;
        struct os_confined ready;
        uint32_t format;
        struct hit hit; /* HIT; OBSERVED: with the values that correlations ask for */
        struct note_told note;
        struct source_told source;
        struct vote_told vote;
        struct visit visit;
        uint64_t lines; /* bytes of the slate */
        struct member_told member;
        uint64_t beat; /* bytes of the member so far */
        struct {
            uint64_t size;
            bool whole, over_room, failed; /* failed: no room where the parent put it */
            bool archive;                  /* it looks like one itself */
        } member_end;
        struct done done;
        bytes several; /* message_next() */
    };
};

/* Writes to `room`, of LIMIT_MESSAGE bytes. 0 when it does not fit. */
size_t message_write(const struct message *m, uint8_t *room);

/* Texts and arrays live in `in` or in `a`. False when it is not a message. */
bool message_read(bytes in, struct message *out, struct arena *a);

enum { MESSAGE_FRAME = 4, LIMIT_SEVERAL = LIMIT_MESSAGE - 8 };

/* SEVERAL: writes a message to `room` behind its length, and the next one from what is left;
 * false at the end or at nonsense, which makes `rest` empty. */
size_t message_frame(bytes message, uint8_t *room);
bool message_next(bytes *rest, bytes *out);

#endif
