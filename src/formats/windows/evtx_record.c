/* A record and the template instances in it.
 *
 *     offset  size
 *          0     4  2a 2a 00 00
 *          4     4  size, with this header and the copy at the end
 *          8     8  number
 *         16     8  time written, FILETIME: a hint at best, TimeCreated is the event's time
 *         24        binary XML: most often a fragment header and one template instance
 *     size-4     4  size again
 *
 *     an instance, behind its token 0c
 *          0     1  01
 *          1     4  first word of the template's GUID
 *          5     4  offset of its definition in the chunk; inline when that is here
 *                   u32 next, GUID, u32 size, then as much
 *                   u32 count of values
 *                   for each: u16 size, u8 type, u8 zero
 *                   the values, packed
 */
#include "formats/windows/evtx_record.h"

#include "base/text.h"
#include "formats/windows/evtx_value.h"
#include "model/value.h"

#include <string.h>

enum {
    RECORD_HEADER = 24,
    RECORD_TRAILER = 4,
    DEFINITION_HEADER = 24,
    STARTS_MAX = 65536 / 4 + 64, /* descriptors that fit a chunk, and an end for each instance */
    FIELDS_MAX = 65536,
    NESTING_MAX = 8,   /* of binary XML in values; real records have 1 */
    PRODUCT_MAX = 256, /* of arrays in one element */
};

enum token { END_OF_FRAGMENT, ELEMENT, PI_TARGET = 0x0a, PI_DATA, INSTANCE, FRAGMENT = 0x0f };

/* A template and the values for its slots. */
struct instance {
    const struct evtx_template *template;
    const uint8_t *chunk;
    const uint8_t *descriptors;
    const uint32_t *starts; /* count + 1 of them */
    uint32_t count;
};

static void run(struct evtx_log *log, const struct instance *in, unsigned depth);

bool evtx_log_init(struct evtx_log *log, struct parse *p)
{
    *log = (struct evtx_log){.p = p};
    evtx_templates_init(&log->templates, p->names, p->arena, p->scratch);
    evtx_origins_init(&log->origins, p->arena, p->scratch);
    log->starts = ARENA_ARRAY(p->arena, uint32_t, STARTS_MAX);
    return log->starts != NULL;
}

void evtx_log_chunk(struct evtx_log *log, uint64_t chunk_at, bytes chunk)
{
    log->chunk = chunk;
    log->chunk_at = chunk_at;
    evtx_templates_new_chunk(&log->templates);
}

static void blame(struct evtx_log *log, enum evtx_outcome outcome)
{
    log->damaged |= outcome == EVTX_DAMAGED;
    log->over_budget |= outcome == EVTX_OVER_BUDGET;
}

static void damaged(struct evtx_log *log)
{
    blame(log, EVTX_DAMAGED);
}

static inline struct evtx_value slot_value(const struct instance *in, uint32_t slot)
{
    if (slot >= in->count) {
        return (struct evtx_value){.type = EVTX_TYPE_NULL};
    }
    uint32_t at = in->starts[slot];
    return (struct evtx_value){
        .data = in->chunk + at,
        .len = in->starts[slot + 1] - at,
        .type = in->descriptors[4 * (size_t)slot + 2],
    };
}

/* Sizes that lie are cut at the end of the record. */
static void clip(struct evtx_log *log, uint32_t *starts, uint32_t count, uint32_t end)
{
    for (uint32_t i = 0; i <= count; i++) {
        starts[i] = starts[i] < end ? starts[i] : end;
    }
    damaged(log);
}

/* Where each value begins: the sum of the sizes before it, which cannot overflow. */
static bool locate_values(struct evtx_log *log, struct reader *r, struct instance *out)
{
    if (out->count >= STARTS_MAX - log->nstarts) {
        return false;
    }
    uint32_t *starts = log->starts + log->nstarts;
    log->nstarts += out->count + 1;
    uint32_t at = (uint32_t)r->at, end = (uint32_t)r->in.len;
    starts[0] = at;
    for (size_t i = 0; i < out->count; i++) {
        at += out->descriptors[4 * i] | (uint32_t)out->descriptors[4 * i + 1] << 8;
        starts[i + 1] = at;
    }
    if (at > end) {
        clip(log, starts, out->count, end);
    }
    out->starts = starts;
    reader_seek(r, starts[out->count]);
    return true;
}

