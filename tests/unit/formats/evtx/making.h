/* Binary XML by hand, for what no Windows would write. Names are always stored inline. */
#ifndef TESTS_FORMATS_EVTX_MAKING_H
#define TESTS_FORMATS_EVTX_MAKING_H

#include "evtx_writer.h"
#include "kit.h"

struct making {
    uint8_t *out;
    size_t len, room;
    uint32_t chunk_offset; /* of `out` */
    bool in_definition;
    void (*body)(struct making *m);
    uint32_t templates_at; /* where make_template() put the last definition, in the chunk */
};

static inline void make(struct making *m, uint64_t n, size_t len)
{
    for (size_t i = 0; i < len && m->len < m->room; i++) {
        m->out[m->len++] = (uint8_t)(n >> (8 * i));
    }
}

static inline void make_units(struct making *m, const char *ascii)
{
    for (; *ascii; ascii++) {
        make(m, (uint8_t)*ascii, 2);
    }
}

static inline void make_name(struct making *m, const char *ascii)
{
    make(m, m->chunk_offset + m->len + 4, 4);
    make(m, 0, 4);
    make(m, 0x1234, 2); /* the hash is not what a reader goes by */
    make(m, strlen(ascii), 2);
    make_units(m, ascii);
    make(m, 0, 2);
}

enum { NO_SLOT = 0xffff };

/* <name, up to its attributes or the end of the tag. Sizes are left zero. */
static inline void make_open(struct making *m, const char *name, bool attributes, uint16_t depends)
{
    make(m, attributes ? 0x41 : 0x01, 1);
    if (m->in_definition) {
        make(m, depends, 2);
    }
    make(m, 0, 4);
    make_name(m, name);
    if (attributes) {
        make(m, 0, 4);
    }
}

static inline void make_element(struct making *m, const char *name)
{
    make_open(m, name, false, NO_SLOT);
    make(m, 0x02, 1);
}

static inline void make_end(struct making *m)
{
    make(m, 0x04, 1);
}

static inline void make_attribute(struct making *m, const char *name)
{
    make(m, 0x06, 1);
    make_name(m, name);
}

static inline void make_text(struct making *m, const char *ascii)
{
    make(m, 0x0105, 2);
    make(m, strlen(ascii), 2);
    make_units(m, ascii);
}

static inline void make_cdata(struct making *m, const char *ascii)
{
    make(m, 0x07, 1);
    make(m, strlen(ascii), 2);
    make_units(m, ascii);
}

static inline void make_character(struct making *m, uint16_t code)
{
    make(m, 0x08, 1);
    make(m, code, 2);
}

static inline void make_entity(struct making *m, const char *name)
{
    make(m, 0x09, 1);
    make_name(m, name);
}

static inline void make_slot(struct making *m, bool optional, uint16_t slot)
{
    make(m, optional ? 0x0e : 0x0d, 1);
    make(m, slot, 2);
    make(m, 0x01, 1);
}

static inline void make_leaf(struct making *m, const char *name, const char *text)
{
    make_element(m, name);
    make_text(m, text);
    make_end(m);
}

static inline void make_fragment(struct making *m)
{
    make(m, 0x0001010f, 4);
}

/* <System> with what tells events apart. */
static inline void make_system(struct making *m, const char *channel, const char *event_id)
{
    make_element(m, "System");
    make_leaf(m, "EventID", event_id);
    make_leaf(m, "Channel", channel);
    make_leaf(m, "Computer", "HOST");
    make_end(m);
}

/* An instance with its definition inline, up to the count of values. */
static inline void make_template(struct making *m, uint32_t id, void (*body)(struct making *m))
{
    make(m, 0x010c, 2);
    make(m, id, 4);
    m->templates_at = m->chunk_offset + (uint32_t)m->len + 4;
    make(m, m->templates_at, 4);
    make(m, 0, 4);
    make(m, id, 4); /* GUID */
    make(m, 0, 8);
    make(m, 0, 4);
    size_t size_at = m->len;
    make(m, 0, 4);
    make_fragment(m);
    m->in_definition = true;
    body(m);
    m->in_definition = false;
    make(m, 0, 1);
    size_t end = m->len;
    m->len = size_at;
    make(m, end - size_at - 4, 4);
    m->len = end;
}

/* An instance of the definition at `at`. */
static inline void make_instance(struct making *m, uint32_t id, uint32_t at)
{
    make(m, 0x010c, 2);
    make(m, id, 4);
    make(m, at, 4);
}

static size_t making_make(void *ctx, uint32_t chunk_offset, uint8_t *out, size_t room)
{
    struct making *m = ctx;
    m->out = out;
    m->room = room;
    m->len = 0;
    m->chunk_offset = chunk_offset;
    m->body(m);
    return m->len < room ? m->len : 0;
}

/* Adds a record whose binary XML `body` makes. */
static inline void write_made(struct evtx_writer *w, void (*body)(struct making *m))
{
    struct making m = {.body = body};
    CHECK(evtx_write_binxml(w, 0, TIME_NONE, making_make, &m));
}

#endif
