#include "formats/windows/evtx_template.h"

#include "base/text.h"
#include "model/value.h"

#include <string.h>

enum {
    MAX_DEPTH = 64, /* of elements; real records have 5 */
    NO_DEPENDENCY = 0xffff,
    DEFINITION_HEADER = 24,
    MORE = 0x40,
};

enum token {
    END_OF_FRAGMENT = 0x00,
    ELEMENT = 0x01,
    END_OF_START_TAG = 0x02,
    END_OF_EMPTY = 0x03,
    END_OF_ELEMENT = 0x04,
    VALUE = 0x05,
    ATTRIBUTE = 0x06,
    CDATA = 0x07,
    CHARACTER = 0x08,
    ENTITY = 0x09,
    PI_TARGET = 0x0a,
    PI_DATA = 0x0b,
    NORMAL_SLOT = 0x0d,
    OPTIONAL_SLOT = 0x0e,
};

struct compiler {
    struct reader *r;
    bytes chunk;
    const struct names *names;
    struct arena *arena;
    bool in_definition; /* elements carry a dependency, and seams are wanted */
    bool over_budget;

    struct evtx_item *items;
    size_t count, cap;
    struct evtx_seam *seams;
    size_t nseams, seams_cap;
    uint32_t seams_from;
};

/* The text between two tags, or of an attribute. */
struct content {
    struct evtx_part *parts;
    size_t count, cap;
    bool has_elements;
};

/* An element that is being read. */
struct element {
    str name;
    enum evtx_zone zone;  /* that it stands in */
    enum evtx_zone inner; /* of its children */
    struct content label; /* of Data: its Name */
    bool labelled;
    bool has_attributes;
};

static void element(struct compiler *c, enum evtx_zone zone, unsigned depth);

static void damaged(struct compiler *c)
{
    c->r->bad = true;
}

static void over_budget(struct compiler *c)
{
    c->over_budget = true;
    c->r->bad = true;
}

static uint8_t peek(const struct compiler *c)
{
    return reader_left(c->r) ? c->r->in.p[c->r->at] : END_OF_FRAGMENT;
}

static void add_seam(struct compiler *c, uint64_t at, const uint8_t *name)
{
    if (!c->in_definition || !reader_ok(c->r)) {
        return;
    }
    struct evtx_seam *grown =
        arena_grow(c->arena, c->seams, &c->seams_cap, c->nseams + 1, sizeof *grown);
    if (!grown) {
        over_budget(c);
        return;
    }
    c->seams = grown;
    c->seams[c->nseams++] = (struct evtx_seam){
        .at = (uint32_t)at - c->seams_from,
        .after = (uint32_t)c->r->at - c->seams_from,
        .name = name,
    };
}

static void skip_size(struct compiler *c)
{
    uint64_t at = c->r->at;
    reader_skip(c->r, 4);
    add_seam(c, at, NULL);
}

/* A stored name: hash, count and text at `offset`+4 of the chunk; empty when it does not fit. */
static bytes stored_name(bytes chunk, uint64_t offset)
{
    struct reader r = reader_of(chunk);
    reader_seek(&r, offset);
    reader_skip(&r, 6);
    uint16_t units = reader_u16le(&r);
    reader_skip(&r, 2u * units);
    return reader_ok(&r) ? (bytes){chunk.p + offset + 4, 4 + 2u * (size_t)units} : (bytes){NULL, 0};
}

bytes evtx_name(struct reader *r, bytes chunk)
{
    uint32_t offset = reader_u32le(r);
    bytes name = stored_name(chunk, offset);
    if (!name.p) {
        r->bad = true;
    } else if (offset == r->at) {
        reader_skip(r, 4 + name.len + 2);
    }
    return r->bad ? (bytes){NULL, 0} : name;
}

static str name_reference(struct compiler *c)
{
    uint64_t at = c->r->at;
    bytes name = evtx_name(c->r, c->chunk);
    if (!reader_ok(c->r)) {
        return STR_NONE;
    }
    add_seam(c, at, name.p);
    str text = text_utf16le(c->arena, (bytes){name.p + 4, name.len - 4});
    if (text.len == 0 && name.len > 4) {
        over_budget(c);
    }
    return text;
}

static void add_part(struct compiler *c, struct content *to, struct evtx_part part)
{
    if (!reader_ok(c->r)) {
        return;
    }
    struct evtx_part *grown =
        arena_grow(c->arena, to->parts, &to->cap, to->count + 1, sizeof *grown);
    if (!grown) {
        over_budget(c);
        return;
    }
    to->parts = grown;
    to->parts[to->count++] = part;
}

static struct field text_field(enum value_type type, bytes text)
{
    return (struct field){.type = (uint8_t)type, .data = text.p, .len = (uint32_t)text.len};
}