/* Reads an instance behind its token. A definition lies before its use, or right in it. */
static bool read_instance(struct evtx_log *log, struct reader *r, enum evtx_zone zone,
                          struct instance *out)
{
    reader_skip(r, 1);
    uint32_t id = reader_u32le(r);
    uint32_t definition = reader_u32le(r);
    if (definition == r->at) {
        reader_skip(r, DEFINITION_HEADER - 4);
        reader_skip(r, reader_u32le(r));
    } else if (definition > r->at) {
        r->bad = true;
    }
    *out = (struct instance){.chunk = log->chunk.p, .count = reader_u32le(r)};
    out->descriptors = reader_take(r, 4 * (uint64_t)out->count).p;
    if (!reader_ok(r) || !locate_values(log, r, out)) {
        damaged(log);
        return false;
    }
    enum evtx_outcome outcome =
        evtx_templates_get(&log->templates, log->chunk, definition, zone, &out->template);
    if (outcome == EVTX_OK && load_u32le(out->template->guid) != id) {
        outcome = EVTX_DAMAGED; /* another lap's record: its definition was overwritten */
    }
    blame(log, outcome);
    return outcome == EVTX_OK;
}

/* An element without a template: made into one, for this record. */
static bool read_element(struct evtx_log *log, struct reader *r, enum evtx_zone zone,
                         struct instance *out)
{
    struct evtx_template *made = ARENA_NEW(log->p->scratch, struct evtx_template);
    *out = (struct instance){.chunk = log->chunk.p, .template = made};
    enum evtx_outcome outcome =
        made ? evtx_compile_element(r, log->chunk, zone, log->p->names, log->p->scratch, made)
             : EVTX_OVER_BUDGET;
    blame(log, outcome);
    return outcome == EVTX_OK;
}

static void skip_processing_instruction(struct reader *r, bytes chunk)
{
    reader_skip(r, 1);
    (void)evtx_name(r, chunk);
    if (reader_left(r) && r->in.p[r->at] == PI_DATA) {
        reader_skip(r, 1);
        reader_skip(r, 2u * reader_u16le(r));
    }
}

/* The next instance or element of `r`; false at the end, and on damage. */
static bool next_fragment(struct evtx_log *log, struct reader *r, enum evtx_zone zone,
                          struct instance *out)
{
    while (reader_left(r)) {
        switch (r->in.p[r->at] & ~0x40) {
        case END_OF_FRAGMENT:
            reader_skip(r, 1);
            break;
        case FRAGMENT:
            reader_skip(r, 4);
            break;
        case PI_TARGET:
            skip_processing_instruction(r, log->chunk);
            break;
        case INSTANCE:
            reader_skip(r, 1);
            return read_instance(log, r, zone, out);
        case ELEMENT:
            return read_element(log, r, zone, out);
        default:
            damaged(log);
            return false;
        }
    }
    log->damaged |= !reader_ok(r);
    return false;
}

static bool reserve(struct evtx_log *log)
{
    struct field *grown = log->nfields < FIELDS_MAX
                              ? arena_grow(log->p->arena, log->fields, &log->fields_cap,
                                           log->nfields + 1, sizeof *grown)
                              : NULL;
    if (!grown) {
        blame(log, EVTX_OVER_BUDGET);
        return false;
    }
    log->fields = grown;
    return true;
}

/* One more field, for this item; NULL over budget. */
static inline struct field *add_field(struct evtx_log *log, const struct field *like)
{
    if (log->nfields == log->fields_cap && !reserve(log)) {
        return NULL;
    }
    struct field *f = &log->fields[log->nfields++];
    *f = *like;
    return f;
}

static inline void set_value(struct field *f, struct evtx_value v)
{
    f->type = evtx_value_kind(v);
    f->data = v.data;
    f->len = f->type == VALUE_NULL ? 0 : v.len;
}

/* The first value that a field of the head gets is the head's. */
static inline void keep_head(struct evtx_log *log, const struct evtx_item *item,
                             const struct field *f)
{
    if (item->head != EVTX_HEAD_COUNT && log->head[item->head].type == VALUE_NULL) {
        log->head[item->head] = *f;
    }
}

static inline void put_value(struct evtx_log *log, const struct evtx_item *item,
                             const struct field *like, struct evtx_value v)
{
    struct field *f = add_field(log, like);
    if (f) {
        set_value(f, v);
        keep_head(log, item, f);
    }
}

static void put(struct evtx_log *log, const struct evtx_item *item, const struct field *whole)
{
    struct field *f = add_field(log, whole);
    if (f) {
        keep_head(log, item, f);
    }
}

/* What a value holds in binary XML. */
static void run_nested(struct evtx_log *log, struct evtx_value v, enum evtx_zone zone,
                       unsigned depth)
{
    if (depth >= NESTING_MAX) {
        damaged(log);
        return;
    }
    size_t from = (size_t)(v.data - log->chunk.p), starts = log->nstarts;
    struct reader r = reader_of((bytes){log->chunk.p, from + v.len});
    reader_seek(&r, from);
    for (struct instance in; next_fragment(log, &r, zone, &in);) {
        run(log, &in, depth);
        log->nstarts = starts;
    }
}

