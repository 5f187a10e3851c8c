#include "evtx_writer.h"

#include "base/text.h"
#include "model/value.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_HEADER = 4096,
    CHUNK = 65536,
    CHUNK_HEADER = 512,
    NAME_TABLE = 128,
    NAME_BUCKETS = 64,
    TEMPLATE_TABLE = 384,
    TEMPLATE_BUCKETS = 32,
    DEFINITION_HEADER = 24,
    RECORD_HEADER = 24,
    NO_DEPENDENCY = 0xffff,
    NESTED_SLOT = 17, /* of the System template: the event's own data */
    XML_TYPE = 0x21,
    MORE = 0x40,
};

enum token {
    END_OF_FRAGMENT,
    ELEMENT,
    END_OF_START_TAG,
    END_OF_EMPTY,
    END_OF_ELEMENT,
    LITERAL,
    ATTRIBUTE,
    ENTITY = 0x09,
    INSTANCE = 0x0c,
    NORMAL_SLOT,
    OPTIONAL_SLOT,
    FRAGMENT,
};

/* The damage that is done chunk by chunk. */
enum {
    CHUNK_DAMAGE = EVTX_DAMAGE_ZERO_SLOTS | EVTX_DAMAGE_CHUNK_CRC | EVTX_DAMAGE_DATA_CRC |
                   EVTX_DAMAGE_SIGNATURE | EVTX_DAMAGE_TORN_RECORD | EVTX_DAMAGE_RECORD_SIZE |
                   EVTX_DAMAGE_FREE_OFFSET | EVTX_DAMAGE_NO_TABLES | EVTX_DAMAGE_LAST_RECORD,
};

struct memory {
    uint8_t *p;
    size_t len, cap;
};

struct evtx_writer {
    evtx_put put;
    void *ctx;
    struct memory memory;
    struct evtx_options options;
    struct evtx_written written;
    uint64_t slot;      /* where the next chunk goes */
    uint64_t last_id;   /* of the record written last */
    uint64_t number;    /* of the first record of the chunk */
    uint32_t in_chunk;  /* records in the chunk */
    uint32_t second_at; /* the chunk's second record, and its last */
    uint32_t last_at;
    bool failed;

    uint8_t chunk[CHUNK];
    uint32_t at;   /* in the chunk */
    bool overflow; /* the record at hand does not fit the chunk */
    bool unfit;    /* a value of it fits no log */
    struct arena scratch;
};

/* ---- values ---- */

struct evtx_value evtx_null(const char *name)
{
    return (struct evtx_value){.name = name, .type = EVTX_NULL};
}

struct evtx_value evtx_text(const char *name, const char *text)
{
    return (struct evtx_value){.name = name, .type = EVTX_TEXT, .text = text};
}

static struct evtx_value number(const char *name, enum evtx_type type, uint64_t n)
{
    return (struct evtx_value){.name = name, .type = type, .number = n};
}

struct evtx_value evtx_u8(const char *name, uint8_t n)
{
    return number(name, EVTX_U8, n);
}

struct evtx_value evtx_u16(const char *name, uint16_t n)
{
    return number(name, EVTX_U16, n);
}

struct evtx_value evtx_u32(const char *name, uint32_t n)
{
    return number(name, EVTX_U32, n);
}

struct evtx_value evtx_u64(const char *name, uint64_t n)
{
    return number(name, EVTX_U64, n);
}

struct evtx_value evtx_i32(const char *name, int32_t n)
{
    return number(name, EVTX_I32, (uint32_t)n);
}

struct evtx_value evtx_hex32(const char *name, uint32_t n)
{
    return number(name, EVTX_HEX32, n);
}

struct evtx_value evtx_hex64(const char *name, uint64_t n)
{
    return number(name, EVTX_HEX64, n);
}

struct evtx_value evtx_bool(const char *name, bool b)
{
    return number(name, EVTX_BOOL, b);
}

struct evtx_value evtx_guid(const char *name, const char *guid)
{
    return (struct evtx_value){.name = name, .type = EVTX_GUID, .text = guid};
}

struct evtx_value evtx_sid(const char *name, const char *sid)
{
    return (struct evtx_value){.name = name, .type = EVTX_SID, .text = sid};
}

struct evtx_value evtx_filetime(const char *name, usec t)
{
    return (struct evtx_value){.name = name, .type = EVTX_FILETIME, .time = t};
}

struct evtx_value evtx_binary(const char *name, bytes raw)
{
    return evtx_raw(name, EVTX_BINARY, raw);
}

struct evtx_value evtx_texts(const char *name, const char *const *items, size_t count)
{
    return (struct evtx_value){.name = name, .type = EVTX_TEXTS, .items = items, .count = count};
}

struct evtx_value evtx_raw(const char *name, enum evtx_type type, bytes raw)
{
    return (struct evtx_value){.name = name, .type = type, .raw = raw};
}

/* ---- bytes into the chunk ---- */

static void store(uint8_t *p, uint64_t n, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        p[i] = (uint8_t)(n >> (8 * i));
    }
}

static uint32_t load(const uint8_t *p, size_t len)
{
    uint32_t n = 0;
    for (size_t i = 0; i < len; i++) {
        n |= (uint32_t)p[i] << (8 * i);
    }
    return n;
}

