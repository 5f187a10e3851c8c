#include "record.h"

#include "base/text.h"
#include "model/value.h"

enum { PLENTY = 256 << 20, DATA_SHOWN = 200 };

struct recorder {
    struct buf *out;
    struct arena values;
    bool heads_only;
    uint64_t member_bytes;
    char member_start[DATA_SHOWN];
};

static void record_str(struct recorder *r, const char *key, str value)
{
    if (value.len) {
        buf_printf(r->out, ",\"%s\":", key);
        buf_json(r->out, value);
    }
}

static void record_place(struct recorder *r, const struct event *e)
{
    buf_printf(r->out, "{\"record\":%llu,\"offset\":%llu,\"len\":%llu",
               (unsigned long long)e->record, (unsigned long long)e->offset,
               (unsigned long long)e->len);
    record_str(r, "time", time_text(&r->values, e->time));
    record_str(r, "channel", e->origin->channel);
    record_str(r, "provider", e->origin->provider);
    record_str(r, "host", e->origin->host);
    if (e->origin->event_id) {
        buf_printf(r->out, ",\"event_id\":%u", e->origin->event_id);
    }
}

static bool record_head(void *ctx, const struct event *head)
{
    struct recorder *r = ctx;
    if (r->heads_only) {
        record_place(r, head);
        buf_add(r->out, STR("}\n"));
        arena_reset(&r->values);
    }
    return !r->heads_only;
}

static bool record_event(void *ctx, const struct event *e)
{
    struct recorder *r = ctx;
    record_place(r, e);
    buf_add(r->out, STR(",\"fields\":["));
    for (size_t i = 0; i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        buf_add(r->out, i ? STR(",[") : STR("["));
        buf_json(r->out, f->name);
        buf_char(r->out, ',');
        if (f->type == VALUE_NULL) {
            buf_add(r->out, STR("null"));
        } else {
            buf_json(r->out, value_text(f, &r->values));
        }
        buf_char(r->out, ']');
    }
    buf_add(r->out, STR("]}\n"));
    arena_reset(&r->values);
    return true;
}

static void record_note(void *ctx, const struct note *n)
{
    struct recorder *r = ctx;
    str name = text_lower(&r->values, str_of(note_name(n->id)));
    buf_printf(r->out, "{\"note\":\"%.*s\",\"offset\":%llu,\"len\":%llu}\n", STR_ARG(name),
               (unsigned long long)n->offset, (unsigned long long)n->len);
}

static bool record_member(void *ctx, const struct member *m)
{
    struct recorder *r = ctx;
    buf_add(r->out, STR("{\"member\":"));
    buf_json(r->out, m->path);
    if (m->size != UINT64_MAX) {
        buf_printf(r->out, ",\"claims\":%llu", (unsigned long long)m->size);
    }
    record_str(r, "modified", time_text(&r->values, m->modified));
    arena_reset(&r->values);
    r->member_bytes = 0;
    return true;
}

static bool record_member_data(void *ctx, bytes piece)
{
    struct recorder *r = ctx;
    for (size_t i = 0; i < piece.len && r->member_bytes + i < DATA_SHOWN; i++) {
        r->member_start[r->member_bytes + i] = (char)piece.p[i];
    }
    r->member_bytes += piece.len;
    return true;
}

static void record_member_end(void *ctx, bool whole)
{
    struct recorder *r = ctx;
    size_t shown = r->member_bytes < DATA_SHOWN ? (size_t)r->member_bytes : DATA_SHOWN;
    buf_printf(r->out, ",\"size\":%llu", (unsigned long long)r->member_bytes);
    record_str(r, "starts", (str){r->member_start, shown});
    buf_add(r->out, whole ? STR("}\n") : STR(",\"whole\":false}\n"));
}

/* The same for every unit, as in a worker. */
static const struct names *record_names(void)
{
    static struct arena arena;
    static struct names names;
    if (!names.count) {
        arena_init(&arena, PLENTY);
        (void)names_init(&names, &arena);
    }
    return &names;
}

void record_unit(const struct format *f, bytes unit, str path, const struct record_options *o,
                 struct buf *out)
{
    static const struct record_options all = {0};
    o = o ? o : &all;
    struct recorder r = {.out = out, .heads_only = o->heads_only};
    struct arena arena, scratch;
    arena_init(&arena, o->arena_budget ? o->arena_budget : PLENTY);
    arena_init(&scratch, PLENTY);
    arena_init(&r.values, PLENTY);
    struct sink sink = {
        .ctx = &r,
        .on_head = record_head,
        .on_event = record_event,
        .on_note = record_note,
        .on_member = record_member,
        .on_member_data = record_member_data,
        .on_member_end = record_member_end,
    };
    struct parse parse = {
        .unit = unit,
        .from = o->from,
        .to = o->to ? o->to : unit.len,
        .path = path,
        .names = record_names(),
        .arena = &arena,
        .scratch = &scratch,
        .carve = o->carve,
        .memory = o->memory,
        .sink = &sink,
    };
    f->parse(&parse);
    arena_done(&r.values);
    arena_done(&scratch);
    arena_done(&arena);
}

void record_parts(const struct format *f, bytes unit, str path, uint64_t step,
                  struct memory *memory, struct buf *out)
{
    uint64_t from = 0;
    do {
        uint64_t to = f->cut && from + step < unit.len ? f->cut(unit, from + step) : unit.len;
        struct record_options o = {.from = from, .to = to, .memory = memory};
        record_unit(f, unit, path, &o, out);
        from = to;
    } while (from < unit.len);
}