static uint32_t array_count(struct evtx_value v)
{
    uint32_t count = 0;
    struct evtx_array array = evtx_array_of(v);
    for (struct evtx_value item; evtx_array_next(&array, &item);) {
        count++;
    }
    return count;
}

static struct evtx_value array_at(struct evtx_value v, uint32_t index)
{
    struct evtx_array array = evtx_array_of(v);
    struct evtx_value item = {0};
    for (uint32_t i = 0; i <= index; i++) {
        (void)evtx_array_next(&array, &item);
    }
    return item;
}

/* How often the element is repeated for the arrays in it. */
static uint32_t repetitions(struct evtx_log *log, const struct instance *in,
                            const struct evtx_item *item)
{
    uint64_t product = 1;
    for (uint32_t i = 0; i < item->count; i++) {
        struct evtx_value v = slot_value(in, item->parts[i].slot);
        if (item->parts[i].is_slot && v.type & EVTX_TYPE_ARRAY) {
            product *= array_count(v);
        }
        if (product > PRODUCT_MAX) {
            damaged(log);
            return PRODUCT_MAX;
        }
    }
    return (uint32_t)product;
}

/* The parts as one text; arrays give their item of this turn. */
static void join(struct evtx_log *log, const struct instance *in, const struct evtx_item *item,
                 uint32_t turn, struct field *out)
{
    struct evtx_text text = {0};
    for (uint32_t i = 0; i < item->count; i++) {
        struct field f = item->parts[i].text;
        if (item->parts[i].is_slot) {
            struct evtx_value v = slot_value(in, item->parts[i].slot);
            if (v.type & EVTX_TYPE_ARRAY) {
                uint32_t count = array_count(v);
                v = array_at(v, turn % count);
                turn /= count;
            }
            set_value(&f, v);
        }
        if (!evtx_text_add(&text, log->p->scratch, value_text(&f, log->p->scratch))) {
            blame(log, EVTX_OVER_BUDGET);
        }
    }
    const void *data = text.p;
    out->type = text.len ? VALUE_TEXT : VALUE_NULL;
    out->data = data;
    out->len = (uint32_t)text.len;
}

/* Any kind of item as one field; an array gives its first value. */
static struct field item_field(struct evtx_log *log, const struct instance *in,
                               const struct evtx_item *item)
{
    struct field f = item->field;
    if (item->kind == EVTX_JOIN) {
        join(log, in, item, 0, &f);
    } else if (item->kind == EVTX_SLOT) {
        struct evtx_value v = slot_value(in, item->slot);
        set_value(&f, v.type & EVTX_TYPE_ARRAY ? array_at(v, 0) : v);
    }
    return f;
}

/* The field of an item, still without a value, under the name that this record gives it. */
static struct field named(struct evtx_log *log, const struct instance *in,
                          const struct evtx_item *item)
{
    struct field f = item->field;
    if (item->dynamic_name) {
        struct field label = item_field(log, in, item->dynamic_name);
        str name = value_text(&label, log->p->scratch);
        f.name = name.len ? name : f.name;
        f.id = names_find(log->p->names, f.name);
    }
    return f;
}

static void put_array(struct evtx_log *log, const struct evtx_item *item, const struct field *like,
                      struct evtx_value v)
{
    struct evtx_array array = evtx_array_of(v);
    for (struct evtx_value one; evtx_array_next(&array, &one);) {
        put_value(log, item, like, one);
    }
}

static inline void run_slot(struct evtx_log *log, const struct instance *in,
                            const struct evtx_item *item, unsigned depth)
{
    struct evtx_value v = slot_value(in, item->slot);
    if (v.type == EVTX_TYPE_XML) {
        run_nested(log, v, item->zone, depth + 1);
        return;
    }
    if (!item->leaf || (v.type == EVTX_TYPE_NULL && item->optional)) {
        return;
    }
    struct field renamed;
    const struct field *like = &item->field;
    if (item->dynamic_name) {
        renamed = named(log, in, item);
        like = &renamed;
    }
    if (v.type & EVTX_TYPE_ARRAY) {
        put_array(log, item, like, v);
    } else {
        put_value(log, item, like, v);
    }
}

static void run_join(struct evtx_log *log, const struct instance *in, const struct evtx_item *item,
                     unsigned depth)
{
    bool nested = false;
    for (uint32_t i = 0; i < item->count; i++) {
        struct evtx_value v = slot_value(in, item->parts[i].slot);
        if (item->parts[i].is_slot && v.type == EVTX_TYPE_XML) {
            run_nested(log, v, item->zone, depth + 1);
            nested = true;
        }
    }
    if (nested || !item->leaf) {
        return;
    }
    struct field f = named(log, in, item);
    uint32_t turns = repetitions(log, in, item);
    for (uint32_t turn = 0; turn < turns; turn++) {
        join(log, in, item, turn, &f);
        put(log, item, &f);
    }
}

