/* One function describes the layout of each message for both directions, so that writer and
 * reader cannot drift apart. */
#include "engine/message.h"

#include "base/reader.h"
#include "sources/provenance.h"

#include <string.h>

struct codec {
    bool writing, bad;
    uint8_t *out; /* writing */
    size_t len;
    struct reader in; /* reading */
    struct arena *arena;
};

static void code_bytes(struct codec *c, void *p, size_t len)
{
    if (c->writing) {
        if (len > LIMIT_MESSAGE - c->len) {
            c->bad = true;
            return;
        }
        memcpy(c->out + c->len, p, len);
        c->len += len;
        return;
    }
    bytes b = reader_take(&c->in, len);
    if (b.len == len && len > 0) {
        memcpy(p, b.p, len);
    }
}

static void code_u64(struct codec *c, uint64_t *n)
{
    uint8_t raw[8] = {0};
    for (size_t i = 0; i < sizeof raw; i++) {
        raw[i] = (uint8_t)(*n >> (8 * i));
    }
    code_bytes(c, raw, sizeof raw);
    *n = c->writing ? *n : load_u64le(raw);
}

static void code_u32(struct codec *c, uint32_t *n)
{
    uint8_t raw[4] = {0};
    for (size_t i = 0; i < sizeof raw; i++) {
        raw[i] = (uint8_t)(*n >> (8 * i));
    }
    code_bytes(c, raw, sizeof raw);
    *n = c->writing ? *n : load_u32le(raw);
}

static void code_i64(struct codec *c, int64_t *n)
{
    uint64_t u = (uint64_t)*n;
    code_u64(c, &u);
    *n = (int64_t)u;
}

static void code_i32(struct codec *c, int32_t *n)
{
    uint32_t u = (uint32_t)*n;
    code_u32(c, &u);
    *n = (int32_t)u;
}

static void code_bool(struct codec *c, bool *b)
{
    uint8_t raw = *b;
    code_bytes(c, &raw, 1);
    *b = raw != 0;
}

/* A number below `end`. */
static void code_below(struct codec *c, uint32_t *n, uint32_t end)
{
    code_u32(c, n);
    if (*n >= end) {
        c->bad = true;
        *n = 0;
    }
}

static void code_raw(struct codec *c, str *s, size_t max)
{
    uint32_t len = (uint32_t)s->len;
    code_below(c, &len, (uint32_t)max + 1);
    if (!c->writing) {
        *s = str_of_bytes(reader_take(&c->in, len));
        return;
    }
    if (len > LIMIT_MESSAGE - c->len) {
        c->bad = true;
        return;
    }
    if (len > 0) {
        memcpy(c->out + c->len, s->p, len);
    }
    c->len += len;
}

static void code_str(struct codec *c, str *s, size_t max)
{
    code_raw(c, s, max);
    if (!c->writing) {
        *s = utf8_made_valid(c->arena, *s);
    }
}

/* An array's length, and room for it when reading. Each item takes at least `least` bytes, so
 * that a short message cannot ask for much memory. */
static void *code_array(struct codec *c, void *items, uint32_t *count, uint32_t max, size_t least,
                        size_t size)
{
    code_below(c, count, max + 1);
    if (c->writing) {
        return items;
    }
    void *room = *count <= reader_left(&c->in) / least ? arena_array(c->arena, *count, size) : NULL;
    if (!room) {
        c->bad = true;
        *count = 0;
    }
    return room;
}

static void code_task(struct codec *c, struct task *t)
{
    uint32_t kind = t->kind;
    code_below(c, &kind, TASK_COUNT);
    t->kind = (enum task_kind)kind;
    code_bool(c, &t->hash);
    code_u32(c, &t->format);
    code_u64(c, &t->size);
    code_u64(c, &t->from);
    code_u64(c, &t->to);
    code_i64(c, &t->modified);
    code_str(c, &t->path, LIMIT_PATH_TEXT);
}

static void code_ready(struct codec *c, struct os_confined *r)
{
    code_u32(c, &r->landlock);
    code_bool(c, &r->seccomp);
    code_bool(c, &r->powerless);
    code_bool(c, &r->memory);
}

static void code_hit(struct codec *c, struct hit *h)
{
    code_u32(c, &h->which);
    code_u64(c, &h->record);
    code_u64(c, &h->offset);
    code_u64(c, &h->len);
    code_i64(c, &h->time);
    code_str(c, &h->channel, LIMIT_NAME_TEXT);
    code_str(c, &h->host, LIMIT_NAME_TEXT);
    code_u32(c, &h->event_id);
    h->fields = code_array(c, h->fields, &h->nfields, LIMIT_FIELDS, 8, sizeof *h->fields);
    for (uint32_t i = 0; i < h->nfields; i++) {
        code_str(c, &h->fields[i].name, LIMIT_NAME_TEXT);
        code_str(c, &h->fields[i].value, LIMIT_FIELD_TEXT);
    }
}

static void code_note(struct codec *c, struct note_told *n)
{
    code_below(c, &n->id, NOTE_COUNT);
    code_u64(c, &n->count);
    code_u64(c, &n->offset);
    code_u64(c, &n->len);
}

