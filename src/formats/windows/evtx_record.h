/* Records of an .evtx chunk, made into events. */
#ifndef FORMATS_WINDOWS_EVTX_RECORD_H
#define FORMATS_WINDOWS_EVTX_RECORD_H

#include "formats/format.h"
#include "formats/windows/evtx_origin.h"
#include "formats/windows/evtx_template.h"

/* Where a record stands. The log gives it a number too, which is most often the EventRecordID. */
struct evtx_place {
    uint32_t at, len; /* in the chunk, header and trailing size included */
    uint64_t number;
    bool torn; /* the size at its end is not the one at its beginning */
};

/* One parse of a log, or of a part of it. */
struct evtx_log {
    struct parse *p;
    bytes chunk;
    uint64_t chunk_at; /* in the unit */
    struct evtx_templates templates;
    struct evtx_origins origins;

    /* Of the record at hand. */
    struct field *fields;
    size_t nfields, fields_cap;
    uint32_t *starts; /* of the values of each open template instance, one after another */
    size_t nstarts;
    struct field head[EVTX_HEAD_COUNT]; /* VALUE_NULL when absent */
    bool damaged, over_budget;
};

/* False when the arena has no room for the tables of a parse. */
bool evtx_log_init(struct evtx_log *log, struct parse *p);
void evtx_log_chunk(struct evtx_log *log, uint64_t chunk_at, bytes chunk);

/* Can all of the record be read? Emits nothing. */
bool evtx_record_decodes(struct evtx_log *log, const struct evtx_place *place);

/* Emits the record's event, and notes. False: stop. */
bool evtx_record(struct evtx_log *log, const struct evtx_place *place);

#endif