static void add(struct evtx_writer *w, const void *p, size_t len)
{
    if (w->overflow || len > CHUNK - w->at) {
        w->overflow = true;
        return;
    }
    if (len) {
        memcpy(w->chunk + w->at, p, len);
    }
    w->at += (uint32_t)len;
}

static void add_number(struct evtx_writer *w, uint64_t n, size_t len)
{
    uint8_t raw[8];
    store(raw, n, len);
    add(w, raw, len);
}

static void add_unit(struct evtx_writer *w, uint32_t c)
{
    if (c >= 0x10000) {
        add_number(w, 0xd800 + ((c - 0x10000) >> 10), 2);
        add_number(w, 0xdc00 + (c & 0x3ff), 2);
    } else {
        add_number(w, c, 2);
    }
}

static void add_utf16(struct evtx_writer *w, str text)
{
    for (size_t i = 0; i < text.len && !w->overflow;) {
        add_unit(w, utf8_next(text, &i));
    }
}

/* A size that is known only behind what it measures. */
static uint32_t begin_size(struct evtx_writer *w)
{
    uint32_t at = w->at;
    add_number(w, 0, 4);
    return at;
}

static void end_size(struct evtx_writer *w, uint32_t at)
{
    if (!w->overflow) {
        store(w->chunk + at, w->at - at - 4, 4);
    }
}

/* A u16 count of characters and the text. */
static void add_counted(struct evtx_writer *w, str text)
{
    uint32_t at = w->at;
    add_number(w, 0, 2);
    add_utf16(w, text);
    uint32_t units = (w->at - at - 2) / 2;
    if (!w->overflow) {
        store(w->chunk + at, units, 2);
    }
}

/* ---- names ---- */

static uint16_t hash_of_name(const uint8_t *text, size_t units)
{
    uint32_t h = 0;
    for (size_t i = 0; i < units; i++) {
        h = h * 65599 + load(text + 2 * i, 2);
    }
    return (uint16_t)h;
}

static uint32_t find_name(const struct evtx_writer *w, uint32_t bucket, const uint8_t *stored,
                          size_t len)
{
    uint32_t at = load(w->chunk + NAME_TABLE + 4 * (size_t)bucket, 4);
    while (at && memcmp(w->chunk + at + 4, stored, len) != 0) {
        at = load(w->chunk + at, 4);
    }
    return at;
}

/* Writes the name behind its reference, then looks whether the chunk has it already. */
static void add_name(struct evtx_writer *w, str name)
{
    uint32_t reference = w->at;
    add_number(w, reference + 4, 4);
    add_number(w, 0, 6); /* next, hash */
    add_counted(w, name);
    add_number(w, 0, 2);
    if (w->overflow) {
        return;
    }
    uint8_t *stored = w->chunk + reference + 8; /* hash, count, text */
    size_t len = w->at - reference - 8;
    uint16_t hash = hash_of_name(stored + 4, (len - 6) / 2);
    store(stored, hash, 2);
    uint32_t bucket = hash % NAME_BUCKETS;
    uint32_t known = find_name(w, bucket, stored, len);
    if (known) {
        store(w->chunk + reference, known, 4);
        memset(w->chunk + reference + 4, 0, len + 4);
        w->at = reference + 4;
        return;
    }
    uint8_t *head = w->chunk + NAME_TABLE + 4 * (size_t)bucket;
    memcpy(stored - 4, head, 4);
    store(head, reference + 4, 4);
}

/* ---- values, as they lie in the file ---- */

static unsigned hex_digit(char c)
{
    return ascii_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(ascii_lower(c) - 'a' + 10);
}

static void add_guid(struct evtx_writer *w, const char *text)
{
    static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t raw[16] = {0};
    size_t digits = 0;
    for (; *text && digits < 32; text++) {
        if (ascii_is_alnum(*text)) {
            uint8_t *byte = &raw[order[digits / 2]];
            *byte = (uint8_t)((unsigned)*byte << 4 | (hex_digit(*text) & 15));
            digits++;
        }
    }
    add(w, raw, sizeof raw);
}

static void add_sid(struct evtx_writer *w, const char *text)
{
    uint64_t parts[32] = {0};
    size_t count = 0;
    str rest = str_from(str_of(text), 2), part;
    while (count < 17 && str_cut(&rest, '-', &part)) {
        (void)str_u64(part, &parts[count++]);
    }
    size_t authorities = count > 2 ? count - 2 : 0;
    add_number(w, parts[0], 1);
    add_number(w, authorities, 1);
    for (int i = 5; i >= 0; i--) {
        add_number(w, parts[1] >> (8 * i) & 0xff, 1);
    }
    for (size_t i = 0; i < authorities; i++) {
        add_number(w, parts[2 + i], 4);
    }
}

static uint64_t filetime_of(usec t)
{
    enum { DAYS = 134774 }; /* from 1601 to 1970 */
    return t == TIME_NONE ? 0 : ((uint64_t)t + (uint64_t)DAYS * 86400 * 1000000) * 10;
}

static void add_systemtime(struct evtx_writer *w, usec t)
{
    struct civil c = civil_of_time(t);
    int64_t days = t / (86400 * USEC_PER_SEC) - (t % (86400 * USEC_PER_SEC) < 0);
    int weekday = (int)(((days + 4) % 7 + 7) % 7);
    const int parts[] = {c.year, c.month,  weekday,  c.day,
                         c.hour, c.minute, c.second, c.usec / 1000};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        add_number(w, (uint64_t)parts[i], 2);
    }
}