static void code_source(struct codec *c, struct source_told *s)
{
    code_str(c, &s->host, LIMIT_NAME_TEXT);
    code_str(c, &s->channel, LIMIT_NAME_TEXT);
    code_str(c, &s->build, LIMIT_NAME_TEXT);
    code_u64(c, &s->events);
    code_i64(c, &s->first);
    code_i64(c, &s->last);
    code_below(c, &s->width, 32);
    s->stretches =
        code_array(c, s->stretches, &s->nstretches, LIMIT_STRETCHES, 8, sizeof *s->stretches);
    for (uint32_t i = 0; i < s->nstretches; i++) {
        code_i64(c, &s->stretches[i]);
    }
    s->ids = code_array(c, s->ids, &s->nids, LIMIT_EVENT_IDS, 12, sizeof *s->ids);
    for (uint32_t i = 0; i < s->nids; i++) {
        code_u32(c, &s->ids[i].id);
        code_u64(c, &s->ids[i].events);
    }
}

static void code_vote(struct codec *c, struct vote_told *v)
{
    code_str(c, &v->host, LIMIT_NAME_TEXT);
    code_i32(c, &v->quarter_hours);
    code_u64(c, &v->count);
}

static void code_visit(struct codec *c, struct visit *v)
{
    uint64_t *const counts[] = {&v->requests, &v->ok,     &v->moved,   &v->refused,
                                &v->failed,   &v->posts,  &v->minutes, &v->out,
                                &v->in,       &v->sized,  &v->swept,   &v->agents,
                                &v->record,   &v->offset, &v->timed,   &v->waited};
    code_str(c, &v->host, LIMIT_NAME_TEXT);
    code_str(c, &v->page, LIMIT_NAME_TEXT);
    code_str(c, &v->address, LIMIT_NAME_TEXT);
    code_str(c, &v->account, LIMIT_NAME_TEXT);
    code_str(c, &v->agent, LIMIT_NAME_TEXT);
    code_i64(c, &v->first);
    code_i64(c, &v->last);
    code_i64(c, &v->ok_first);
    code_i64(c, &v->ok_last);
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        code_u64(c, counts[i]);
    }
}

static void code_member(struct codec *c, struct member_told *m)
{
    code_str(c, &m->path, LIMIT_PATH_TEXT);
    code_u64(c, &m->size);
    code_i64(c, &m->modified);
}

static void code_several(struct codec *c, bytes *several)
{
    str text = str_of_bytes(*several);
    code_raw(c, &text, LIMIT_SEVERAL);
    *several = bytes_of_str(text);
}

static void code_message(struct codec *c, struct message *m)
{
    uint32_t kind = m->kind;
    code_below(c, &kind, MESSAGE_COUNT);
    m->kind = (enum message_kind)kind;
    switch (m->kind) {
    case MESSAGE_TASK:
        code_task(c, &m->task);
        break;
    case MESSAGE_TAKE:
        code_u64(c, &m->take.room);
        code_u64(c, &m->take.capacity);
        break;
    case MESSAGE_READY:
        code_ready(c, &m->ready);
        break;
    case MESSAGE_FORMAT:
        code_u32(c, &m->format);
        break;
    case MESSAGE_HIT:
    case MESSAGE_OBSERVED:
        code_hit(c, &m->hit);
        break;
    case MESSAGE_NOTE:
        code_note(c, &m->note);
        break;
    case MESSAGE_SOURCE:
        code_source(c, &m->source);
        break;
    case MESSAGE_VOTE:
        code_vote(c, &m->vote);
        break;
    case MESSAGE_VISIT:
        code_visit(c, &m->visit);
        break;
    case MESSAGE_LINES:
        code_u64(c, &m->lines);
        break;
    case MESSAGE_MEMBER:
        code_member(c, &m->member);
        break;
    case MESSAGE_BEAT:
        code_u64(c, &m->beat);
        break;
    case MESSAGE_MEMBER_END:
        code_u64(c, &m->member_end.size);
        code_bool(c, &m->member_end.whole);
        code_bool(c, &m->member_end.over_room);
        code_bool(c, &m->member_end.failed);
        code_bool(c, &m->member_end.archive);
        break;
    case MESSAGE_DONE:
        code_u64(c, &m->done.events);
        code_bool(c, &m->done.hashed);
        code_bytes(c, m->done.sha256, sizeof m->done.sha256);
        break;
    case MESSAGE_SEVERAL:
        code_several(c, &m->several);
        break;
    case MESSAGE_SKIP:
    case MESSAGE_BIGGER:
    case MESSAGE_COUNT:
        break;
    }
}

size_t message_write(const struct message *m, uint8_t *room)
{
    struct message copy = *m; /* the writer changes nothing, but shares its code with the reader */
    struct codec c = {.writing = true};
    c.out = room;
    code_message(&c, &copy);
    return c.bad ? 0 : c.len;
}

bool message_read(bytes in, struct message *out, struct arena *a)
{
    struct codec c = {.in = reader_of(in), .arena = a};
    *out = (struct message){0};
    code_message(&c, out);
    return !c.bad && reader_ok(&c.in) && reader_left(&c.in) == 0;
}

size_t message_frame(bytes message, uint8_t *room)
{
    struct codec c = {.writing = true};
    uint32_t len = (uint32_t)message.len;
    c.out = room;
    code_u32(&c, &len);
    memcpy(room + c.len, message.p, message.len);
    return c.len + message.len;
}

bool message_next(bytes *rest, bytes *out)
{
    struct reader r = reader_of(*rest);
    uint32_t len = reader_u32le(&r);
    *out = reader_take(&r, len);
    bool ok = reader_ok(&r) && len > 0;
    *rest = ok ? reader_take(&r, reader_left(&r)) : (bytes){0};
    return ok;
}
