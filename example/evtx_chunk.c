#include "evtx_chunk.h"

#include "base/text.h"

#include <string.h>

enum { NAME_BUCKETS = 64, MORE = 0x40 };

void store_le(uint8_t *p, uint64_t n, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        p[i] = (uint8_t)(n >> (8 * i));
    }
}

uint32_t load_le(const uint8_t *p, size_t len)
{
    uint32_t n = 0;
    for (size_t i = 0; i < len; i++) {
        n |= (uint32_t)p[i] << (8 * i);
    }
    return n;
}

void chunk_add(struct evtx_chunk *c, const void *p, size_t len)
{
    if (c->overflow || len > EVTX_CHUNK_SIZE - c->at) {
        c->overflow = true;
        return;
    }
    if (len) {
        memcpy(c->bytes + c->at, p, len);
    }
    c->at += (uint32_t)len;
}

void chunk_number(struct evtx_chunk *c, uint64_t n, size_t len)
{
    uint8_t raw[8];
    store_le(raw, n, len);
    chunk_add(c, raw, len);
}

static void add_unit(struct evtx_chunk *c, uint32_t point)
{
    if (point >= 0x10000) {
        chunk_number(c, 0xd800 + ((point - 0x10000) >> 10), 2);
        chunk_number(c, 0xdc00 + (point & 0x3ff), 2);
    } else {
        chunk_number(c, point, 2);
    }
}

void chunk_utf16(struct evtx_chunk *c, str text)
{
    for (size_t i = 0; i < text.len && !c->overflow;) {
        add_unit(c, utf8_next(text, &i));
    }
}

uint32_t chunk_begin_size(struct evtx_chunk *c)
{
    uint32_t at = c->at;
    chunk_number(c, 0, 4);
    return at;
}

void chunk_end_size(struct evtx_chunk *c, uint32_t at)
{
    if (!c->overflow) {
        store_le(c->bytes + at, c->at - at - 4, 4);
    }
}

void chunk_counted(struct evtx_chunk *c, str text)
{
    uint32_t at = c->at;
    chunk_number(c, 0, 2);
    chunk_utf16(c, text);
    uint32_t units = (c->at - at - 2) / 2;
    if (!c->overflow) {
        store_le(c->bytes + at, units, 2);
    }
}

static uint16_t hash_of_name(const uint8_t *text, size_t units)
{
    uint32_t h = 0;
    for (size_t i = 0; i < units; i++) {
        h = h * 65599 + load_le(text + 2 * i, 2);
    }
    return (uint16_t)h;
}

static uint32_t find_name(const struct evtx_chunk *c, uint32_t bucket, const uint8_t *stored,
                          size_t len)
{
    uint32_t at = load_le(c->bytes + EVTX_NAME_TABLE + 4 * (size_t)bucket, 4);
    while (at && memcmp(c->bytes + at + 4, stored, len) != 0) {
        at = load_le(c->bytes + at, 4);
    }
    return at;
}

/* Writes the name behind its reference, then looks whether the chunk has it already. */
void chunk_name(struct evtx_chunk *c, str name)
{
    uint32_t reference = c->at;
    chunk_number(c, reference + 4, 4);
    chunk_number(c, 0, 6); /* next, hash */
    chunk_counted(c, name);
    chunk_number(c, 0, 2);
    if (c->overflow) {
        return;
    }
    uint8_t *stored = c->bytes + reference + 8; /* hash, count, text */
    size_t len = c->at - reference - 8;
    uint16_t hash = hash_of_name(stored + 4, (len - 6) / 2);
    store_le(stored, hash, 2);
    uint32_t bucket = hash % NAME_BUCKETS;
    uint32_t known = find_name(c, bucket, stored, len);
    if (known) {
        store_le(c->bytes + reference, known, 4);
        memset(c->bytes + reference + 4, 0, len + 4);
        c->at = reference + 4;
        return;
    }
    uint8_t *head = c->bytes + EVTX_NAME_TABLE + 4 * (size_t)bucket;
    memcpy(stored - 4, head, 4);
    store_le(head, reference + 4, 4);
}

struct tag tag_begin(struct evtx_chunk *c, const char *name, bool definition, uint16_t dependency,
                     bool has_attributes)
{
    chunk_number(c, has_attributes ? ELEMENT | MORE : ELEMENT, 1);
    if (definition) {
        chunk_number(c, dependency, 2);
    }
    struct tag tag = {.size = chunk_begin_size(c)};
    chunk_name(c, str_of(name));
    tag.attributes = has_attributes ? chunk_begin_size(c) : 0;
    return tag;
}

void tag_end_attributes(struct evtx_chunk *c, const struct tag *tag)
{
    chunk_end_size(c, tag->attributes);
}

void tag_end(struct evtx_chunk *c, const struct tag *tag, enum token end)
{
    chunk_number(c, end, 1);
    chunk_end_size(c, tag->size);
}

void tag_attribute(struct evtx_chunk *c, const char *name, bool another)
{
    chunk_number(c, another ? ATTRIBUTE | MORE : ATTRIBUTE, 1);
    chunk_name(c, str_of(name));
}

void tag_text(struct evtx_chunk *c, str text)
{
    chunk_number(c, LITERAL, 1);
    chunk_number(c, EVTX_TEXT, 1);
    chunk_counted(c, text);
}

void tag_slot(struct evtx_chunk *c, enum token kind, unsigned slot, unsigned type)
{
    chunk_number(c, kind, 1);
    chunk_number(c, slot, 2);
    chunk_number(c, type, 1);
}

struct tag tag_event(struct evtx_chunk *c, bool definition, uint16_t dependency)
{
    struct tag event = tag_begin(c, "Event", definition, dependency, true);
    tag_attribute(c, "xmlns", false);
    tag_text(c, STR("http://schemas.microsoft.com/win/2004/08/events/event"));
    tag_end_attributes(c, &event);
    chunk_number(c, END_OF_START_TAG, 1);
    return event;
}