static void add_real(struct evtx_writer *w, double real, size_t len)
{
    float single = (float)real;
    if (len == 4) {
        add(w, &single, sizeof single);
    } else {
        add(w, &real, sizeof real);
    }
}

static void add_texts(struct evtx_writer *w, const struct evtx_value *v)
{
    for (size_t i = 0; i < v->count; i++) {
        add_utf16(w, str_of(v->items[i]));
        add_number(w, 0, 2);
    }
}

static void add_value(struct evtx_writer *w, const struct evtx_value *v)
{
    static const uint8_t widths[] = {
        [EVTX_I8] = 1,   [EVTX_U8] = 1,   [EVTX_I16] = 2,   [EVTX_U16] = 2,   [EVTX_I32] = 4,
        [EVTX_U32] = 4,  [EVTX_I64] = 8,  [EVTX_U64] = 8,   [EVTX_R32] = 4,   [EVTX_R64] = 8,
        [EVTX_BOOL] = 4, [EVTX_SIZE] = 8, [EVTX_HEX32] = 4, [EVTX_HEX64] = 8,
    };
    if (v->raw.p) {
        add(w, v->raw.p, v->raw.len);
        return;
    }
    switch (v->type) {
    case EVTX_NULL:
    case EVTX_BINARY:
        break;
    case EVTX_TEXT:
        add_utf16(w, str_of(v->text));
        break;
    case EVTX_ANSI:
        add(w, v->text, v->text ? strlen(v->text) : 0);
        break;
    case EVTX_R32:
    case EVTX_R64:
        add_real(w, v->real, widths[v->type]);
        break;
    case EVTX_GUID:
        add_guid(w, v->text);
        break;
    case EVTX_FILETIME:
        add_number(w, filetime_of(v->time), 8);
        break;
    case EVTX_SYSTEMTIME:
        add_systemtime(w, v->time);
        break;
    case EVTX_SID:
        add_sid(w, v->text);
        break;
    case EVTX_TEXTS:
        add_texts(w, v);
        break;
    default:
        add_number(w, v->number, widths[v->type]);
        break;
    }
}

/* ---- binary XML ---- */

struct tag {
    uint32_t size, attributes;
};

/* `definition`: elements in template definitions carry a dependency. */
static struct tag begin_tag(struct evtx_writer *w, const char *name, bool definition,
                            uint16_t dependency, bool has_attributes)
{
    add_number(w, has_attributes ? ELEMENT | MORE : ELEMENT, 1);
    if (definition) {
        add_number(w, dependency, 2);
    }
    struct tag tag = {.size = begin_size(w)};
    add_name(w, str_of(name));
    tag.attributes = has_attributes ? begin_size(w) : 0;
    return tag;
}

static void end_attributes(struct evtx_writer *w, const struct tag *tag)
{
    end_size(w, tag->attributes);
}

static void end_tag(struct evtx_writer *w, const struct tag *tag, enum token end)
{
    add_number(w, end, 1);
    end_size(w, tag->size);
}

static void begin_attribute(struct evtx_writer *w, const char *name, bool another)
{
    add_number(w, another ? ATTRIBUTE | MORE : ATTRIBUTE, 1);
    add_name(w, str_of(name));
}

static void add_literal(struct evtx_writer *w, str text)
{
    add_number(w, LITERAL, 1);
    add_number(w, EVTX_TEXT, 1);
    add_counted(w, text);
}

static void add_slot(struct evtx_writer *w, enum token kind, unsigned slot, unsigned type)
{
    add_number(w, kind, 1);
    add_number(w, slot, 2);
    add_number(w, type, 1);
}

/* <name>%slot</name> */
static void slot_element(struct evtx_writer *w, const char *name, unsigned slot, unsigned type)
{
    struct tag tag = begin_tag(w, name, true, (uint16_t)slot, false);
    add_number(w, END_OF_START_TAG, 1);
    add_slot(w, OPTIONAL_SLOT, slot, type);
    end_tag(w, &tag, END_OF_ELEMENT);
}

/* <name first="%slot" second="%slot"/> */
static void slot_attributes(struct evtx_writer *w, const char *name, const char *first,
                            unsigned slot, unsigned type, const char *second, unsigned slot2,
                            unsigned type2)
{
    struct tag tag = begin_tag(w, name, true, NO_DEPENDENCY, true);
    begin_attribute(w, first, second != NULL);
    add_slot(w, OPTIONAL_SLOT, slot, type);
    if (second) {
        begin_attribute(w, second, false);
        add_slot(w, OPTIONAL_SLOT, slot2, type2);
    }
    end_attributes(w, &tag);
    end_tag(w, &tag, END_OF_EMPTY);
}

static struct tag begin_event(struct evtx_writer *w, bool definition, uint16_t dependency)
{
    struct tag event = begin_tag(w, "Event", definition, dependency, true);
    begin_attribute(w, "xmlns", false);
    add_literal(w, STR("http://schemas.microsoft.com/win/2004/08/events/event"));
    end_attributes(w, &event);
    add_number(w, END_OF_START_TAG, 1);
    return event;
}

static void event_id_definition(struct evtx_writer *w)
{
    struct tag tag = begin_tag(w, "EventID", true, 3, true);
    begin_attribute(w, "Qualifiers", false);
    add_slot(w, OPTIONAL_SLOT, 4, EVTX_U16);
    end_attributes(w, &tag);
    add_number(w, END_OF_START_TAG, 1);
    add_slot(w, OPTIONAL_SLOT, 3, EVTX_U16);
    end_tag(w, &tag, END_OF_ELEMENT);
}

