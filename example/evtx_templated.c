#include "evtx_chunk.h"

#include <string.h>

enum {
    TEMPLATE_BUCKETS = 32,
    NESTED_SLOT = 17, /* of the System template: the event's own data */
    XML_TYPE = 0x21,
};

/* <name>%slot</name> */
static void slot_element(struct evtx_chunk *c, const char *name, unsigned slot, unsigned type)
{
    struct tag tag = tag_begin(c, name, true, (uint16_t)slot, false);
    chunk_number(c, END_OF_START_TAG, 1);
    tag_slot(c, OPTIONAL_SLOT, slot, type);
    tag_end(c, &tag, END_OF_ELEMENT);
}

/* <name first="%slot" second="%slot"/> */
static void slot_attributes(struct evtx_chunk *c, const char *name, const char *first,
                            unsigned slot, unsigned type, const char *second, unsigned slot2,
                            unsigned type2)
{
    struct tag tag = tag_begin(c, name, true, NO_DEPENDENCY, true);
    tag_attribute(c, first, second != NULL);
    tag_slot(c, OPTIONAL_SLOT, slot, type);
    if (second) {
        tag_attribute(c, second, false);
        tag_slot(c, OPTIONAL_SLOT, slot2, type2);
    }
    tag_end_attributes(c, &tag);
    tag_end(c, &tag, END_OF_EMPTY);
}

static void event_id_definition(struct evtx_chunk *c)
{
    struct tag tag = tag_begin(c, "EventID", true, 3, true);
    tag_attribute(c, "Qualifiers", false);
    tag_slot(c, OPTIONAL_SLOT, 4, EVTX_U16);
    tag_end_attributes(c, &tag);
    chunk_number(c, END_OF_START_TAG, 1);
    tag_slot(c, OPTIONAL_SLOT, 3, EVTX_U16);
    tag_end(c, &tag, END_OF_ELEMENT);
}

static void computer_definition(struct evtx_chunk *c, const char *computer)
{
    struct tag tag = tag_begin(c, "Computer", true, NO_DEPENDENCY, false);
    chunk_number(c, END_OF_START_TAG, 1);
    tag_text(c, str_of(computer));
    tag_end(c, &tag, END_OF_ELEMENT);
}

/* The slots are numbered as Windows 10 has them; the host's name is part of the template. */
static void system_definition(struct evtx_chunk *c, const void *computer)
{
    struct tag event = tag_event(c, true, NESTED_SLOT);
    struct tag system = tag_begin(c, "System", true, NO_DEPENDENCY, false);
    chunk_number(c, END_OF_START_TAG, 1);
    slot_attributes(c, "Provider", "Name", 14, EVTX_TEXT, "Guid", 15, EVTX_GUID);
    event_id_definition(c);
    slot_element(c, "Version", 11, EVTX_U8);
    slot_element(c, "Level", 0, EVTX_U8);
    slot_element(c, "Task", 2, EVTX_U16);
    slot_element(c, "Opcode", 1, EVTX_U8);
    slot_element(c, "Keywords", 5, EVTX_HEX64);
    slot_attributes(c, "TimeCreated", "SystemTime", 6, EVTX_FILETIME, NULL, 0, 0);
    slot_element(c, "EventRecordID", 10, EVTX_U64);
    slot_attributes(c, "Correlation", "ActivityID", 7, EVTX_GUID, "RelatedActivityID", 13,
                    EVTX_GUID);
    slot_attributes(c, "Execution", "ProcessID", 8, EVTX_U32, "ThreadID", 9, EVTX_U32);
    slot_element(c, "Channel", 16, EVTX_TEXT);
    computer_definition(c, computer);
    slot_attributes(c, "Security", "UserID", 12, EVTX_SID, NULL, 0, 0);
    tag_end(c, &system, END_OF_ELEMENT);
    tag_slot(c, OPTIONAL_SLOT, NESTED_SLOT, XML_TYPE);
    tag_end(c, &event, END_OF_ELEMENT);
}

/* The type a template gives a slot; a record may have no value for it. */
static unsigned slot_type(const struct evtx_value *v)
{
    return v->type == EVTX_NULL ? EVTX_TEXT : v->type;
}

