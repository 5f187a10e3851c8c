/* Binary XML, compiled. An element with holes in it (a template definition of an .evtx chunk)
 * becomes a list of items, each a field that the event may have: a name, and where its value
 * comes from. A record is then a table of slots to put in; no XML is made.
 *
 * Tokens; bit 0x40 means that more follows (or that the element has attributes):
 *
 *     00        end of a fragment
 *     01 41     element: [u16 dependency, in template definitions only], u32 size, name;
 *               41: u32 size of the attribute list, attributes
 *     02 03 04  end of the start tag, of an empty element, of an element
 *     05 45     literal value: u8 type, u16 count, text
 *     06 46     attribute: name, then value tokens
 *     07 47     CDATA: u16 count, text
 *     08 48     character reference: u16
 *     09 49     entity reference: name
 *     0a 0b     processing instruction: name; u16 count, text
 *     0c        template instance (evtx_record.c)
 *     0d 0e     substitution, normal or optional: u16 slot, u8 type
 *     0f        fragment header: 01 01 00
 *
 * A name is u32, its offset in the chunk. If that is where the reader stands, the name is stored
 * right here: u32 next, u16 hash, u16 count, text, u16 zero.
 *
 * Fields are named as Sigma names them: System children by their name and their attributes as
 * Element_Attribute; Data by its Name, or `Data`; what lies in UserData by the names of the
 * leaves and of their attributes. Of rendered text only the message is a field. */
#ifndef FORMATS_WINDOWS_EVTX_TEMPLATE_H
#define FORMATS_WINDOWS_EVTX_TEMPLATE_H

#include "base/reader.h"
#include "model/event.h"

/* Where in an event an element stands. */
enum evtx_zone {
    EVTX_IN_NOTHING, /* its root: Event */
    EVTX_IN_EVENT,
    EVTX_IN_SYSTEM,
    EVTX_IN_EVENT_DATA,
    EVTX_IN_USER_DATA,
    EVTX_IN_RENDERING,
};

/* The fields of System that tell events apart, in the order of evtx_head_names. */
enum evtx_head {
    EVTX_CHANNEL,
    EVTX_PROVIDER,
    EVTX_COMPUTER,
    EVTX_EVENT_ID,
    EVTX_TIME,
    EVTX_RECORD_ID,
    EVTX_HEAD_COUNT,
};

enum evtx_item_kind {
    EVTX_CONSTANT, /* the value stands in the template */
    EVTX_SLOT,     /* the value of one slot */
    EVTX_JOIN,     /* text made of several parts */
    EVTX_GUARD,    /* when `slot` holds NULL, the next `count` items are absent */
};

/* A piece of text or a slot. */
struct evtx_part {
    struct field text;
    bool is_slot;
    bool optional; /* a NULL in this slot: nothing is there; otherwise an empty element */
    uint16_t slot;
};

struct evtx_item {
    struct field field; /* as it will be emitted; only a CONSTANT has its value already */
    uint8_t kind;       /* enum evtx_item_kind */
    uint8_t zone;       /* enum evtx_zone, of what is nested in the slots */
    uint8_t head;       /* enum evtx_head; EVTX_HEAD_COUNT for the others */
    bool leaf;          /* false: the slots count only for what is nested in them */
    bool optional;
    uint16_t slot;                        /* of SLOT and GUARD */
    uint32_t count;                       /* of parts, or of guarded items */
    const struct evtx_part *parts;        /* of JOIN */
    const struct evtx_item *dynamic_name; /* gives the name; NULL but in odd templates */
};

/* What may differ between two copies of one definition: names are stored where a chunk first
 * needs them, which changes sizes too. */
struct evtx_seam {
    uint32_t at, after;  /* in the definition */
    const uint8_t *name; /* hash, count and text; NULL: this is a size */
};

struct evtx_template {
    const struct evtx_item *items;
    size_t count;
    const struct evtx_item *head[EVTX_HEAD_COUNT]; /* NULL when absent */
    bool has_system;
    bool kept; /* lives as long as the unit is parsed, at least */
    uint8_t zone;

    /* Of definitions, to know them again in the next chunk: copies. */
    const uint8_t *guid, *body;
    uint32_t body_len;
    const struct evtx_seam *seams;
    size_t nseams;
    struct evtx_template *next; /* another one with this GUID */
};

enum evtx_outcome { EVTX_OK, EVTX_DAMAGED, EVTX_OVER_BUDGET };

/* Reads a name reference, and skips the name when it is stored right here. Gives the stored hash,
 * count and text; empty, and `r` is bad, when they do not fit the chunk. */
bytes evtx_name(struct reader *r, bytes chunk);

/* Compiles the element at `r`, which must stand on its token; moves `r` behind it. `r->in` is
 * the chunk up to where the element must end, `chunk` all of it (for names). */
enum evtx_outcome evtx_compile_element(struct reader *r, bytes chunk, enum evtx_zone zone,
                                       const struct names *names, struct arena *arena,
                                       struct evtx_template *out);

/* Compiles the definition at `offset` of the chunk, whose length must have been checked. */
enum evtx_outcome evtx_compile_definition(bytes chunk, uint32_t offset, enum evtx_zone zone,
                                          const struct names *names, struct arena *arena,
                                          struct evtx_template *out);

/* The templates met so far. Within a chunk they are known by their offset; across chunks by GUID
 * and by being the same definition: a crafted log may use one GUID for two. */
struct evtx_templates {
    const struct names *names;
    struct arena *arena;           /* lives as long as this */
    struct arena *parse, *scratch; /* of the parse at hand; of the record */
    struct table by_guid;
    struct evtx_template **lists; /* by the number in by_guid */
    size_t cap;
    bool full; /* the arena has no room */
    struct {
        uint32_t key;
        const struct evtx_template *template;
    } by_offset[256];
};

/* What an evidence-keyed table is keyed with: where memory lies this time is what a log's author
 * cannot know. Nothing that is emitted depends on it. */
struct hash_key evtx_hash_key(const void *owner);

/* They live in `arena`. Each parse begins with them, be they its own or those of the ones before.
 */
void evtx_templates_init(struct evtx_templates *t, const struct names *names, struct arena *arena);
void evtx_templates_begin(struct evtx_templates *t, struct arena *parse, struct arena *scratch);
void evtx_templates_new_chunk(struct evtx_templates *t);

/* The definition at `offset`. When the arena is used up, the template is made in that of the parse,
 * for one chunk, and then in the scratch arena, for one record. */
enum evtx_outcome evtx_templates_get(struct evtx_templates *t, bytes chunk, uint32_t offset,
                                     enum evtx_zone zone, const struct evtx_template **out);

/* The text of the parts, one after another. */
struct evtx_text {
    char *p;
    size_t len, cap;
};
bool evtx_text_add(struct evtx_text *t, struct arena *arena, str more);

#endif