static void run(struct evtx_log *log, const struct instance *in, unsigned depth)
{
    for (size_t i = 0; i < in->template->count; i++) {
        const struct evtx_item *item = &in->template->items[i];
        struct field f;
        switch ((enum evtx_item_kind)item->kind) {
        case EVTX_SLOT:
            run_slot(log, in, item, depth);
            break;
        case EVTX_CONSTANT:
            f = named(log, in, item);
            put(log, item, &f);
            break;
        case EVTX_JOIN:
            run_join(log, in, item, depth);
            break;
        case EVTX_GUARD:
            if (slot_value(in, item->slot).type == EVTX_TYPE_NULL) {
                i += item->count;
            }
            break;
        }
    }
}

/* The head straight from its slots, before anything else of the record is looked at. The
 * template, when what it gives lies in the unit and can be known again by its bytes. */
static const struct evtx_template *read_head(struct evtx_log *log, const struct instance *in)
{
    bool lasting = in->template->kept;
    for (size_t i = 0; i < EVTX_HEAD_COUNT; i++) {
        const struct evtx_item *item = in->template->head[i];
        if (item) {
            log->head[i] = item_field(log, in, item);
            lasting &= item->kind != EVTX_JOIN;
        }
    }
    return lasting ? in->template : NULL;
}

static usec time_of_field(const struct field *f, struct arena *scratch)
{
    return f->type == VALUE_FILETIME ? time_of_filetime(load_u64le(f->data))
                                     : time_parse(str_trim(value_text(f, scratch)));
}

static struct event event_of(struct evtx_log *log, const struct evtx_place *place,
                             const struct evtx_template *from)
{
    const struct field *id = &log->head[EVTX_RECORD_ID], *time = &log->head[EVTX_TIME];
    uint64_t number = evtx_number(id, log->p->scratch);
    return (struct event){
        .time = time_of_field(time, log->p->scratch),
        .record = number ? number : place->number,
        .offset = log->chunk_at + place->at,
        .len = place->len,
        .origin = evtx_origin(&log->origins, from, log->head),
    };
}

static void note(struct evtx_log *log, enum note_id id, const struct evtx_place *place)
{
    emit_note(log->p, id, log->chunk_at + place->at, place->len);
}

/* What was found wrong with the record. */
static void complain(struct evtx_log *log, const struct evtx_place *place)
{
    if (log->damaged) {
        note(log, NOTE_BAD_RECORD, place);
    }
    if (log->over_budget) {
        note(log, NOTE_OVER_BUDGET, place);
    }
}

static bool emit(struct evtx_log *log, const struct evtx_place *place, const struct instance *in)
{
    bool flat = in->template->has_system;
    const struct evtx_template *from = NULL;
    if (flat) {
        from = read_head(log, in);
    } else {
        run(log, in, 0); /* the System element is itself nested in a value */
    }
    struct event e = event_of(log, place, from);
    if (!e.origin) {
        blame(log, EVTX_OVER_BUDGET);
        return true;
    }
    if (e.time == TIME_NONE && log->head[EVTX_TIME].type != VALUE_NULL) {
        note(log, NOTE_BAD_TIME, place);
    }
    if (!emit_head(log->p, &e)) {
        return true;
    }
    if (flat) {
        run(log, in, 0);
    }
    e.fields = log->fields;
    e.nfields = log->nfields;
    return emit_event(log->p, &e);
}

static struct reader begin(struct evtx_log *log, const struct evtx_place *place)
{
    log->nfields = 0;
    log->nstarts = 0;
    log->damaged = false;
    log->over_budget = false;
    memset(log->head, 0, sizeof log->head);
    struct reader r = reader_of((bytes){log->chunk.p, place->at + place->len - RECORD_TRAILER});
    reader_seek(&r, place->at + RECORD_HEADER);
    return r;
}

bool evtx_record_decodes(struct evtx_log *log, const struct evtx_place *place)
{
    struct arena_mark mark = arena_mark(log->p->scratch);
    struct reader r = begin(log, place);
    struct instance in;
    bool ok = next_fragment(log, &r, EVTX_IN_NOTHING, &in);
    if (ok) {
        run(log, &in, 0);
    }
    arena_rewind(log->p->scratch, mark);
    return ok && !log->damaged;
}

bool evtx_record(struct evtx_log *log, const struct evtx_place *place)
{
    struct arena_mark mark = arena_mark(log->p->scratch);
    struct reader r = begin(log, place);
    struct instance in;
    bool go_on = true;
    if (next_fragment(log, &r, EVTX_IN_NOTHING, &in)) {
        go_on = emit(log, place, &in);
        log->damaged |= place->torn;
    } else {
        log->damaged |= !log->over_budget;
    }
    complain(log, place);
    arena_rewind(log->p->scratch, mark);
    return go_on;
}