static void data_definition(struct evtx_chunk *c, const struct evtx_value *v, unsigned slot)
{
    bool named = v->name != NULL;
    uint16_t dependency = named ? NO_DEPENDENCY : (uint16_t)slot;
    struct tag tag = tag_begin(c, "Data", true, dependency, named);
    if (named) {
        tag_attribute(c, "Name", false);
        tag_text(c, str_of(v->name));
        tag_end_attributes(c, &tag);
    }
    chunk_number(c, END_OF_START_TAG, 1);
    tag_slot(c, NORMAL_SLOT, slot, slot_type(v));
    tag_end(c, &tag, END_OF_ELEMENT);
}

static void leaf_definition(struct evtx_chunk *c, const struct evtx_value *v, unsigned slot)
{
    struct tag tag = tag_begin(c, v->name ? v->name : "Data", true, NO_DEPENDENCY, false);
    chunk_number(c, END_OF_START_TAG, 1);
    tag_slot(c, NORMAL_SLOT, slot, slot_type(v));
    tag_end(c, &tag, END_OF_ELEMENT);
}

static void data_template(struct evtx_chunk *c, const void *record)
{
    const struct evtx_record *r = record;
    struct tag inner = {0}, outer = tag_begin(c, r->user_data ? "UserData" : "EventData", true,
                                              NO_DEPENDENCY, false);
    chunk_number(c, END_OF_START_TAG, 1);
    if (r->user_data) {
        inner = tag_begin(c, r->user_data, true, NO_DEPENDENCY, false);
        chunk_number(c, END_OF_START_TAG, 1);
    }
    for (size_t i = 0; i < r->count; i++) {
        if (r->user_data) {
            leaf_definition(c, &r->data[i], (unsigned)i);
        } else {
            data_definition(c, &r->data[i], (unsigned)i);
        }
    }
    if (r->user_data) {
        tag_end(c, &inner, END_OF_ELEMENT);
    }
    tag_end(c, &outer, END_OF_ELEMENT);
}

/* A template's GUID is made from what it says, so that it is the same in every chunk and log. */
struct identity {
    uint64_t a, b;
};

static void identify(struct identity *id, const char *text)
{
    str s = str_of(text);
    for (size_t i = 0; i <= s.len; i++) {
        uint64_t c = i < s.len ? (uint8_t)s.p[i] : 0x100;
        id->a = (id->a ^ c) * UINT64_C(0x100000001b3);
        id->b = (id->b + c) * UINT64_C(0x9e3779b97f4a7c15);
        id->b ^= id->b >> 29;
    }
}

static struct identity identity_of_system(const struct evtx_record *r)
{
    struct identity id = {UINT64_C(0xcbf29ce484222325), 1};
    identify(&id, r->computer);
    return id;
}

static struct identity identity_of_data(const struct evtx_record *r)
{
    struct identity id = {UINT64_C(0xcbf29ce484222325), 2};
    identify(&id, r->user_data);
    for (size_t i = 0; i < r->count; i++) {
        const char type[] = {(char)(slot_type(&r->data[i]) | 0x40), r->data[i].name ? 'n' : 'u',
                             '\0'};
        identify(&id, type);
        identify(&id, r->data[i].name);
    }
    return id;
}

static uint32_t find_template(const struct evtx_chunk *c, const uint8_t guid[16])
{
    uint32_t bucket = load_le(guid, 4) % TEMPLATE_BUCKETS;
    uint32_t at = load_le(c->bytes + EVTX_TEMPLATE_TABLE + 4 * (size_t)bucket, 4);
    while (at && memcmp(c->bytes + at + 4, guid, 16) != 0) {
        at = load_le(c->bytes + at, 4);
    }
    return at;
}

static void define(struct evtx_chunk *c, const uint8_t guid[16],
                   void (*body)(struct evtx_chunk *c, const void *about), const void *about)
{
    uint32_t at = c->at;
    uint8_t *head =
        c->bytes + EVTX_TEMPLATE_TABLE + 4 * (size_t)(load_le(guid, 4) % TEMPLATE_BUCKETS);
    chunk_add(c, head, 4);
    chunk_add(c, guid, 16);
    uint32_t size = chunk_begin_size(c);
    chunk_number(c, 0x0001010f, 4);
    body(c, about);
    chunk_number(c, END_OF_FRAGMENT, 1);
    chunk_end_size(c, size);
    if (!c->overflow) {
        store_le(head, at, 4);
    }
}

