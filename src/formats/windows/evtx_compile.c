#include "formats/windows/evtx_compile.h"

#include "model/value.h"

#include <string.h>

enum {
    MAX_DEPTH = 64, /* of elements; real records have 5 */
    NO_DEPENDENCY = 0xffff,
    DEFINITION_HEADER = 24,
};

enum token {
    ELEMENT = 0x01,
    END_OF_START_TAG = 0x02,
    END_OF_EMPTY = 0x03,
    END_OF_ELEMENT = 0x04,
    ATTRIBUTE = 0x06,
    PI_TARGET = 0x0a,
    PI_DATA = 0x0b,
};

/* An element that is being read. */
struct element {
    str name;
    enum evtx_zone zone;       /* that it stands in */
    enum evtx_zone inner;      /* of its children */
    struct evtx_content label; /* of Data: its Name */
    bool labelled;
    bool has_attributes;
};

static void element(struct evtx_compiler *c, enum evtx_zone zone, unsigned depth);

static struct evtx_item *add_item(struct evtx_compiler *c, struct evtx_item item)
{
    if (!reader_ok(c->r)) {
        return NULL;
    }
    struct evtx_item *grown = arena_grow(c->arena, c->items, &c->cap, c->count + 1, sizeof *grown);
    if (!grown) {
        evtx_over_budget(c);
        return NULL;
    }
    c->items = grown;
    c->items[c->count] = item;
    return &c->items[c->count++];
}

static void set_name(const struct evtx_compiler *c, struct evtx_item *item, str name)
{
    item->field.name = name;
    item->field.id = names_find(c->names, name);
    item->leaf = true;
}

static enum evtx_head head_of(str name)
{
    static const str names[EVTX_HEAD_COUNT] = {
        [EVTX_CHANNEL] = STR_INIT("Channel"),
        [EVTX_PROVIDER] = STR_INIT("Provider_Name"),
        [EVTX_COMPUTER] = STR_INIT("Computer"),
        [EVTX_EVENT_ID] = STR_INIT("EventID"),
        [EVTX_TIME] = STR_INIT("TimeCreated_SystemTime"),
        [EVTX_RECORD_ID] = STR_INIT("EventRecordID"),
    };
    enum evtx_head head = EVTX_CHANNEL;
    while (head < EVTX_HEAD_COUNT && !str_eq(name, names[head])) {
        head++;
    }
    return head;
}

static void attribute(struct evtx_compiler *c, struct element *e)
{
    str name = evtx_read_name(c);
    struct evtx_content content = {0};
    while (evtx_read_text(c, &content)) {
    }
    if (str_starts(name, STR("xmlns")) || e->inner == EVTX_IN_EVENT) {
        return;
    }
    if (e->zone == EVTX_IN_EVENT_DATA && str_eq(e->name, STR("Data"))) {
        e->labelled |= str_eq(name, STR("Name"));
        e->label = str_eq(name, STR("Name")) ? content : e->label;
        return;
    }
    if (e->zone == EVTX_IN_EVENT || e->zone == EVTX_IN_RENDERING) {
        return;
    }
    bool system = e->zone == EVTX_IN_SYSTEM;
    struct evtx_item item = evtx_content_item(c, &content);
    str full = system ? arena_printf(c->arena, "%.*s_%.*s", STR_ARG(e->name), STR_ARG(name)) : name;
    set_name(c, &item, full);
    item.head = (uint8_t)(system ? head_of(full) : EVTX_HEAD_COUNT);
    item.zone = (uint8_t)e->inner;
    (void)add_item(c, item);
}

static void attributes(struct evtx_compiler *c, struct element *e)
{
    evtx_skip_size(c);
    while ((evtx_peek(c) & ~EVTX_MORE) == ATTRIBUTE && reader_ok(c->r)) {
        reader_skip(c->r, 1);
        attribute(c, e);
        e->has_attributes = true;
    }
}

static void processing_instruction(struct evtx_compiler *c)
{
    (void)evtx_read_name(c);
    if (evtx_peek(c) == PI_DATA) {
        reader_skip(c->r, 1);
        reader_skip(c->r, UINT64_C(2) * reader_u16le(c->r));
    }
}

