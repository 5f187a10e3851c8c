#include "formats/windows/evtx_record.h"
#include "model/value.h"

enum {
    FIELDS_MAX = 65536,
    NESTING_MAX = 8,   /* of binary XML in values; real records have 1 */
    PRODUCT_MAX = 256, /* of arrays in one element */
};

static bool reserve(struct evtx_log *log)
{
    struct field *grown = log->nfields < FIELDS_MAX
                              ? arena_grow(log->p->arena, log->fields, &log->fields_cap,
                                           log->nfields + 1, sizeof *grown)
                              : NULL;
    if (!grown) {
        evtx_blame(log, EVTX_OVER_BUDGET);
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

void evtx_add_text(struct evtx_log *log, str name, str text)
{
    bytes raw = bytes_of_str(text);
    const struct field f = {
        .name = name,
        .id = names_find(log->p->names, name),
        .type = VALUE_TEXT,
        .data = raw.p,
        .len = (uint32_t)raw.len,
    };
    (void)add_field(log, &f);
}

/* What a value holds in binary XML. */
static void run_nested(struct evtx_log *log, struct evtx_value v, enum evtx_zone zone,
                       unsigned depth)
{
    if (depth >= NESTING_MAX || !evtx_spend(log, v.len)) {
        evtx_blame(log, EVTX_DAMAGED);
        return;
    }
    size_t from = (size_t)(v.data - log->chunk.p), starts = log->nstarts;
    struct reader r = reader_of((bytes){log->chunk.p, from + v.len});
    reader_seek(&r, from);
    for (struct evtx_instance in; evtx_next_fragment(log, &r, zone, &in);) {
        evtx_run(log, &in, depth);
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
static uint32_t repetitions(struct evtx_log *log, const struct evtx_instance *in,
                            const struct evtx_item *item)
{
    uint64_t product = 1;
    for (uint32_t i = 0; i < item->count; i++) {
        struct evtx_value v = evtx_slot_value(in, item->parts[i].slot);
        if (!item->parts[i].is_slot || !(v.type & EVTX_TYPE_ARRAY)) {
            continue;
        }
        product *= evtx_spend(log, v.len) ? array_count(v) : 1;
        if (product > PRODUCT_MAX) {
            evtx_blame(log, EVTX_DAMAGED);
            return 1;
        }
    }
    return (uint32_t)product;
}

/* A slot among the parts: of an array, the item of this turn. */
static struct evtx_value part_value(const struct evtx_instance *in, const struct evtx_part *part,
                                    uint32_t *turn)
{
    struct evtx_value v = evtx_slot_value(in, part->slot);
    if (!(v.type & EVTX_TYPE_ARRAY)) {
        return v;
    }
    uint32_t count = array_count(v), index = *turn % count;
    *turn /= count;
    return array_at(v, index);
}

/* The parts as one text. */
static void join(struct evtx_log *log, const struct evtx_instance *in, const struct evtx_item *item,
                 uint32_t turn, struct field *out)
{
    struct evtx_text text = {0};
    for (uint32_t i = 0; i < item->count; i++) {
        const struct evtx_part *part = &item->parts[i];
        struct field f = part->text;
        uint32_t len = part->is_slot ? evtx_slot_value(in, part->slot).len : f.len;
        if (!evtx_spend(log, len + 1)) {
            break;
        }
        if (part->is_slot) {
            set_value(&f, part_value(in, part, &turn));
        }
        if (!evtx_text_add(&text, log->p->scratch, value_text(&f, log->p->scratch))) {
            evtx_blame(log, EVTX_OVER_BUDGET);
            break;
        }
    }
    const void *data = text.p;
    out->type = text.len ? VALUE_TEXT : VALUE_NULL;
    out->data = data;
    out->len = (uint32_t)text.len;
}

struct field evtx_item_field(struct evtx_log *log, const struct evtx_instance *in,
                             const struct evtx_item *item)
{
    struct field f = item->field;
    if (item->kind == EVTX_JOIN) {
        join(log, in, item, 0, &f);
    } else if (item->kind == EVTX_SLOT) {
        struct evtx_value v = evtx_slot_value(in, item->slot);
        set_value(&f, v.type & EVTX_TYPE_ARRAY ? array_at(v, 0) : v);
    }
    return f;
}

/* The field of an item, still without a value, under the name that this record gives it. */
static struct field named(struct evtx_log *log, const struct evtx_instance *in,
                          const struct evtx_item *item)
{
    struct field f = item->field;
    if (item->dynamic_name) {
        struct field label = evtx_item_field(log, in, item->dynamic_name);
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

static inline void run_slot(struct evtx_log *log, const struct evtx_instance *in,
                            const struct evtx_item *item, unsigned depth)
{
    struct evtx_value v = evtx_slot_value(in, item->slot);
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

static void run_join(struct evtx_log *log, const struct evtx_instance *in,
                     const struct evtx_item *item, unsigned depth)
{
    bool nested = false;
    for (uint32_t i = 0; i < item->count; i++) {
        struct evtx_value v = evtx_slot_value(in, item->parts[i].slot);
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

void evtx_run(struct evtx_log *log, const struct evtx_instance *in, unsigned depth)
{
    if (!evtx_spend(log, (uint32_t)in->template->count)) {
        return;
    }
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
            if (evtx_slot_value(in, item->slot).type == EVTX_TYPE_NULL) {
                i += item->count;
            }
            break;
        }
    }
}
