/* Records that a log has given up: left behind where a chunk's records end, and in chunks without
 * their signature. They are older copies more often than not, so what the log still has, or what
 * lies further in front as well, is left out. */
#ifndef FORMATS_WINDOWS_EVTX_CARVE_H
#define FORMATS_WINDOWS_EVTX_CARVE_H

#include "base/hash.h"
#include "formats/windows/evtx_record.h"

/* The records of a whole log, and where each was met first: keyed hashes of channel, EventRecordID
 * and TimeCreated, in an open table. */
struct evtx_met {
    struct arena *arena;
    struct hash_key key;
    struct evtx_met_place {
        uint64_t hash;  /* 0: free */
        uint64_t where; /* offset in the log; 0 for what the log still has */
    } * places;
    size_t count, cap;
    bool full; /* some are not known */
};

void evtx_met_init(struct evtx_met *m, struct arena *arena);
void evtx_met_put(struct evtx_met *m, const struct event *e, uint64_t where);

/* Of one that was recovered: is it one, and met nowhere else before? All of them are, when `m` is
 * NULL, and what is not known is. */
bool evtx_carve_wanted(const struct evtx_met *m, const struct event *e);

/* Emits what lies in [from, to) of the chunk. False: stop. */
bool evtx_carve(struct evtx_log *log, uint32_t from, uint32_t to, str where);

#endif