/* Up to and with the end tag. */
static void content(struct evtx_compiler *c, const struct element *e, struct evtx_content *to,
                    unsigned depth)
{
    while (reader_ok(c->r)) {
        if (evtx_read_text(c, to)) {
            continue;
        }
        uint8_t token = evtx_peek(c) & (uint8_t)~EVTX_MORE;
        if (token == ELEMENT) {
            to->has_elements = true;
            element(c, e->inner, depth + 1);
            continue;
        }
        reader_skip(c->r, 1);
        if (token == END_OF_ELEMENT) {
            return;
        }
        if (token == PI_TARGET) {
            processing_instruction(c);
        } else {
            c->r->bad = true;
        }
    }
}

static enum evtx_zone inner_zone(enum evtx_zone zone, str name)
{
    if (zone == EVTX_IN_NOTHING) {
        return EVTX_IN_EVENT;
    }
    if (zone != EVTX_IN_EVENT) {
        return zone;
    }
    static const struct {
        str name;
        enum evtx_zone zone;
    } zones[] = {
        {STR_INIT("System"),        EVTX_IN_SYSTEM    },
        {STR_INIT("EventData"),     EVTX_IN_EVENT_DATA},
        {STR_INIT("RenderingInfo"), EVTX_IN_RENDERING },
    };
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        if (str_eq(name, zones[i].name)) {
            return zones[i].zone;
        }
    }
    return EVTX_IN_USER_DATA;
}

/* Is the text of this element a field? Event and its well-known children only hold others, but
 * what else stands there with nothing below it is kept (BinaryEventData). */
static bool is_field(const struct element *e, const struct evtx_content *text)
{
    switch (e->zone) {
    case EVTX_IN_NOTHING:
        return false;
    case EVTX_IN_EVENT:
        return e->inner == EVTX_IN_USER_DATA && !str_eq(e->name, STR("UserData")) &&
               !text->has_elements && text->count > 0;
    case EVTX_IN_SYSTEM:
        return !text->has_elements && text->count > 0;
    case EVTX_IN_RENDERING:
        return str_eq(e->name, STR("Message")) && !text->has_elements && text->count > 0;
    case EVTX_IN_EVENT_DATA:
        return !text->has_elements;
    case EVTX_IN_USER_DATA:
        return !text->has_elements && (text->count > 0 || !e->has_attributes);
    }
    return false;
}

/* The Name of a Data element; its own name when that is empty. */
static str label_text(struct evtx_compiler *c, const struct element *e, const struct field *label)
{
    str text = value_text(label, c->arena);
    if (text.len == 0 && label->len >= 2 && load_u16le(label->data) != 0) {
        evtx_over_budget(c);
    }
    return text.len ? text : e->name;
}

static void name_field(struct evtx_compiler *c, const struct element *e, struct evtx_item *item)
{
    set_name(c, item, e->name);
    item->head = (uint8_t)(e->zone == EVTX_IN_SYSTEM ? head_of(e->name) : EVTX_HEAD_COUNT);
    if (!e->labelled || e->label.count == 0) {
        return;
    }
    struct evtx_item label = evtx_content_item(c, &e->label);
    if (label.kind == EVTX_CONSTANT) {
        set_name(c, item, label_text(c, e, &label.field));
        return;
    }
    struct evtx_item *kept = ARENA_NEW(c->arena, struct evtx_item);
    if (!kept) {
        evtx_over_budget(c);
        return;
    }
    *kept = label;
    item->dynamic_name = kept;
}

/* The element's own text. Slots beside child elements may hold more elements. */
static void add_text_item(struct evtx_compiler *c, const struct element *e,
                          const struct evtx_content *text)
{
    bool field = is_field(e, text);
    struct evtx_item item = evtx_content_item(c, text);
    item.zone = (uint8_t)e->inner;
    if (field) {
        name_field(c, e, &item);
    }
    if (field || item.kind != EVTX_CONSTANT) {
        (void)add_item(c, item);
    }
}

/* Attributes of an element that has children are no fields outside System. */
static void drop_items(struct evtx_compiler *c, size_t from, size_t to)
{
    memmove(c->items + from, c->items + to, (c->count - to) * sizeof *c->items);
    c->count -= to - from;
}