static void add_text(struct compiler *c, struct content *to, enum value_type type, bytes text)
{
    add_part(c, to, (struct evtx_part){.text = text_field(type, text)});
}

/* A literal is UTF-16; the format allows others, and none was ever seen. */
static void literal(struct compiler *c, struct content *to)
{
    bool ansi = reader_u8(c->r) == 2;
    uint16_t count = reader_u16le(c->r);
    bytes text = reader_take(c->r, ansi ? count : 2u * count);
    add_text(c, to, ansi ? VALUE_ANSI : VALUE_UTF16, text);
}

static void cdata(struct compiler *c, struct content *to)
{
    uint16_t count = reader_u16le(c->r);
    add_text(c, to, VALUE_UTF16, reader_take(c->r, 2u * count));
}

static void character(struct compiler *c, struct content *to)
{
    add_text(c, to, VALUE_UTF16, reader_take(c->r, 2));
}

static void entity(struct compiler *c, struct content *to)
{
    static const struct {
        str name, text;
    } known[] = {
        {STR_INIT("lt"),   STR_INIT("<") },
        {STR_INIT("gt"),   STR_INIT(">") },
        {STR_INIT("amp"),  STR_INIT("&") },
        {STR_INIT("quot"), STR_INIT("\"")},
        {STR_INIT("apos"), STR_INIT("'") },
    };
    str name = name_reference(c);
    str text = arena_printf(c->arena, "&%.*s;", STR_ARG(name));
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        text = str_eq(name, known[i].name) ? known[i].text : text;
    }
    add_text(c, to, VALUE_TEXT, bytes_of_str(text));
}

static void slot(struct compiler *c, struct content *to, bool optional)
{
    uint16_t number = reader_u16le(c->r);
    reader_skip(c->r, 1); /* the type: that of the instance counts */
    add_part(c, to, (struct evtx_part){.is_slot = true, .optional = optional, .slot = number});
}

/* Reads one token of text; false when another kind of token stands there. */
static bool text_token(struct compiler *c, struct content *to)
{
    uint8_t token = peek(c) & (uint8_t)~MORE;
    if (token != VALUE && token != CDATA && token != CHARACTER && token != ENTITY &&
        token != NORMAL_SLOT && token != OPTIONAL_SLOT) {
        return false;
    }
    reader_skip(c->r, 1);
    switch (token) {
    case VALUE:
        literal(c, to);
        break;
    case CDATA:
        cdata(c, to);
        break;
    case CHARACTER:
        character(c, to);
        break;
    case ENTITY:
        entity(c, to);
        break;
    default:
        slot(c, to, token == OPTIONAL_SLOT);
        break;
    }
    return reader_ok(c->r);
}

static struct evtx_item *add_item(struct compiler *c, struct evtx_item item)
{
    if (!reader_ok(c->r)) {
        return NULL;
    }
    struct evtx_item *grown = arena_grow(c->arena, c->items, &c->cap, c->count + 1, sizeof *grown);
    if (!grown) {
        over_budget(c);
        return NULL;
    }
    c->items = grown;
    c->items[c->count] = item;
    return &c->items[c->count++];
}

bool evtx_text_add(struct evtx_text *t, struct arena *arena, str more)
{
    char *grown = arena_grow(arena, t->p, &t->cap, t->len + more.len + 1, 1);
    if (!grown) {
        return false;
    }
    t->p = grown;
    if (more.len) {
        memcpy(t->p + t->len, more.p, more.len);
    }
    t->len += more.len;
    return true;
}

/* Several constant parts are one constant. */
static struct field joined(struct compiler *c, const struct content *from)
{
    struct evtx_text text = {0};
    for (size_t i = 0; i < from->count; i++) {
        str more = value_text(&from->parts[i].text, c->arena);
        if (!evtx_text_add(&text, c->arena, more)) {
            over_budget(c);
        }
    }
    return text_field(VALUE_TEXT, bytes_of_str((str){text.p, text.len}));
}

/* What the content says, without a name yet. */
static struct evtx_item item_of(struct compiler *c, const struct content *from)
{
    bool any_slot = false;
    for (size_t i = 0; i < from->count; i++) {
        any_slot |= from->parts[i].is_slot;
    }
    struct evtx_item item = {.head = EVTX_HEAD_COUNT, .count = (uint32_t)from->count};
    if (from->count == 1 && any_slot) {
        item.kind = EVTX_SLOT;
        item.slot = from->parts[0].slot;
        item.optional = from->parts[0].optional;
    } else if (from->count == 1) {
        item.field = from->parts[0].text;
    } else if (any_slot) {
        item.kind = EVTX_JOIN;
        item.parts = from->parts;
    } else if (from->count > 1) {
        item.field = joined(c, from);
    }
    return item;
}

static void set_name(const struct compiler *c, struct evtx_item *item, str name)
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

