#include "evtx_chunk.h"
#include "model/value.h"

#include <string.h>

/* Text with its entities apart. */
static void add_plain_text(struct evtx_chunk *c, str text)
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
                tag_text(c, str_sub(text, from, i - from));
            }
            chunk_number(c, ENTITY, 1);
            chunk_name(c, entities[e].name);
            from = i + 1;
        }
    }
    if (text.len > from) {
        tag_text(c, str_from(text, from));
    }
}

/* The text a collector writes for a typed value. */
static str plain_text(struct evtx_chunk *c, const struct evtx_value *v)
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
    uint32_t at = c->at;
    chunk_value(c, v);
    struct field f = {.type = v->type < ARRAY_LEN(kinds) ? kinds[v->type] : (uint8_t)VALUE_UTF16,
                      .data = c->bytes + at,
                      .len = c->at - at};
    str text = value_text(&f, &c->scratch);
    text = arena_str(&c->scratch, text);
    memset(c->bytes + at, 0, c->at - at);
    c->at = at;
    return text;
}

static void plain_element(struct evtx_chunk *c, const char *name, const char *attribute,
                          const char *attribute_text, const struct evtx_value *v)
{
    struct tag tag = tag_begin(c, name, false, 0, attribute != NULL);
    if (attribute) {
        tag_attribute(c, attribute, false);
        tag_text(c, str_of(attribute_text));
        tag_end_attributes(c, &tag);
    }
    str text = v ? plain_text(c, v) : STR_NONE;
    if (!v) {
        tag_end(c, &tag, END_OF_EMPTY);
        return;
    }
    chunk_number(c, END_OF_START_TAG, 1);
    add_plain_text(c, text);
    tag_end(c, &tag, END_OF_ELEMENT);
}

static void plain_number(struct evtx_chunk *c, const char *name, enum evtx_type type, uint64_t n)
{
    struct evtx_value v = {.name = name, .type = type, .number = n};
    plain_element(c, name, NULL, NULL, &v);
}

static void plain_system(struct evtx_chunk *c, const struct evtx_record *r, uint64_t id)
{
    struct evtx_value time = evtx_filetime(NULL, r->time);
    struct evtx_value channel = evtx_text(NULL, r->channel);
    struct evtx_value computer = evtx_text(NULL, r->computer);
    struct tag system = tag_begin(c, "System", false, 0, false);
    chunk_number(c, END_OF_START_TAG, 1);
    plain_element(c, "Provider", "Name", r->provider, NULL);
    plain_number(c, "EventID", EVTX_U32, r->event_id);
    plain_number(c, "Version", EVTX_U8, r->version);
    plain_number(c, "Level", EVTX_U8, r->level);
    plain_number(c, "Task", EVTX_U16, r->task);
    plain_number(c, "Opcode", EVTX_U8, r->opcode);
    plain_number(c, "Keywords", EVTX_HEX64, r->keywords);
    str text = plain_text(c, &time);
    plain_element(c, "TimeCreated", "SystemTime", text.p, NULL);
    plain_number(c, "EventRecordID", EVTX_U64, id);
    plain_element(c, "Channel", NULL, NULL, &channel);
    plain_element(c, "Computer", NULL, NULL, &computer);
    if (r->user_sid) {
        plain_element(c, "Security", "UserID", r->user_sid, NULL);
    }
    tag_end(c, &system, END_OF_ELEMENT);
}

static void plain_value(struct evtx_chunk *c, const struct evtx_record *r,
                        const struct evtx_value *v)
{
    if (r->user_data) {
        plain_element(c, v->name ? v->name : "Data", NULL, NULL, v);
    } else {
        plain_element(c, "Data", v->name ? "Name" : NULL, v->name, v);
    }
}

static void plain_data(struct evtx_chunk *c, const struct evtx_record *r)
{
    struct tag inner = {0};
    struct tag outer = tag_begin(c, r->user_data ? "UserData" : "EventData", false, 0, false);
    chunk_number(c, END_OF_START_TAG, 1);
    if (r->user_data) {
        inner = tag_begin(c, r->user_data, false, 0, false);
        chunk_number(c, END_OF_START_TAG, 1);
    }
    for (size_t i = 0; i < r->count; i++) {
        const struct evtx_value *v = &r->data[i];
        for (size_t item = 0; v->type == EVTX_TEXTS && item < v->count; item++) {
            struct evtx_value one = evtx_text(v->name, v->items[item]);
            plain_value(c, r, &one);
        }
        if (v->type != EVTX_TEXTS) {
            plain_value(c, r, v);
        }
    }
    if (r->user_data) {
        tag_end(c, &inner, END_OF_ELEMENT);
    }
    tag_end(c, &outer, END_OF_ELEMENT);
}

void evtx_plain(struct evtx_chunk *c, const struct evtx_record *r, uint64_t id)
{
    struct tag event = tag_event(c, false, 0);
    plain_system(c, r, id);
    if (r->count > 0 || r->user_data) {
        plain_data(c, r);
    }
    tag_end(c, &event, END_OF_ELEMENT);
    arena_reset(&c->scratch);
}