static void body(struct evtx_compiler *c, struct element *e, bool has_attributes, unsigned depth)
{
    size_t from = c->count;
    if (has_attributes) {
        attributes(c, e);
    }
    size_t to = c->count;
    struct evtx_content text = {0};
    uint8_t end = reader_u8(c->r);
    if (end == END_OF_START_TAG) {
        content(c, e, &text, depth);
    } else if (end != END_OF_EMPTY) {
        c->r->bad = true;
    }
    if (text.has_elements && e->zone != EVTX_IN_SYSTEM && to > from && reader_ok(c->r)) {
        drop_items(c, from, to);
    }
    add_text_item(c, e, &text);
}

static void element(struct evtx_compiler *c, enum evtx_zone zone, unsigned depth)
{
    bool has_attributes = reader_u8(c->r) & EVTX_MORE;
    uint16_t dependency = c->in_definition ? reader_u16le(c->r) : NO_DEPENDENCY;
    evtx_skip_size(c);
    struct element e = {.name = evtx_read_name(c), .zone = zone};
    e.inner = inner_zone(zone, e.name);
    if (depth >= MAX_DEPTH) {
        c->r->bad = true;
        return;
    }
    if (zone == EVTX_IN_NOTHING) {
        dependency = NO_DEPENDENCY; /* Event names the slot of its data here, which may be NULL */
    }
    size_t guard = c->count;
    if (dependency != NO_DEPENDENCY) {
        (void)add_item(
            c, (struct evtx_item){.kind = EVTX_GUARD, .head = EVTX_HEAD_COUNT, .slot = dependency});
    }
    body(c, &e, has_attributes, depth);
    if (dependency != NO_DEPENDENCY && reader_ok(c->r)) {
        c->items[guard].count = (uint32_t)(c->count - guard - 1);
    }
}

static enum evtx_outcome finish(const struct evtx_compiler *c, enum evtx_zone zone,
                                struct evtx_template *out)
{
    if (!reader_ok(c->r)) {
        return c->over_budget ? EVTX_OVER_BUDGET : EVTX_DAMAGED;
    }
    out->items = c->items;
    out->count = c->count;
    out->zone = (uint8_t)zone;
    out->seams = c->seams;
    out->nseams = c->nseams;
    for (size_t i = 0; i < c->count; i++) {
        enum evtx_head head = c->items[i].head;
        if (head != EVTX_HEAD_COUNT && !out->head[head]) {
            out->head[head] = &c->items[i];
            out->has_system = true;
        }
    }
    return EVTX_OK;
}

enum evtx_outcome evtx_compile_element(struct reader *r, bytes chunk, enum evtx_zone zone,
                                       const struct names *names, struct arena *arena,
                                       struct evtx_template *out)
{
    struct evtx_compiler c = {.r = r, .chunk = chunk, .names = names, .arena = arena};
    *out = (struct evtx_template){0};
    element(&c, zone, 0);
    return finish(&c, zone, out);
}

enum evtx_outcome evtx_compile_definition(bytes chunk, uint32_t offset, enum evtx_zone zone,
                                          const struct names *names, struct arena *arena,
                                          struct evtx_template *out)
{
    *out = (struct evtx_template){0};
    struct reader r = reader_of(chunk);
    reader_seek(&r, offset);
    reader_skip(&r, 4);
    bytes guid = reader_take(&r, 16);
    uint32_t len = reader_u32le(&r);
    bytes body = reader_take(&r, len);
    if (!reader_ok(&r)) {
        return EVTX_DAMAGED;
    }
    uint32_t from = offset + DEFINITION_HEADER;
    r = reader_of((bytes){chunk.p, from + body.len});
    reader_seek(&r, from);
    reader_skip(&r, 4); /* fragment header */
    bytes copy = arena_bytes(arena, body), id = arena_bytes(arena, guid);
    struct evtx_compiler c = {.r = &r,
                              .chunk = chunk,
                              .names = names,
                              .arena = arena,
                              .in_definition = true,
                              .copy = copy.p,
                              .seams_from = from};
    if (!copy.p || !id.p) {
        return EVTX_OVER_BUDGET;
    }
    if ((evtx_peek(&c) & ~EVTX_MORE) != ELEMENT) {
        return EVTX_DAMAGED;
    }
    element(&c, zone, 0);
    out->guid = id.p;
    out->body = copy.p;
    out->body_len = (uint32_t)(r.at - from);
    return finish(&c, zone, out);
}
