#include "engine/extract.h"

#include "os/file.h"

#include <string.h>

enum { BEAT = 16 << 20 };

void extractor_init(struct extractor *x, struct wire *wire, struct arena *scratch)
{
    *x = (struct extractor){.wire = wire, .scratch = scratch, .fd = -1};
}

/* The parent's answer: a descriptor to write to, or none. */
static bool ask(struct extractor *x, const struct message *question)
{
    struct message answer;
    struct arena_mark mark = arena_mark(x->scratch);
    (void)wire_say(x->wire, question);
    wire_hear(x->wire, &answer, &x->fd, x->scratch);
    x->take = answer.take;
    arena_rewind(x->scratch, mark);
    return answer.kind == MESSAGE_TAKE && x->fd >= 0;
}

static void keep_head(struct extractor *x, bytes piece)
{
    size_t room = sizeof x->head - x->head_len, len = piece.len < room ? piece.len : room;
    if (len > 0) {
        memcpy(x->head + x->head_len, piece.p, len);
        x->head_len += len;
    }
}

static void keep_path(struct extractor *x, str path)
{
    x->path_len = path.len < sizeof x->path ? path.len : sizeof x->path;
    if (x->path_len > 0) {
        memcpy(x->path, path.p + path.len - x->path_len, x->path_len); /* the end tells more */
    }
}

static bool looks_like_archive(const struct extractor *x)
{
    const struct format *f = format_of((bytes){x->head, x->head_len}, (str){x->path, x->path_len});
    return f && f->contains_units;
}

static void end_member(struct extractor *x, bool whole)
{
    struct message m = {.kind = MESSAGE_MEMBER_END};
    os_close(&x->fd);
    if (x->open) {
        x->open = false;
        m.member_end.size = x->size;
        m.member_end.whole = whole && !x->over_room && !x->failed;
        m.member_end.over_room = x->over_room;
        m.member_end.failed = x->failed;
        m.member_end.archive = looks_like_archive(x);
        (void)wire_say(x->wire, &m);
    }
}

static bool on_member(void *ctx, const struct member *member)
{
    struct extractor *x = ctx;
    end_member(x, false); /* of one whose end the parser did not tell */
    x->size = 0;
    x->over_room = false;
    x->failed = false;
    x->head_len = 0;
    keep_path(x, member->path);
    /* Made valid UTF-8 on the other side, a path can become three times as long. */
    str path = str_sub(member->path, 0, LIMIT_PATH_TEXT / 3);
    x->open = ask(x, &(struct message){
                         .kind = MESSAGE_MEMBER,
                         .member = {path, member->size, member->modified},
    });
    return x->open;
}

/* The archive lied about the member's size: what memory took so far moves to a file. */
static bool move_to_file(struct extractor *x)
{
    int memory = x->fd;
    struct os_view view = {0};
    bool ok = os_view_of(&view, memory, x->size) &&
              ask(x, &(struct message){.kind = MESSAGE_BIGGER}) && x->take.capacity >= x->size &&
              os_write_all(x->fd, view.data);
    os_view_close(&view);
    os_close(&memory);
    return ok;
}

static bool on_member_data(void *ctx, bytes piece)
{
    struct extractor *x = ctx;
    uint64_t before = x->size;
    keep_head(x, piece);
    if (piece.len > x->take.room - before) {
        x->over_room = true;
        return false;
    }
    if (piece.len > x->take.capacity - before && !move_to_file(x)) {
        x->failed = true;
        return false;
    }
    if (!os_write_all(x->fd, piece)) { /* no room left where the parent put it */
        x->failed = true;
        return false;
    }
    x->size += piece.len;
    if (x->size / BEAT != before / BEAT) {
        (void)wire_say(x->wire, &(struct message){.kind = MESSAGE_BEAT, .beat = x->size});
    }
    return true;
}

static void on_member_end(void *ctx, bool whole)
{
    end_member(ctx, whole);
}

static void on_note(void *ctx, const struct note *n)
{
    struct extractor *x = ctx;
    tally_note(&x->notes, n->id, 1, n->offset, n->len);
}

static bool no_event(void *ctx, const struct event *e)
{
    (void)ctx, (void)e;
    return false;
}

struct sink extractor_sink(struct extractor *x)
{
    return (struct sink){
        .ctx = x,
        .on_head = no_event,
        .on_event = no_event,
        .on_note = on_note,
        .on_member = on_member,
        .on_member_data = on_member_data,
        .on_member_end = on_member_end,
    };
}

void extractor_end(struct extractor *x)
{
    end_member(x, false);
    wire_keep_notes(x->wire, &x->notes);
}