static void attribute(struct compiler *c, struct element *e)
{
    str name = name_reference(c);
    struct content content = {0};
    while (text_token(c, &content)) {
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
    struct evtx_item item = item_of(c, &content);
    str full = system ? arena_printf(c->arena, "%.*s_%.*s", STR_ARG(e->name), STR_ARG(name)) : name;
    set_name(c, &item, full);
    item.head = (uint8_t)(system ? head_of(full) : EVTX_HEAD_COUNT);
    item.zone = (uint8_t)e->inner;
    (void)add_item(c, item);
}

static void attributes(struct compiler *c, struct element *e)
{
    skip_size(c);
    while ((peek(c) & ~MORE) == ATTRIBUTE && reader_ok(c->r)) {
        reader_skip(c->r, 1);
        attribute(c, e);
        e->has_attributes = true;
    }
}

static void processing_instruction(struct compiler *c)
{
    (void)name_reference(c);
    if (peek(c) == PI_DATA) {
        reader_skip(c->r, 1);
        reader_skip(c->r, 2u * reader_u16le(c->r));
    }
}

/* Up to and with the end tag. */
static void content(struct compiler *c, const struct element *e, struct content *to, unsigned depth)
{
    while (reader_ok(c->r)) {
        if (text_token(c, to)) {
            continue;
        }
        uint8_t token = peek(c) & (uint8_t)~MORE;
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
            damaged(c);
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
static bool is_field(const struct element *e, const struct content *text)
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
static str label_text(struct compiler *c, const struct element *e, const struct field *label)
{
    str text = value_text(label, c->arena);
    if (text.len == 0 && label->len >= 2 && load_u16le(label->data) != 0) {
        over_budget(c);
    }
    return text.len ? text : e->name;
}

static void name_field(struct compiler *c, const struct element *e, struct evtx_item *item)
{
    set_name(c, item, e->name);
    item->head = (uint8_t)(e->zone == EVTX_IN_SYSTEM ? head_of(e->name) : EVTX_HEAD_COUNT);
    if (!e->labelled || e->label.count == 0) {
        return;
    }
    struct evtx_item label = item_of(c, &e->label);
    if (label.kind == EVTX_CONSTANT) {
        set_name(c, item, label_text(c, e, &label.field));
        return;
    }
    struct evtx_item *kept = ARENA_NEW(c->arena, struct evtx_item);
    if (!kept) {
        over_budget(c);
        return;
    }
    *kept = label;
    item->dynamic_name = kept;
}

/* The element's own text. Slots beside child elements may hold more elements. */
static void add_text_item(struct compiler *c, const struct element *e, const struct content *text)
{
    bool field = is_field(e, text);
    struct evtx_item item = item_of(c, text);
    item.zone = (uint8_t)e->inner;
    if (field) {
        name_field(c, e, &item);
    }
    if (field || item.kind != EVTX_CONSTANT) {
        (void)add_item(c, item);
    }
}

/* Attributes of an element that has children are no fields outside System. */
static void drop_items(struct compiler *c, size_t from, size_t to)
{
    memmove(c->items + from, c->items + to, (c->count - to) * sizeof *c->items);
    c->count -= to - from;
}

static void body(struct compiler *c, struct element *e, bool has_attributes, unsigned depth)
{
    size_t from = c->count;
    if (has_attributes) {
        attributes(c, e);
    }
    size_t to = c->count;
    struct content text = {0};
    uint8_t end = reader_u8(c->r);
    if (end == END_OF_START_TAG) {
        content(c, e, &text, depth);
    } else if (end != END_OF_EMPTY) {
        damaged(c);
    }
    if (text.has_elements && e->zone != EVTX_IN_SYSTEM && to > from && reader_ok(c->r)) {
        drop_items(c, from, to);
    }
    add_text_item(c, e, &text);
}

static void element(struct compiler *c, enum evtx_zone zone, unsigned depth)
{
    bool has_attributes = reader_u8(c->r) & MORE;
    uint16_t dependency = c->in_definition ? reader_u16le(c->r) : NO_DEPENDENCY;
    skip_size(c);
    struct element e = {.name = name_reference(c), .zone = zone};
    e.inner = inner_zone(zone, e.name);
    if (depth >= MAX_DEPTH) {
        damaged(c);
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

static enum evtx_outcome finish(const struct compiler *c, enum evtx_zone zone,
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
    struct compiler c = {.r = r, .chunk = chunk, .names = names, .arena = arena};
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
    struct compiler c = {.r = &r,
                         .chunk = chunk,
                         .names = names,
                         .arena = arena,
                         .in_definition = true,
                         .seams_from = from};
    if ((peek(&c) & ~MORE) != ELEMENT) {
        return EVTX_DAMAGED;
    }
    element(&c, zone, 0);
    out->guid = guid.p;
    out->body = body.p;
    out->body_len = (uint32_t)(r.at - from);
    return finish(&c, zone, out);
}