static void computer_definition(struct evtx_writer *w, const char *computer)
{
    struct tag tag = begin_tag(w, "Computer", true, NO_DEPENDENCY, false);
    add_number(w, END_OF_START_TAG, 1);
    add_literal(w, str_of(computer));
    end_tag(w, &tag, END_OF_ELEMENT);
}

/* The slots are numbered as Windows 10 has them; the host's name is part of the template. */
static void system_definition(struct evtx_writer *w, const void *computer)
{
    struct tag event = begin_event(w, true, NESTED_SLOT);
    struct tag system = begin_tag(w, "System", true, NO_DEPENDENCY, false);
    add_number(w, END_OF_START_TAG, 1);
    slot_attributes(w, "Provider", "Name", 14, EVTX_TEXT, "Guid", 15, EVTX_GUID);
    event_id_definition(w);
    slot_element(w, "Version", 11, EVTX_U8);
    slot_element(w, "Level", 0, EVTX_U8);
    slot_element(w, "Task", 2, EVTX_U16);
    slot_element(w, "Opcode", 1, EVTX_U8);
    slot_element(w, "Keywords", 5, EVTX_HEX64);
    slot_attributes(w, "TimeCreated", "SystemTime", 6, EVTX_FILETIME, NULL, 0, 0);
    slot_element(w, "EventRecordID", 10, EVTX_U64);
    slot_attributes(w, "Correlation", "ActivityID", 7, EVTX_GUID, "RelatedActivityID", 13,
                    EVTX_GUID);
    slot_attributes(w, "Execution", "ProcessID", 8, EVTX_U32, "ThreadID", 9, EVTX_U32);
    slot_element(w, "Channel", 16, EVTX_TEXT);
    computer_definition(w, computer);
    slot_attributes(w, "Security", "UserID", 12, EVTX_SID, NULL, 0, 0);
    end_tag(w, &system, END_OF_ELEMENT);
    add_slot(w, OPTIONAL_SLOT, NESTED_SLOT, XML_TYPE);
    end_tag(w, &event, END_OF_ELEMENT);
}

/* The type a template gives a slot; a record may have no value for it. */
static unsigned slot_type(const struct evtx_value *v)
{
    return v->type == EVTX_NULL ? EVTX_TEXT : v->type;
}

static void data_definition(struct evtx_writer *w, const struct evtx_value *v, unsigned slot)
{
    bool named = v->name != NULL;
    uint16_t dependency = named ? NO_DEPENDENCY : (uint16_t)slot;
    struct tag tag = begin_tag(w, "Data", true, dependency, named);
    if (named) {
        begin_attribute(w, "Name", false);
        add_literal(w, str_of(v->name));
        end_attributes(w, &tag);
    }
    add_number(w, END_OF_START_TAG, 1);
    add_slot(w, NORMAL_SLOT, slot, slot_type(v));
    end_tag(w, &tag, END_OF_ELEMENT);
}

static void leaf_definition(struct evtx_writer *w, const struct evtx_value *v, unsigned slot)
{
    struct tag tag = begin_tag(w, v->name ? v->name : "Data", true, NO_DEPENDENCY, false);
    add_number(w, END_OF_START_TAG, 1);
    add_slot(w, NORMAL_SLOT, slot, slot_type(v));
    end_tag(w, &tag, END_OF_ELEMENT);
}

static void data_template(struct evtx_writer *w, const void *record)
{
    const struct evtx_record *r = record;
    struct tag inner = {0}, outer = begin_tag(w, r->user_data ? "UserData" : "EventData", true,
                                              NO_DEPENDENCY, false);
    add_number(w, END_OF_START_TAG, 1);
    if (r->user_data) {
        inner = begin_tag(w, r->user_data, true, NO_DEPENDENCY, false);
        add_number(w, END_OF_START_TAG, 1);
    }
    for (size_t i = 0; i < r->count; i++) {
        if (r->user_data) {
            leaf_definition(w, &r->data[i], (unsigned)i);
        } else {
            data_definition(w, &r->data[i], (unsigned)i);
        }
    }
    if (r->user_data) {
        end_tag(w, &inner, END_OF_ELEMENT);
    }
    end_tag(w, &outer, END_OF_ELEMENT);
}

/* ---- templates ---- */

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

static uint32_t find_template(const struct evtx_writer *w, const uint8_t guid[16])
{
    uint32_t bucket = load(guid, 4) % TEMPLATE_BUCKETS;
    uint32_t at = load(w->chunk + TEMPLATE_TABLE + 4 * (size_t)bucket, 4);
    while (at && memcmp(w->chunk + at + 4, guid, 16) != 0) {
        at = load(w->chunk + at, 4);
    }
    return at;
}

static void define(struct evtx_writer *w, const uint8_t guid[16],
                   void (*body)(struct evtx_writer *w, const void *about), const void *about)
{
    uint32_t at = w->at;
    uint8_t *head = w->chunk + TEMPLATE_TABLE + 4 * (size_t)(load(guid, 4) % TEMPLATE_BUCKETS);
    add(w, head, 4);
    add(w, guid, 16);
    uint32_t size = begin_size(w);
    add_number(w, 0x0001010f, 4);
    body(w, about);
    add_number(w, END_OF_FRAGMENT, 1);
    end_size(w, size);
    if (!w->overflow) {
        store(head, at, 4);
    }
}

