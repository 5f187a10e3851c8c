/* The inside of the EVTX writer: a chunk that is being filled, and the binary XML put into it. */
#ifndef EXAMPLE_EVTX_CHUNK_H
#define EXAMPLE_EVTX_CHUNK_H

#include "evtx_writer.h"

enum {
    EVTX_CHUNK_SIZE = 65536,
    EVTX_CHUNK_HEADER = 512,
    EVTX_NAME_TABLE = 128,
    EVTX_TEMPLATE_TABLE = 384,
};

/* Its header (with the tables of names and templates) and the records so far. What does not fit
 * is dropped and `overflow` set: ask once, then put the chunk back as it was. */
struct evtx_chunk {
    uint8_t bytes[EVTX_CHUNK_SIZE];
    uint32_t at;   /* where the next byte goes */
    bool overflow; /* the record at hand does not fit */
    bool unfit;    /* a value of it fits no log */
    struct arena scratch;
};

void store_le(uint8_t *p, uint64_t n, size_t len);
uint32_t load_le(const uint8_t *p, size_t len);

void chunk_add(struct evtx_chunk *c, const void *p, size_t len);
void chunk_number(struct evtx_chunk *c, uint64_t n, size_t len);
void chunk_utf16(struct evtx_chunk *c, str text);
void chunk_counted(struct evtx_chunk *c, str text); /* with a u16 count of units in front */

/* A u32 size that is known only behind what it measures. */
uint32_t chunk_begin_size(struct evtx_chunk *c);
void chunk_end_size(struct evtx_chunk *c, uint32_t at);

/* A reference to a name, which is stored here when the chunk does not have it yet. */
void chunk_name(struct evtx_chunk *c, str name);

uint64_t evtx_filetime_of(usec t);

/* The bytes of a value, as its type has them. */
void chunk_value(struct evtx_chunk *c, const struct evtx_value *v);

/* Binary XML: tokens, then elements. */
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
};

enum { NO_DEPENDENCY = 0xffff };

struct tag {
    uint32_t size, attributes; /* where these sizes stand */
};

/* `definition`: elements in template definitions carry a dependency. */
struct tag tag_begin(struct evtx_chunk *c, const char *name, bool definition, uint16_t dependency,
                     bool has_attributes);
void tag_attribute(struct evtx_chunk *c, const char *name, bool another);
void tag_end_attributes(struct evtx_chunk *c, const struct tag *tag);
void tag_text(struct evtx_chunk *c, str text);
void tag_slot(struct evtx_chunk *c, enum token kind, unsigned slot, unsigned type);
void tag_end(struct evtx_chunk *c, const struct tag *tag, enum token end);

/* <Event xmlns=...>, up to its children. */
struct tag tag_event(struct evtx_chunk *c, bool definition, uint16_t dependency);

/* A whole record, behind its fragment header. */
void evtx_templated(struct evtx_chunk *c, const struct evtx_record *r, uint64_t id);
void evtx_plain(struct evtx_chunk *c, const struct evtx_record *r, uint64_t id);

#endif