/* An instance up to its values. */
static void begin_instance(struct evtx_chunk *c, struct identity id,
                           void (*body)(struct evtx_chunk *c, const void *about), const void *about)
{
    uint8_t guid[16];
    store_le(guid, id.a, 8);
    store_le(guid + 8, id.b, 8);
    chunk_number(c, INSTANCE, 1);
    chunk_number(c, 1, 1);
    chunk_add(c, guid, 4);
    uint32_t known = find_template(c, guid);
    chunk_number(c, known ? known : c->at + 4, 4);
    if (!known) {
        define(c, guid, body, about);
    }
}

/* The values of an instance; the table in front of them is filled on the way. */
struct values {
    uint32_t table;
    uint32_t index;
    uint32_t begin; /* of the value at hand */
};

static struct values begin_values(struct evtx_chunk *c, size_t count)
{
    chunk_number(c, count, 4);
    struct values values = {.table = c->at};
    for (size_t i = 0; i < count; i++) {
        chunk_number(c, 0, 4);
    }
    values.begin = c->at;
    return values;
}

static void end_value(struct evtx_chunk *c, struct values *values, unsigned type)
{
    uint32_t len = c->at - values->begin;
    c->unfit |= len > 0xffff;
    if (!c->overflow) {
        uint8_t *descriptor = c->bytes + values->table + 4 * (size_t)values->index;
        store_le(descriptor, len, 2);
        store_le(descriptor + 2, type, 2);
    }
    values->index++;
    values->begin = c->at;
}

static void value(struct evtx_chunk *c, struct values *values, const struct evtx_value *v)
{
    chunk_value(c, v);
    end_value(c, values, v->type);
}

static struct evtx_value text_or_null(const char *text, enum evtx_type type)
{
    return (struct evtx_value){.type = text ? type : EVTX_NULL, .text = text};
}

static void data_instance(struct evtx_chunk *c, const struct evtx_record *r)
{
    begin_instance(c, identity_of_data(r), data_template, r);
    struct values values = begin_values(c, r->count);
    for (size_t i = 0; i < r->count; i++) {
        value(c, &values, &r->data[i]);
    }
}

void evtx_templated(struct evtx_chunk *c, const struct evtx_record *r, uint64_t id)
{
    begin_instance(c, identity_of_system(r), system_definition, r->computer);
    const struct evtx_value system[NESTED_SLOT] = {
        [0] = evtx_u8(NULL, r->level),
        [1] = evtx_u8(NULL, r->opcode),
        [2] = evtx_u16(NULL, r->task),
        [3] = evtx_u16(NULL, (uint16_t)r->event_id),
        [4] = r->qualifiers ? evtx_u16(NULL, r->qualifiers) : evtx_null(NULL),
        [5] = evtx_hex64(NULL, r->keywords),
        [6] = evtx_filetime(NULL, r->time),
        [7] = text_or_null(r->activity_id, EVTX_GUID),
        [8] = evtx_u32(NULL, r->pid),
        [9] = evtx_u32(NULL, r->tid),
        [10] = evtx_u64(NULL, id),
        [11] = evtx_u8(NULL, r->version),
        [12] = text_or_null(r->user_sid, EVTX_SID),
        [13] = evtx_null(NULL),
        [14] = text_or_null(r->provider, EVTX_TEXT),
        [15] = text_or_null(r->provider_guid, EVTX_GUID),
        [16] = text_or_null(r->channel, EVTX_TEXT),
    };
    struct values values = begin_values(c, NESTED_SLOT + 1);
    for (size_t i = 0; i < NESTED_SLOT; i++) {
        value(c, &values, &system[i]);
    }
    bool nested = r->count > 0 || r->user_data;
    if (nested) {
        data_instance(c, r);
    }
    end_value(c, &values, nested ? XML_TYPE : EVTX_NULL);
}
