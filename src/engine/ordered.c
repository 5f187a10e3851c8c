#include "engine/ordered.h"

#include <stdlib.h>
#include <string.h>

struct piece {
    const uint8_t *p; /* NULL: not there yet */
    size_t len;
    bool lent; /* not ours to free, and not to be kept */
};

struct node {                         /* a unit */
    struct node *next, *first, *last; /* members */
    char *path;
    struct piece *pieces; /* by part */
    size_t cap, given;    /* given: handed on */
    bool ended;
    struct tally notes;
};

struct ordered {
    const struct ordered_user *user;
    struct node top; /* holds the files */
    uint64_t waiting;
};

static void *must(void *p)
{
    if (!p) {
        abort();
    }
    return p;
}

struct ordered *ordered_new(const struct ordered_user *user)
{
    struct ordered *o = must(calloc(1, sizeof *o));
    o->user = user;
    return o;
}

static void piece_done(struct piece *p)
{
    union {
        const uint8_t *in;
        void *out;
    } mine = {p->lent ? NULL : p->p};
    free(mine.out);
    *p = (struct piece){0};
}

static void node_done(struct node *n)
{
    while (n->first) {
        struct node *next = n->first->next;
        node_done(n->first);
        free(n->first);
        n->first = next;
    }
    for (size_t i = n->given; i < n->cap; i++) {
        piece_done(&n->pieces[i]);
    }
    free(n->pieces);
    free(n->path);
}

void ordered_free(struct ordered *o)
{
    node_done(&o->top);
    free(o);
}

void ordered_begun(struct ordered *o, struct unit *u)
{
    struct node *n = must(calloc(1, sizeof *n));
    struct node *above = u->archive ? u->archive->mark : &o->top;
    n->path = must(strdup(u->path.p));
    if (above->last) {
        above->last->next = n;
    } else {
        above->first = n;
    }
    above->last = n;
    u->mark = n;
}

/* Hands on what is next in line. *whole: all of the node, and it can go. */
static bool hand_on(struct ordered *o, struct node *n, bool *whole, struct err *err)
{
    bool ok = true;
    *whole = false;
    while (n->given < n->cap && n->pieces[n->given].p) {
        struct piece *p = &n->pieces[n->given++];
        ok = ok && (p->len == 0 ||
                    o->user->piece(o->user->ctx, str_of(n->path), (bytes){p->p, p->len}, err));
        o->waiting -= p->lent ? 0 : p->len;
        piece_done(p);
    }
    while (ok && n->first) {
        struct node *member = n->first;
        bool member_whole = false;
        ok = hand_on(o, member, &member_whole, err);
        if (!ok || !member_whole) {
            return ok;
        }
        n->first = member->next;
        n->last = n->first ? n->last : NULL;
        node_done(member);
        free(member);
    }
    if (ok && n->ended) {
        o->user->end(o->user->ctx, str_of(n->path), &n->notes);
        *whole = true;
    }
    return ok;
}

static bool advance(struct ordered *o, struct err *err)
{
    bool whole = false;
    return hand_on(o, &o->top, &whole, err);
}

/* Nothing has to come before this part. */
static bool is_next(const struct ordered *o, const struct node *n, uint32_t part)
{
    const struct node *at = &o->top;
    while (at && at != n) {
        at = at->first;
    }
    return at && n->given == part;
}

static const uint8_t *copy_of(bytes b)
{
    uint8_t *copy = must(malloc(b.len + 1));
    if (b.len > 0) {
        memcpy(copy, b.p, b.len);
    }
    return copy;
}

bool ordered_part(struct ordered *o, struct unit *u, uint32_t part, bytes piece, struct err *err)
{
    struct node *n = u->mark;
    if (part >= n->cap) {
        size_t cap = u->parts > part ? u->parts : (size_t)part + 1;
        n->pieces = must(realloc(n->pieces, cap * sizeof *n->pieces));
        memset(n->pieces + n->cap, 0, (cap - n->cap) * sizeof *n->pieces);
        n->cap = cap;
    }
    static const uint8_t nothing[1];
    if (is_next(o, n, part)) {
        const uint8_t *p = piece.len > 0 ? piece.p : nothing;
        n->pieces[part] = (struct piece){.p = p, .len = piece.len, .lent = true};
        return advance(o, err);
    }
    n->pieces[part] = (struct piece){.p = copy_of(piece), .len = piece.len};
    o->waiting += piece.len;
    return true;
}

bool ordered_ended(struct ordered *o, struct unit *u, struct err *err)
{
    struct node *n = u->mark;
    n->ended = true;
    n->notes = u->notes;
    tally_add(&n->notes, &u->own);
    return advance(o, err);
}

uint64_t ordered_waiting(const struct ordered *o)
{
    return o->waiting;
}