/* An instance up to its values. */
static void begin_instance(struct evtx_writer *w, struct identity id,
                           void (*body)(struct evtx_writer *w, const void *about),
                           const void *about)
{
    uint8_t guid[16];
    store(guid, id.a, 8);
    store(guid + 8, id.b, 8);
    add_number(w, INSTANCE, 1);
    add_number(w, 1, 1);
    add(w, guid, 4);
    uint32_t known = find_template(w, guid);
    add_number(w, known ? known : w->at + 4, 4);
    if (!known) {
        define(w, guid, body, about);
    }
}

/* The values of an instance; the table in front of them is filled on the way. */
struct values {
    uint32_t table;
    uint32_t index;
    uint32_t begin; /* of the value at hand */
};

static struct values begin_values(struct evtx_writer *w, size_t count)
{
    add_number(w, count, 4);
    struct values values = {.table = w->at};
    for (size_t i = 0; i < count; i++) {
        add_number(w, 0, 4);
    }
    values.begin = w->at;
    return values;
}

static void end_value(struct evtx_writer *w, struct values *values, unsigned type)
{
    uint32_t len = w->at - values->begin;
    w->unfit |= len > 0xffff;
    if (!w->overflow) {
        uint8_t *descriptor = w->chunk + values->table + 4 * (size_t)values->index;
        store(descriptor, len, 2);
        store(descriptor + 2, type, 2);
    }
    values->index++;
    values->begin = w->at;
}

static void value(struct evtx_writer *w, struct values *values, const struct evtx_value *v)
{
    add_value(w, v);
    end_value(w, values, v->type);
}

static struct evtx_value text_or_null(const char *text, enum evtx_type type)
{
    return (struct evtx_value){.type = text ? type : EVTX_NULL, .text = text};
}

static void data_instance(struct evtx_writer *w, const struct evtx_record *r)
{
    begin_instance(w, identity_of_data(r), data_template, r);
    struct values values = begin_values(w, r->count);
    for (size_t i = 0; i < r->count; i++) {
        value(w, &values, &r->data[i]);
    }
}

static void system_instance(struct evtx_writer *w, const struct evtx_record *r, uint64_t id)
{
    begin_instance(w, identity_of_system(r), system_definition, r->computer);
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
    struct values values = begin_values(w, NESTED_SLOT + 1);
    for (size_t i = 0; i < NESTED_SLOT; i++) {
        value(w, &values, &system[i]);
    }
    bool nested = r->count > 0 || r->user_data;
    if (nested) {
        data_instance(w, r);
    }
    end_value(w, &values, nested ? XML_TYPE : EVTX_NULL);
}

/* ---- records without templates ---- */

/* Text with its entities apart. */
static void add_plain_text(struct evtx_writer *w, str text)
{
    static const struct {
        char c;
        str name;
    } entities[] = {
        {'&', STR_INIT("amp")},
        {'<', STR_INIT("lt") },
        {'>', STR_INIT("gt") }
    };
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        for (size_t e = 0; e < ARRAY_LEN(entities); e++) {
            if (text.p[i] != entities[e].c) {
                continue;
            }
            if (i > from) {
                add_literal(w, str_sub(text, from, i - from));
            }
            add_number(w, ENTITY, 1);
            add_name(w, entities[e].name);
            from = i + 1;
        }
    }
    if (text.len > from) {
        add_literal(w, str_from(text, from));
    }
}

/* The text a collector writes for a typed value. */
static str plain_text(struct evtx_writer *w, const struct evtx_value *v)
{
    static const uint8_t kinds[] = {
        [EVTX_NULL] = VALUE_NULL,
        [EVTX_TEXT] = VALUE_UTF16,
        [EVTX_ANSI] = VALUE_ANSI,
        [EVTX_I8] = VALUE_INT,
        [EVTX_U8] = VALUE_UINT,
        [EVTX_I16] = VALUE_INT,
        [EVTX_U16] = VALUE_UINT,
        [EVTX_I32] = VALUE_INT,
        [EVTX_U32] = VALUE_UINT,
        [EVTX_I64] = VALUE_INT,
        [EVTX_U64] = VALUE_UINT,
        [EVTX_R32] = VALUE_REAL,
        [EVTX_R64] = VALUE_REAL,
        [EVTX_BOOL] = VALUE_BOOL,
        [EVTX_BINARY] = VALUE_BINARY,
        [EVTX_GUID] = VALUE_GUID,
        [EVTX_SIZE] = VALUE_HEX,
        [EVTX_FILETIME] = VALUE_FILETIME,
        [EVTX_SYSTEMTIME] = VALUE_SYSTEMTIME,
        [EVTX_SID] = VALUE_SID,
        [EVTX_HEX32] = VALUE_HEX,
        [EVTX_HEX64] = VALUE_HEX,
    };
    uint32_t at = w->at;
    add_value(w, v);
    struct field f = {.type = v->type < ARRAY_LEN(kinds) ? kinds[v->type] : (uint8_t)VALUE_UTF16,
                      .data = w->chunk + at,
                      .len = w->at - at};
    str text = value_text(&f, &w->scratch);
    text = arena_str(&w->scratch, text);
    memset(w->chunk + at, 0, w->at - at);
    w->at = at;
    return text;
}

