#include "engine/render.h"

#include "engine/spell.h"

enum { PIECE = 96 << 10 };
#define LONGEST_LINE (64 * LIMIT_MIB)

/* ---- names that repeat ---- */

enum { FEW = 64, PLACES = 256 };

/* For each field the next one of the same name, UINT32_MAX when there is none, and whether it
 * is the first. */
struct same_name {
    uint32_t next, last;
    bool first;
};

static str name_of(const struct field *f)
{
    return f->name.len > 0 ? f->name : STR("Data");
}

static void join_names(struct same_name *same, uint32_t i, uint32_t first)
{
    same[i] = (struct same_name){.next = UINT32_MAX, .last = i, .first = first == i};
    if (first != i) {
        same[same[first].last].next = i;
        same[first].last = i;
    }
}

/* So few that the worst names cannot make it slow. */
static void group_few(const struct event *e, struct same_name *same)
{
    uint8_t places[PLACES] = {0}; /* 1 + a field's number */
    for (uint32_t i = 0; i < e->nfields; i++) {
        str name = name_of(&e->fields[i]);
        uint32_t first = i, ends = (uint8_t)name.p[0] * 7u + (uint8_t)name.p[name.len - 1];
        size_t at = (name.len * 31 + ends + (size_t)(uint8_t)name.p[name.len / 2] * 13) % PLACES;
        for (; places[at]; at = (at + 1) % PLACES) {
            if (str_eq(name_of(&e->fields[places[at] - 1]), name)) {
                first = places[at] - 1u;
                break;
            }
        }
        places[at] = first == i ? (uint8_t)(i + 1) : places[at];
        join_names(same, i, first);
    }
}

static bool group_many(const struct event *e, struct same_name *same, struct arena *a,
                       struct hash_key key)
{
    struct table names;
    table_init(&names, a, false);
    names.key = key;
    for (uint32_t i = 0; i < e->nfields; i++) {
        uint32_t first = i;
        if (!table_put(&names, name_of(&e->fields[i]), i, &first)) {
            return false;
        }
        join_names(same, i, first);
    }
    return true;
}

static void render_values(struct buf *b, const struct event *e, const struct same_name *same,
                          uint32_t i, struct arena *a)
{
    buf_char(b, '[');
    for (uint32_t k = i; k != UINT32_MAX; k = same[k].next) {
        if (k != i) {
            buf_char(b, ',');
        }
        spell_json(b, &e->fields[k], a);
    }
    buf_char(b, ']');
}

static void render_fields(struct buf *b, const struct event *e, struct arena *a,
                          struct hash_key key)
{
    struct same_name few[FEW], *same = few;
    bool grouped = true;
    if (e->nfields <= FEW) {
        group_few(e, few);
    } else {
        same = ARENA_ARRAY(a, struct same_name, e->nfields);
        grouped = same && group_many(e, same, a, key);
    }
    for (uint32_t i = 0; grouped && i < e->nfields; i++) {
        if (!same[i].first) {
            continue;
        }
        spell_json_key(b, name_of(&e->fields[i]), i == 0);
        if (same[i].next == UINT32_MAX) {
            spell_json(b, &e->fields[i], a);
        } else {
            render_values(b, e, same, i, a);
        }
    }
}

static void render_json(struct buf *b, str unit, const struct event *e, struct arena *a,
                        struct hash_key key)
{
    buf_add(b, STR("{\"unit\":"));
    spell_json_text(b, unit);
    buf_add(b, STR(",\"record\":"));
    buf_u64(b, e->record);
    buf_add(b, STR(",\"offset\":"));
    buf_u64(b, e->offset);
    buf_add(b, STR(",\"time\":\""));
    spell_time(b, e->time);
    buf_add(b, STR("\",\"channel\":"));
    spell_json_text(b, e->origin->channel);
    buf_add(b, STR(",\"provider\":"));
    spell_json_text(b, e->origin->provider);
    buf_add(b, STR(",\"event_id\":"));
    buf_u64(b, e->origin->event_id);
    buf_add(b, STR(",\"host\":"));
    spell_json_text(b, e->origin->host);
    buf_add(b, STR(",\"fields\":{"));
    render_fields(b, e, a, key);
    buf_add(b, STR("}}\n"));
}

void render_event(struct buf *b, enum render_as as, str unit, const struct event *e,
                  struct arena *a, struct hash_key key)
{
    if (as == RENDER_XML) {
        render_xml(b, e, a);
    } else {
        render_json(b, unit, e, a, key);
    }
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
    render_event(&r->lines, r->as, r->unit, e, &r->text, r->key);
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

void renderer_init(struct renderer *r, struct wire *wire, str unit, enum render_as as,
                   struct hash_key key)
{
    *r = (struct renderer){.wire = wire, .unit = unit, .as = as, .key = key};
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
    wire_keep_notes(r->wire, &r->notes);
}
