/* What is to be read, in which order: a tree of units that grows as archives are taken apart.
 *
 * A unit is opened (recognised; small ones are read at once), then read in parts, hashed, or
 * taken apart; it ends when all of that is done and all of its members have ended. Members go
 * before files that are not begun, the deepest first, so that little is unpacked at a time. One
 * archive a level of nesting is taken apart at a time, the deepest first, and one that handed
 * over another archive waits until that has ended: so the members of a tree appear in one order,
 * and what its limits cut off does not depend on the number of workers. The deepest never waits
 * for one above it, so there is always one that can go on. */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include "base/table.h"
#include "engine/harvest.h"
#include "formats/format.h"
#include "os/digest.h"
#include "sources/folder.h"

struct unit {
    struct unit *archive;       /* that it is a member of; NULL for files */
    struct unit *next;          /* in the queue it is in */
    struct unit *older, *newer; /* of all that are open */
    str path;                   /* its own memory */
    size_t file;                /* in the source; members: of the archive they come from */
    int fd;                     /* open while it is worked on */
    uint64_t memory;            /* bytes that a member may take of it */
    struct os_stat st;          /* size and time, as far as they are known */
    unsigned depth;             /* archives around it */

    const struct format *format; /* once it is opened */
    bool opened;
    bool hash;             /* still to be hashed */
    bool apart;            /* still to be taken apart */
    uint32_t parts, given; /* parts in all; given to workers */
    uint32_t tasks;        /* with workers now */
    uint64_t part;         /* bytes */

    uint64_t events, hits, bytes; /* seen so far; bytes of it that were read */
    bool hashed;
    uint8_t sha256[DIGEST_LEN];
    struct tally notes; /* of its parts */
    struct tally own;   /* of itself: crashed, empty, ... */

    /* archives */
    uint64_t members, open_members; /* ever; not ended */
    bool nested;                    /* a member that is an archive itself, it seems */
    uint64_t open_nested;
    struct arena names_arena;
    struct table names; /* of members */
    /* the outermost archive: limits of the whole tree */
    uint64_t tree_members, tree_bytes;

    void *mark; /* the consumer's */
};

struct order { /* a task, and whose */
    struct unit *unit;
    enum task_kind kind;
    uint32_t part;
};

struct plan;

struct plan *plan_new(const struct source *source, const struct consumer *consumer, bool hash,
                      uint64_t part, struct hash_key key);
void plan_free(struct plan *p);

/* The next task for a worker. False: none at the moment. */
bool plan_next(struct plan *p, struct order *out);
bool plan_next_apart(struct plan *p, struct order *out); /* for those that take archives apart */

/* OPEN has told the format. */
void plan_opened(struct plan *p, struct unit *u, const struct format *f);
/* A task is back, done or not. */
void plan_returned(struct plan *p, const struct order *o);

/* The name of a member in the case; empty when it is too long. */
str plan_member_name(struct unit *archive, str path);
/* May `archive` hand over one more member now? Not while one that is an archive is open;
 * otherwise, one that has none open always may. */
bool plan_has_room(const struct plan *p, const struct unit *archive);
/* A member that was unpacked; takes the descriptor. */
struct unit *plan_member(struct plan *p, struct unit *archive, str name, int fd, bool nested,
                         const struct os_stat *st);

void plan_read(struct plan *p, struct unit *u, uint64_t amount); /* for the progress */

/* Takes a unit that has ended, or NULL; the caller frees it. */
struct unit *plan_ended(struct plan *p);
void unit_free(struct plan *p, struct unit *u);

/* Everything has ended and was taken. */
bool plan_done(const struct plan *p);

struct plan_progress {
    uint64_t units_done, units, bytes_done, bytes;
};
struct plan_progress plan_progress(const struct plan *p);

struct unit *unit_root(struct unit *u); /* the outermost archive, or itself */
uint64_t unit_part_from(const struct unit *u, uint32_t part);
uint64_t unit_part_to(const struct unit *u, uint32_t part);

#endif
