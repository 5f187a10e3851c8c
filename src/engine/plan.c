#include "engine/plan.h"

#include "sources/provenance.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Archives that may wait with an open descriptor before further files are begun. */
enum { WAITING_ARCHIVES = 16 };
#define NAMES_BUDGET (LIMIT_TREE_MEMBERS * (uint64_t)512)

struct queue {
    struct unit *first, *last;
    size_t count;
};

struct plan {
    const struct source *source;
    const struct consumer *consumer;
    bool hash;
    uint64_t part;
    struct hash_key key;
    size_t file; /* the next one to begin */

    struct queue members[LIMIT_DEPTH + 2];  /* to be opened, by depth */
    struct queue active;                    /* with parts to give out */
    struct queue archives[LIMIT_DEPTH + 1]; /* to be taken apart, by depth */
    bool taking_apart[LIMIT_DEPTH + 1];
    size_t waiting_archives;
    struct queue ended;

    struct unit *newest; /* of all units that are open */
    uint64_t open_units, unread, unread_members;
    struct plan_progress progress;
};

static void push(struct queue *q, struct unit *u)
{
    u->next = NULL;
    if (q->last) {
        q->last->next = u;
    } else {
        q->first = u;
    }
    q->last = u;
    q->count++;
}

static struct unit *pop(struct queue *q)
{
    struct unit *u = q->first;
    if (u) {
        q->first = u->next;
        q->last = q->first ? q->last : NULL;
        q->count--;
    }
    return u;
}

struct plan *plan_new(const struct source *source, const struct consumer *consumer, bool hash,
                      uint64_t part, struct hash_key key)
{
    struct plan *p = calloc(1, sizeof *p);
    if (!p) {
        abort();
    }
    p->source = source;
    p->consumer = consumer;
    p->hash = hash;
    p->part = part;
    p->key = key;
    p->progress.units = source->count;
    p->progress.bytes = source->bytes;
    return p;
}

/* Units in the hands of workers are in no queue. */
void plan_free(struct plan *p)
{
    while (p->newest) {
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): unit_free moves `newest` on */
        unit_free(p, p->newest);
    }
    free(p);
}

static struct unit *unit_new(struct plan *p, str path)
{
    struct unit *u = calloc(1, sizeof *u);
    char *text = malloc(path.len + 1);
    if (!u || !text) {
        abort();
    }
    memcpy(text, path.p, path.len);
    text[path.len] = 0;
    u->path = (str){text, path.len};
    u->fd = -1;
    u->part = p->part;
    u->older = p->newest;
    if (u->older) {
        u->older->newer = u;
    }
    p->newest = u;
    p->open_units++;
    return u;
}

void unit_free(struct plan *p, struct unit *u)
{
    union {
        const char *in;
        void *out;
    } text = {u->path.p};
    if (u->mark && p->consumer->forgotten) {
        p->consumer->forgotten(p->consumer->ctx, u);
    }
    if (u->older) {
        u->older->newer = u->newer;
    }
    *(u->newer ? &u->newer->older : &p->newest) = u->older;
    os_close(&u->fd);
    arena_done(&u->names_arena);
    free(text.out);
    free(u);
    p->open_units--;
}

struct unit *unit_root(struct unit *u)
{
    return u->archive ? unit_root(u->archive) : u;
}

uint64_t unit_part_from(const struct unit *u, uint32_t part)
{
    return u->part * part;
}

uint64_t unit_part_to(const struct unit *u, uint32_t part)
{
    return part + 1 >= u->parts ? u->st.size : u->part * (part + 1);
}

static void note(struct unit *u, enum note_id id)
{
    tally_note(&u->own, id, 1, 0, 0);
}

static void finish(struct plan *p, struct unit *u)
{
    push(&p->ended, u);
}

static void check_ended(struct plan *p, struct unit *u)
{
    bool working = u->tasks > 0 || u->hash || u->apart || u->given < u->parts;
    if (u->opened && !working && u->open_members == 0) {
        finish(p, u);
    }
}

/* ---- files and members begin */

static void end_unread(struct plan *p, struct unit *u, enum note_id why)
{
    u->opened = true;
    note(u, why);
    finish(p, u);
}

static void end_empty(struct plan *p, struct unit *u)
{
    digest_of((bytes){0}, u->sha256);
    u->hashed = true;
    end_unread(p, u, NOTE_EMPTY);
}

static void give_open(struct unit *u, struct order *out)
{
    u->tasks++;
    *out = (struct order){u, TASK_OPEN, 0};
}

/* False when nothing can be read of it; it has ended then. */
static bool begin_file(struct plan *p, struct unit *u, const struct source_file *f)
{
    struct err ignored;
    switch (f->state) {
    case SOURCE_OTHER:
        end_unread(p, u, NOTE_NO_BYTES);
        return false;
    case SOURCE_TOO_DEEP:
        end_unread(p, u, NOTE_OVER_DEPTH);
        return false;
    case SOURCE_TROUBLE:
    case SOURCE_FILE:
        break;
    }
    u->fd = f->state == SOURCE_FILE ? source_file_open(p->source, u->file, &u->st, &ignored) : -1;
    if (u->fd < 0) {
        end_unread(p, u, NOTE_UNREADABLE_FILE);
        return false;
    }
    if (u->st.size == 0) {
        end_empty(p, u);
        return false;
    }
    return true;
}

