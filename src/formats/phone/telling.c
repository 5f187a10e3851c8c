#include "formats/phone/telling.h"

enum { ASK_EVERY = 1024 };

struct telling *telling_new(struct parse *p)
{
    struct telling *t = ARENA_NEW(p->arena, struct telling);
    if (!t) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return NULL;
    }
    t->p = p;
    t->origins.arena = p->arena;
    return t;
}

void telling_add(struct telling *t, const char *name, str value)
{
    str n = str_of(name);
    if (value.len > 0 && t->nfields < TELLING_FIELDS) {
        t->fields[t->nfields++] = (struct field){n, bytes_of_str(value).p, (uint32_t)value.len,
                                                 names_find(t->p->names, n), VALUE_TEXT};
    }
}

bool telling_give(struct telling *t, const char *channel, usec time, uint64_t offset, uint64_t len)
{
    struct event e = {
        .time = time,
        .record = ++t->record,
        .offset = offset,
        .len = len,
        .origin = origins_get(&t->origins, &(struct origin){.channel = str_of(channel)}),
        .fields = t->fields,
        .nfields = t->nfields,
    };
    t->stopped |= !e.origin || (emit_head(t->p, &e) && !emit_event(t->p, &e));
    t->stopped |= t->record % ASK_EVERY == 0 && parse_stopped(t->p);
    t->nfields = 0;
    return !t->stopped;
}
