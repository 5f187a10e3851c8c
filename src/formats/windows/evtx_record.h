/* Records of an .evtx chunk, made into events. */
#ifndef FORMATS_WINDOWS_EVTX_RECORD_H
#define FORMATS_WINDOWS_EVTX_RECORD_H

#include "formats/format.h"
#include "formats/windows/evtx_order.h"
#include "formats/windows/evtx_origin.h"
#include "formats/windows/evtx_template.h"
#include "formats/windows/evtx_value.h"

/* Where a record stands. The log gives it a number too, which is most often the EventRecordID. */
struct evtx_place {
    uint32_t at, len; /* in the chunk, header and trailing size included */
    uint64_t number;
    bool torn; /* the size at its end is not the one at its beginning */
};

/* A template and the values for its slots. */
struct evtx_instance {
    const struct evtx_template *template;
    const uint8_t *chunk;
    const uint8_t *descriptors;
    const uint32_t *starts; /* of the values in the chunk, and where the last one ends */
    uint32_t count;
};

/* One parse of a log, or of a part of it. */
struct evtx_log {
    struct parse *p;
    bytes chunk;
    uint64_t chunk_at; /* in the unit */
    struct evtx_templates *templates;
    struct evtx_origins origins;
    struct evtx_order order;
    const struct evtx_met *met; /* all records of the log, once they are known */
    str recovered;              /* where deleted ones are looked for; empty among the others */

    /* Of the record at hand. */
    struct field *fields;
    size_t nfields, fields_cap;
    uint32_t *starts; /* of the values of each open template instance, one after another */
    size_t nstarts;
    struct field head[EVTX_HEAD_COUNT]; /* VALUE_NULL when absent */
    uint32_t work;                      /* that may still be spent on it */
    bool damaged, over_budget;
};

/* False when the arena has no room for the tables of a parse. */
bool evtx_log_init(struct evtx_log *log, struct parse *p, struct evtx_templates *templates);
void evtx_log_chunk(struct evtx_log *log, uint64_t chunk_at, bytes chunk);

void evtx_blame(struct evtx_log *log, enum evtx_outcome outcome);

/* The next instance or element of `r`; false at the end, and on damage. */
bool evtx_next_fragment(struct evtx_log *log, struct reader *r, enum evtx_zone zone,
                        struct evtx_instance *out);

/* Slots can be used again and again, and values nest: without a limit, a record of a few hundred
 * bytes could ask for years. False when the record has had its share. */
static inline bool evtx_spend(struct evtx_log *log, uint32_t work)
{
    bool enough = work <= log->work;
    log->work = enough ? log->work - work : 0;
    log->damaged |= !enough;
    return enough;
}

/* NULL for a slot that the instance does not have. */
static inline struct evtx_value evtx_slot_value(const struct evtx_instance *in, uint32_t slot)
{
    if (slot >= in->count) {
        return (struct evtx_value){.type = EVTX_TYPE_NULL};
    }
    uint32_t at = in->starts[slot];
    return (struct evtx_value){
        .data = in->chunk + at,
        .len = in->starts[slot + 1] - at,
        .type = in->descriptors[4 * (size_t)slot + 2],
    };
}

/* Adds the fields of an instance, and of what is nested in it, to those of the record. */
void evtx_run(struct evtx_log *log, const struct evtx_instance *in, unsigned depth);

/* One more field, which stands in no record. */
void evtx_add_text(struct evtx_log *log, str name, str text);

/* Any kind of item as one field; an array gives its first value. */
struct field evtx_item_field(struct evtx_log *log, const struct evtx_instance *in,
                             const struct evtx_item *item);

/* Does a record stand at `at`, by its signature and size? Its size is said again at its end:
 * where that differs, it was torn. */
bool evtx_record_at(bytes chunk, uint32_t at, struct evtx_place *out);

/* Can all of the record be read? Emits nothing. */
bool evtx_record_decodes(struct evtx_log *log, const struct evtx_place *place);

/* Emits the record's event, and notes. False: stop. */
bool evtx_record(struct evtx_log *log, const struct evtx_place *place);

#endif