static void plain_element(struct evtx_writer *w, const char *name, const char *attribute,
                          const char *attribute_text, const struct evtx_value *v)
{
    struct tag tag = begin_tag(w, name, false, 0, attribute != NULL);
    if (attribute) {
        begin_attribute(w, attribute, false);
        add_literal(w, str_of(attribute_text));
        end_attributes(w, &tag);
    }
    str text = v ? plain_text(w, v) : STR_NONE;
    if (!v) {
        end_tag(w, &tag, END_OF_EMPTY);
        return;
    }
    add_number(w, END_OF_START_TAG, 1);
    add_plain_text(w, text);
    end_tag(w, &tag, END_OF_ELEMENT);
}

static void plain_number(struct evtx_writer *w, const char *name, enum evtx_type type, uint64_t n)
{
    struct evtx_value v = number(name, type, n);
    plain_element(w, name, NULL, NULL, &v);
}

static void plain_system(struct evtx_writer *w, const struct evtx_record *r, uint64_t id)
{
    struct evtx_value time = evtx_filetime(NULL, r->time);
    struct evtx_value channel = evtx_text(NULL, r->channel);
    struct evtx_value computer = evtx_text(NULL, r->computer);
    struct tag system = begin_tag(w, "System", false, 0, false);
    add_number(w, END_OF_START_TAG, 1);
    plain_element(w, "Provider", "Name", r->provider, NULL);
    plain_number(w, "EventID", EVTX_U32, r->event_id);
    plain_number(w, "Version", EVTX_U8, r->version);
    plain_number(w, "Level", EVTX_U8, r->level);
    plain_number(w, "Task", EVTX_U16, r->task);
    plain_number(w, "Opcode", EVTX_U8, r->opcode);
    plain_number(w, "Keywords", EVTX_HEX64, r->keywords);
    str text = plain_text(w, &time);
    plain_element(w, "TimeCreated", "SystemTime", text.p, NULL);
    plain_number(w, "EventRecordID", EVTX_U64, id);
    plain_element(w, "Channel", NULL, NULL, &channel);
    plain_element(w, "Computer", NULL, NULL, &computer);
    if (r->user_sid) {
        plain_element(w, "Security", "UserID", r->user_sid, NULL);
    }
    end_tag(w, &system, END_OF_ELEMENT);
}

static void plain_value(struct evtx_writer *w, const struct evtx_record *r,
                        const struct evtx_value *v)
{
    if (r->user_data) {
        plain_element(w, v->name ? v->name : "Data", NULL, NULL, v);
    } else {
        plain_element(w, "Data", v->name ? "Name" : NULL, v->name, v);
    }
}

static void plain_data(struct evtx_writer *w, const struct evtx_record *r)
{
    struct tag inner = {0};
    struct tag outer = begin_tag(w, r->user_data ? "UserData" : "EventData", false, 0, false);
    add_number(w, END_OF_START_TAG, 1);
    if (r->user_data) {
        inner = begin_tag(w, r->user_data, false, 0, false);
        add_number(w, END_OF_START_TAG, 1);
    }
    for (size_t i = 0; i < r->count; i++) {
        const struct evtx_value *v = &r->data[i];
        for (size_t item = 0; v->type == EVTX_TEXTS && item < v->count; item++) {
            struct evtx_value one = evtx_text(v->name, v->items[item]);
            plain_value(w, r, &one);
        }
        if (v->type != EVTX_TEXTS) {
            plain_value(w, r, v);
        }
    }
    if (r->user_data) {
        end_tag(w, &inner, END_OF_ELEMENT);
    }
    end_tag(w, &outer, END_OF_ELEMENT);
}

static void plain_record(struct evtx_writer *w, const struct evtx_record *r, uint64_t id)
{
    struct tag event = begin_event(w, false, 0);
    plain_system(w, r, id);
    if (r->count > 0 || r->user_data) {
        plain_data(w, r);
    }
    end_tag(w, &event, END_OF_ELEMENT);
    arena_reset(&w->scratch);
}

/* ---- chunks ---- */

/* zlib's. Half a byte a step is fast enough for a generator. */
static uint32_t crc(uint32_t before, const uint8_t *p, size_t len)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t c = ~before;
    for (size_t i = 0; i < len; i++) {
        c = table[(c ^ p[i]) & 15] ^ c >> 4;
        c = table[(c ^ p[i] >> 4) & 15] ^ c >> 4;
    }
    return ~c;
}

static void begin_chunk(struct evtx_writer *w)
{
    memset(w->chunk, 0, sizeof w->chunk);
    w->at = CHUNK_HEADER;
    w->in_chunk = 0;
}

/* The damage for the chunk at hand. */
static unsigned damage_now(const struct evtx_writer *w)
{
    uint32_t every = w->options.damage_every ? w->options.damage_every : 1;
    bool spared = (w->written.chunks + 1) % every != 0;
    return spared ? w->options.damage & ~(unsigned)CHUNK_DAMAGE : w->options.damage;
}

