#include "engine/render.h"

#include "base/json.h"
#include "model/value.h"

enum { PIECE = 96 << 10 };
#define LONGEST_LINE (64 * LIMIT_MIB)

static void key_text(struct buf *b, const char *name, str value)
{
    buf_printf(b, ",\"%s\":", name);
    buf_json(b, value);
}

static bool is_json(str s)
{
    struct json j = json_of(bytes_of_str(s));
    while (json_next(&j) != JSON_END) {
    }
    return !json_bad(&j) && str_trim(str_from(s, j.at)).len == 0;
}

static void render_value(struct buf *b, const struct field *f, struct arena *a)
{
    str text = value_text(f, a);
    bool plain = f->type == VALUE_INT || f->type == VALUE_UINT || f->type == VALUE_REAL ||
                 f->type == VALUE_BOOL || f->type == VALUE_JSON;
    if (f->type == VALUE_NULL) {
        buf_add(b, STR("null"));
    } else if (plain && text.len > 0 && is_json(text) && str_find_char(text, '\n') == text.len) {
        buf_add(b, text);
    } else {
        buf_json(b, text);
    }
}

/* For each field the next one of the same name, UINT32_MAX when there is none, and whether it
 * is the first. */
struct same_name {
    uint32_t next, last;
    bool first;
};

static struct same_name *group_names(const struct event *e, struct arena *a, struct hash_key key)
{
    struct table names;
    struct same_name *same = ARENA_ARRAY(a, struct same_name, e->nfields + 1);
    table_init(&names, a, false);
    names.key = key;
    for (uint32_t i = 0; same && i < e->nfields; i++) {
        uint32_t first = i;
        str name = e->fields[i].name.len > 0 ? e->fields[i].name : STR("Data");
        if (!table_put(&names, name, i, &first)) {
            return NULL;
        }
        same[i] = (struct same_name){.next = UINT32_MAX, .last = i, .first = first == i};
        if (first != i) {
            same[same[first].last].next = i;
            same[first].last = i;
        }
    }
    return same;
}

static void render_field(struct buf *b, const struct event *e, const struct same_name *same,
                         uint32_t i, struct arena *a)
{
    bool repeats = same[i].next != UINT32_MAX;
    buf_json(b, e->fields[i].name.len > 0 ? e->fields[i].name : STR("Data"));
    buf_add(b, repeats ? STR(":[") : STR(":"));
    for (uint32_t k = i; k != UINT32_MAX; k = same[k].next) {
        if (k != i) {
            buf_char(b, ',');
        }
        render_value(b, &e->fields[k], a);
    }
    if (repeats) {
        buf_char(b, ']');
    }
}

void render_event(struct buf *b, str unit, const struct event *e, struct arena *a,
                  struct hash_key key)
{
    struct same_name *same = group_names(e, a, key);
    const char *comma = "";
    buf_add(b, STR("{\"unit\":"));
    buf_json(b, unit);
    buf_printf(b, ",\"record\":%llu,\"offset\":%llu", (unsigned long long)e->record,
               (unsigned long long)e->offset);
    key_text(b, "time", time_text(a, e->time));
    key_text(b, "channel", e->origin->channel);
    key_text(b, "provider", e->origin->provider);
    buf_printf(b, ",\"event_id\":%u", e->origin->event_id);
    key_text(b, "host", e->origin->host);
    buf_add(b, STR(",\"fields\":{"));
    for (uint32_t i = 0; same && i < e->nfields; i++) {
        if (same[i].first) {
            buf_add(b, str_of(comma));
            render_field(b, e, same, i, a);
            comma = ",";
        }
    }
    buf_add(b, STR("}}\n"));
}

/* ---- in a worker */

static void flush(struct renderer *r)
{
    str rest = buf_str(&r->lines);
    while (rest.len > 0) {
        str piece = str_sub(rest, 0, PIECE);
        (void)wire_say(r->wire, &(struct message){.kind = MESSAGE_LINES, .lines = piece});
        r->sent += piece.len;
        rest = str_from(rest, piece.len);
    }
    buf_clear(&r->lines);
}

static bool on_head(void *ctx, const struct event *head)
{
    struct renderer *r = ctx;
    r->events++;
    if (r->sent >= LIMIT_PART_LINES) {
        tally_note(&r->notes, NOTE_OVER_OUTPUT, 1, head->offset, head->len);
        return false;
    }
    return true;
}

static bool on_event(void *ctx, const struct event *e)
{
    struct renderer *r = ctx;
    size_t mark = r->lines.len;
    arena_reset(&r->text);
    render_event(&r->lines, r->unit, e, &r->text, r->key);
    if (!buf_ok(&r->lines)) { /* this one is too long: none of it */
        r->lines.len = mark;
        r->lines.bad = false;
        tally_note(&r->notes, NOTE_OVER_OUTPUT, 1, e->offset, e->len);
    }
    if (r->lines.len >= PIECE) {
        flush(r);
    }
    return true;
}

static void on_note(void *ctx, const struct note *n)
{
    struct renderer *r = ctx;
    tally_note(&r->notes, n->id, 1, n->offset, n->len);
}

void renderer_init(struct renderer *r, struct wire *wire, str unit, struct hash_key key)
{
    *r = (struct renderer){.wire = wire, .unit = unit, .key = key};
    arena_init(&r->text, LIMIT_RECORD_ARENA);
    buf_init(&r->lines, LONGEST_LINE);
}

struct sink renderer_sink(struct renderer *r)
{
    return (struct sink){
        .ctx = r,
        .on_head = on_head,
        .on_event = on_event,
        .on_note = on_note,
    };
}

void renderer_end(struct renderer *r)
{
    flush(r);
    buf_done(&r->lines);
    arena_done(&r->text);
    wire_say_notes(r->wire, &r->notes);
}