/* Begins files until one has something to read. */
static bool next_file(struct plan *p, struct order *out)
{
    while (p->file < p->source->count && p->waiting_archives < WAITING_ARCHIVES &&
           !p->consumer->crowded(p->consumer->ctx)) {
        size_t number = p->file++;
        const struct source_file *f = &p->source->files[number];
        if (!p->consumer->wants(p->consumer->ctx, f->unit)) {
            p->progress.units_done++;
            p->progress.bytes_done += f->size;
            continue;
        }
        struct unit *u = unit_new(p, f->unit);
        u->file = number;
        u->st = (struct os_stat){.size = f->size, .modified = f->modified};
        p->consumer->begun(p->consumer->ctx, u);
        if (begin_file(p, u, f)) {
            give_open(u, out);
            return true;
        }
    }
    return false;
}

static bool next_member(struct plan *p, struct order *out)
{
    for (size_t depth = ARRAY_LEN(p->members); depth-- > 0;) {
        struct unit *u = pop(&p->members[depth]);
        if (u) {
            give_open(u, out);
            return true;
        }
    }
    return false;
}

static bool next_part(struct plan *p, struct order *out)
{
    struct unit *u = p->active.first;
    if (!u) {
        return false;
    }
    u->tasks++;
    if (u->hash) {
        u->hash = false;
        *out = (struct order){u, TASK_HASH, 0};
    } else {
        *out = (struct order){u, TASK_PART, u->given++};
    }
    if (u->given == u->parts) {
        (void)pop(&p->active);
    }
    return true;
}

bool plan_next(struct plan *p, struct order *out)
{
    return next_part(p, out) || next_member(p, out) || next_file(p, out);
}

bool plan_next_apart(struct plan *p, struct order *out)
{
    for (size_t depth = ARRAY_LEN(p->archives); depth-- > 0;) {
        struct unit *u = p->taking_apart[depth] ? NULL : pop(&p->archives[depth]);
        if (u) {
            p->waiting_archives--;
            p->taking_apart[depth] = true;
            u->apart = false;
            u->tasks++;
            *out = (struct order){u, TASK_EXTRACT, 0};
            return true;
        }
    }
    return false;
}

/* ---- what becomes of them */

static void opened_archive(struct plan *p, struct unit *u)
{
    if (u->depth >= LIMIT_DEPTH) {
        note(u, NOTE_OVER_DEPTH);
        return;
    }
    arena_init(&u->names_arena, NAMES_BUDGET);
    table_init(&u->names, &u->names_arena, false);
    u->names.key = p->key;
    u->apart = true;
    p->waiting_archives++;
    push(&p->archives[u->depth], u);
}

void plan_opened(struct plan *p, struct unit *u, const struct format *f)
{
    bool small = u->st.size <= u->part;
    bool archive = f && f->contains_units;
    u->opened = true;
    u->format = f;
    u->hash = p->hash && !small; /* a small one is hashed where it was opened */
    if (f && !archive) {
        u->parts = f->cut && !small ? (uint32_t)((u->st.size + u->part - 1) / u->part) : 1;
        u->given = small ? 1 : 0;
    }
    if (u->hash || u->given < u->parts) {
        push(&p->active, u);
    }
    if (archive) {
        opened_archive(p, u);
    } else if (!f) {
        note(u, NOTE_NOT_UNDERSTOOD);
    }
}

void plan_returned(struct plan *p, const struct order *o)
{
    struct unit *u = o->unit;
    u->tasks--;
    u->opened = true; /* or never will be */
    if (o->kind == TASK_EXTRACT) {
        p->taking_apart[u->depth] = false;
    }
    check_ended(p, u);
}

/* ---- members */

str plan_member_name(struct unit *archive, str path)
{
    struct arena *a = &archive->names_arena;
    str name = provenance_member(a, archive->path, path.len > 0 ? path : STR("?"));
    name = provenance_unique(&archive->names, a, name, archive->members);
    return name.len <= LIMIT_PATH_TEXT ? name : STR_NONE;
}

bool plan_has_room(const struct plan *p, const struct unit *archive)
{
    return archive->open_members == 0 ||
           (archive->open_nested == 0 && p->unread < LIMIT_OUTSTANDING_FILES &&
            p->unread_members < LIMIT_OUTSTANDING_MEMBERS);
}

struct unit *plan_member(struct plan *p, struct unit *archive, str name, int fd, bool nested,
                         const struct os_stat *st)
{
    struct unit *u = unit_new(p, name);
    u->archive = archive;
    u->file = archive->file;
    u->depth = archive->depth + 1;
    u->st = *st;
    u->fd = fd;
    u->nested = nested;
    archive->open_members++;
    archive->open_nested += nested;
    p->unread_members++;
    p->unread += st->size;
    p->progress.units++;
    p->progress.bytes += st->size;
    p->consumer->begun(p->consumer->ctx, u);
    if (st->size == 0) {
        end_empty(p, u);
    } else {
        push(&p->members[u->depth], u);
    }
    return u;
}

/* ---- the end */

struct unit *plan_ended(struct plan *p)
{
    struct unit *u = pop(&p->ended);
    if (!u) {
        return NULL;
    }
    p->progress.units_done++;
    p->progress.bytes_done += u->st.size - (u->bytes < u->st.size ? u->bytes : u->st.size);
    if (u->archive) {
        p->unread_members--;
        p->unread -= u->st.size;
        u->archive->open_members--;
        u->archive->open_nested -= u->nested;
        check_ended(p, u->archive);
    }
    return u;
}

bool plan_done(const struct plan *p)
{
    return p->open_units == 0 && p->file == p->source->count;
}

void plan_read(struct plan *p, struct unit *u, uint64_t amount)
{
    u->bytes += amount;
    p->progress.bytes_done += amount;
}

struct plan_progress plan_progress(const struct plan *p)
{
    return p->progress;
}