static void chunk_header(struct evtx_writer *w, unsigned damage)
{
    uint64_t last = w->number + w->in_chunk - 1;
    uint64_t said = damage & EVTX_DAMAGE_LAST_RECORD ? w->number : last;
    uint8_t *c = w->chunk;
    memcpy(c, "ElfChnk", 8);
    store(c + 8, w->number, 8);
    store(c + 16, said, 8);
    store(c + 24, w->number, 8);
    store(c + 32, said, 8);
    store(c + 40, 128, 4);
    store(c + 44, w->last_at, 4);
    store(c + 48, damage & EVTX_DAMAGE_FREE_OFFSET ? 0x20000 : w->at, 4);
    store(c + 120, damage & EVTX_DAMAGE_NO_CRC ? 4 | 1 : 1, 4);
    if (!(damage & EVTX_DAMAGE_NO_CRC)) {
        store(c + 52, crc(0, c + CHUNK_HEADER, w->at - CHUNK_HEADER), 4);
        store(c + 124, crc(crc(0, c, 120), c + 128, CHUNK_HEADER - 128), 4);
    }
}

static void damage_chunk(struct evtx_writer *w, unsigned damage)
{
    uint8_t *c = w->chunk;
    if (damage & EVTX_DAMAGE_CHUNK_CRC) {
        c[124] ^= 0x5a;
    }
    if (damage & EVTX_DAMAGE_DATA_CRC) {
        c[52] ^= 0x5a;
        store(c + 124, crc(crc(0, c, 120), c + 128, CHUNK_HEADER - 128), 4);
    }
    if (damage & EVTX_DAMAGE_NO_TABLES) {
        memset(c + NAME_TABLE, 0xa5, CHUNK_HEADER - NAME_TABLE);
    }
    if (damage & EVTX_DAMAGE_TORN_RECORD && w->in_chunk > 0) {
        memset(c + w->last_at + RECORD_HEADER + 4, 0, w->at - w->last_at - RECORD_HEADER - 4);
        w->written.damaged++;
    }
    if (damage & EVTX_DAMAGE_RECORD_SIZE && w->in_chunk > 2) {
        store(c + w->second_at + 4, 0, 4);
        w->written.damaged++;
    }
    if (damage & EVTX_DAMAGE_SIGNATURE) {
        memcpy(c, "Elf!hnk", 8);
        w->written.damaged += w->in_chunk;
    }
}

static void put(struct evtx_writer *w, uint64_t offset, const void *p, size_t len)
{
    w->failed = w->failed || !w->put(w->ctx, offset, p, len);
}

static void put_chunk(struct evtx_writer *w, uint64_t slot)
{
    put(w, FILE_HEADER + slot * CHUNK, w->chunk, CHUNK);
    w->written.chunks++;
}

static void finish_chunk(struct evtx_writer *w, bool last)
{
    unsigned damage = damage_now(w);
    chunk_header(w, damage);
    damage_chunk(w, damage);
    bool in_front = last && damage & EVTX_DAMAGE_WRAPPED;
    put_chunk(w, in_front ? 0 : w->slot);
    w->slot += !in_front;
    w->number += w->in_chunk;
    if (damage & EVTX_DAMAGE_ZERO_SLOTS && !in_front) {
        memset(w->chunk, 0, sizeof w->chunk);
        put(w, FILE_HEADER + w->slot * CHUNK, w->chunk, CHUNK);
        w->slot++;
    }
    begin_chunk(w);
}

/* ---- the log ---- */

static struct evtx_writer *writer_new(evtx_put put_fn, void *ctx,
                                      const struct evtx_options *options)
{
    struct evtx_writer *w = calloc(1, sizeof *w);
    if (!w) {
        abort();
    }
    w->put = put_fn;
    w->ctx = ctx;
    w->options = options ? *options : (struct evtx_options){0};
    w->number = w->options.first_record ? w->options.first_record : 1;
    w->last_id = w->number - 1;
    w->slot = w->options.damage & EVTX_DAMAGE_WRAPPED ? 1 : 0;
    arena_init(&w->scratch, UINT64_C(16) << 20);
    begin_chunk(w);
    return w;
}

struct evtx_writer *evtx_writer_open(evtx_put put_fn, void *ctx, const struct evtx_options *options)
{
    return writer_new(put_fn, ctx, options);
}

static bool put_to_file(void *ctx, uint64_t offset, const void *data, size_t len)
{
    FILE *f = ctx;
    return offset <= LONG_MAX && fseek(f, (long)offset, SEEK_SET) == 0 &&
           fwrite(data, 1, len, f) == len;
}

struct evtx_writer *evtx_writer_to_file(FILE *seekable, const struct evtx_options *options)
{
    return writer_new(put_to_file, seekable, options);
}

static bool put_to_memory(void *ctx, uint64_t offset, const void *data, size_t len)
{
    struct memory *m = ctx;
    size_t end = (size_t)offset + len;
    if (end > m->cap) {
        size_t cap = m->cap * 2 > end ? m->cap * 2 : end;
        uint8_t *grown = realloc(m->p, cap);
        if (!grown) {
            abort();
        }
        memset(grown + m->cap, 0, cap - m->cap);
        m->p = grown;
        m->cap = cap;
    }
    memcpy(m->p + offset, data, len);
    m->len = end > m->len ? end : m->len;
    return true;
}

struct evtx_writer *evtx_writer_to_memory(const struct evtx_options *options)
{
    struct evtx_writer *w = writer_new(put_to_memory, NULL, options);
    w->ctx = &w->memory;
    return w;
}

/* What is to be written, whichever way its binary XML is made. */
struct job {
    const struct evtx_record *record;
    size_t (*make)(void *ctx, uint32_t chunk_offset, uint8_t *out, size_t room);
    void *ctx;
};

