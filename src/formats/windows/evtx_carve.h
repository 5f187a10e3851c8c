/* Records that a log has given up: left behind where a chunk's records end, and in chunks without
 * their signature. They are older copies more often than not, so what the log still has, or what
 * was found before, is left out. */
#ifndef FORMATS_WINDOWS_EVTX_CARVE_H
#define FORMATS_WINDOWS_EVTX_CARVE_H

#include "base/hash.h"
#include "formats/windows/evtx_record.h"

/* The records met so far, by channel, EventRecordID and TimeCreated: keyed hashes of them, in an
 * open table. */
struct evtx_met {
    struct arena *arena;
    struct hash_key key;
    uint64_t *places; /* 0: free */
    size_t count, cap;
};

void evtx_met_init(struct evtx_met *m, struct arena *arena);

/* Is it new? It is not when there is no room left to know. */
bool evtx_met_new(struct evtx_met *m, const struct event *e);

/* Of one that was recovered: is it one, and not known yet? */
bool evtx_carve_wanted(struct evtx_log *log, const struct event *e);

/* Emits what lies in [from, to) of the chunk. False: stop. */
bool evtx_carve(struct evtx_log *log, uint32_t from, uint32_t to, str where);

#endif