static void add_binxml(struct evtx_writer *w, const struct job *job, uint64_t id)
{
    if (job->make) {
        size_t len = job->make(job->ctx, w->at, w->chunk + w->at, CHUNK - w->at);
        w->overflow = len == 0 || len > CHUNK - w->at;
        w->at += w->overflow ? 0 : (uint32_t)len;
        return;
    }
    add_number(w, 0x0001010f, 4);
    if (job->record->shape == EVTX_PLAIN) {
        plain_record(w, job->record, id);
    } else {
        system_instance(w, job->record, id);
    }
    add_number(w, END_OF_FRAGMENT, 1);
}

/* Writes the record into the chunk; when it does not fit, the chunk is as it was. */
static bool try_record(struct evtx_writer *w, const struct job *job, uint64_t id, usec time)
{
    uint8_t tables[CHUNK_HEADER];
    memcpy(tables, w->chunk, sizeof tables);
    uint32_t at = w->at;
    w->overflow = false;
    w->unfit = false;
    add_number(w, 0x2a2a, 4);
    add_number(w, 0, 4);
    add_number(w, w->number + w->in_chunk, 8);
    add_number(w, w->options.damage & EVTX_DAMAGE_SHIFTED_TIME ? 0 : filetime_of(time), 8);
    add_binxml(w, job, id);
    while (!w->overflow && (w->at - at + 4) % 8) {
        add_number(w, 0, 1);
    }
    add_number(w, w->at - at + 4, 4);
    if (w->overflow || w->unfit) {
        memset(w->chunk + at, 0, CHUNK - at);
        memcpy(w->chunk, tables, sizeof tables);
        w->at = at;
        return false;
    }
    store(w->chunk + at + 4, w->at - at, 4);
    w->second_at = w->in_chunk == 1 ? at : w->second_at;
    w->last_at = at;
    w->in_chunk++;
    return true;
}

static bool write_job(struct evtx_writer *w, const struct job *job, uint64_t id, usec time)
{
    bool shifted = w->options.damage & EVTX_DAMAGE_SHIFTED_TIME;
    if (shifted && w->in_chunk > 0) {
        store(w->chunk + w->last_at + 16, filetime_of(time), 8);
    }
    bool full = w->options.chunk_records && w->in_chunk >= w->options.chunk_records;
    if (full) {
        finish_chunk(w, false);
    }
    uint64_t this_id = id ? id : w->last_id + 1;
    if (!try_record(w, job, this_id, time)) {
        if (w->in_chunk == 0 || w->unfit) {
            return false;
        }
        finish_chunk(w, false);
        if (!try_record(w, job, this_id, time)) {
            return false;
        }
    }
    w->last_id = this_id;
    w->written.records++;
    return !w->failed;
}

bool evtx_write(struct evtx_writer *w, const struct evtx_record *r)
{
    return write_job(w, &(struct job){.record = r}, r->record_id, r->time);
}

bool evtx_write_binxml(struct evtx_writer *w, uint64_t record_id, usec time,
                       size_t (*make)(void *ctx, uint32_t chunk_offset, uint8_t *out, size_t room),
                       void *ctx)
{
    return write_job(w, &(struct job){.make = make, .ctx = ctx}, record_id, time);
}

static void put_file_header(struct evtx_writer *w)
{
    unsigned damage = w->options.damage;
    bool dirty = damage & EVTX_DAMAGE_DIRTY, no_crc = damage & EVTX_DAMAGE_NO_CRC;
    bool wrapped = damage & EVTX_DAMAGE_WRAPPED;
    uint64_t chunks = dirty ? 1 : w->slot;
    uint8_t h[FILE_HEADER] = "ElfFile";
    store(h + 8, wrapped && chunks > 1 ? 1 : 0, 8);
    store(h + 16, wrapped ? 0 : chunks - 1, 8);
    store(h + 24, dirty ? 2 : w->number, 8);
    store(h + 32, 128, 4);
    store(h + 36, 1, 2);
    store(h + 38, 3, 2);
    store(h + 40, FILE_HEADER, 2);
    store(h + 42, chunks, 2);
    store(h + 120, (dirty ? 1u : 0u) | (no_crc ? 4u : 0u), 4);
    store(h + 124, no_crc ? 0 : crc(0, h, 120) ^ (damage & EVTX_DAMAGE_FILE_CRC ? 0x5au : 0u), 4);
    put(w, 0, h, sizeof h);
    w->written.bytes = FILE_HEADER + w->slot * CHUNK;
}

/* Writes what is left; the memory of a log in memory goes to the caller. */
static bool finish_log(struct evtx_writer *w, struct evtx_written *written, struct memory *out)
{
    if (w->in_chunk > 0 || w->written.chunks == 0) {
        finish_chunk(w, true);
    }
    put_file_header(w);
    if (written) {
        *written = w->written;
    }
    *out = w->memory;
    bool ok = !w->failed;
    arena_done(&w->scratch);
    free(w);
    return ok;
}

bool evtx_writer_close(struct evtx_writer *w, struct evtx_written *written)
{
    struct memory unused;
    bool ok = finish_log(w, written, &unused);
    free(unused.p);
    return ok;
}

uint8_t *evtx_writer_take(struct evtx_writer *w, size_t *len, struct evtx_written *written)
{
    assert(w->put == put_to_memory);
    struct memory log;
    if (!finish_log(w, written, &log)) {
        free(log.p);
        return NULL;
    }
    *len = log.len;
    return log.p;
}
