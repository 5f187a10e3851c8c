/* What was seen of each log (channel) of each host: how many events, from when to when, and
 * when there were none. Counted by workers in parts, merged by the parent; the parts together
 * give what the whole gives, in any order. */
#ifndef ENGINE_CENSUS_H
#define ENGINE_CENSUS_H

#include "base/table.h"
#include "engine/message.h"
#include "model/unit.h"

/* Stretches of 2^width hours in which something happened. When there are more than
 * LIMIT_STRETCHES, they are made twice as long until they fit. */
struct stretches {
    int64_t *at; /* ascending */
    size_t count, cap;
    uint32_t width;
};

struct census_source {
    str host, channel, build; /* as origins have them */
    uint64_t events;
    usec first, last;
    struct stretches busy;
    struct event_kind *ids; /* ascending; 0 takes those past LIMIT_EVENT_IDS */
    size_t nids, ids_cap;
};

struct census {
    struct arena arena;
    struct table index; /* by host, channel and build */
    struct census_source *sources;
    size_t count, cap;
    bool full; /* sources beyond LIMIT_SOURCES were not told apart */
};

void census_init(struct census *c, struct hash_key key);
void census_done(struct census *c);

/* The number of a source; those beyond the limit share the last one. */
size_t census_source(struct census *c, str host, str channel, str build);
void census_event(struct census_source *s, struct arena *a, usec time);
/* So many events have this number; 0 is none. */
void census_ids(struct census_source *s, struct arena *a, uint32_t id, uint64_t events);
bool census_add(struct census *c, const struct source_told *told); /* false: not well formed */

void census_tell(const struct census_source *s, struct source_told *out);

/* Rows with their gaps: stretches of a day or more without an event, where no more than two of
 * the log's silences are even half as long. Ordered by host, channel, build. */
struct source_row *census_rows(const struct census *c, str unit, struct arena *a, size_t *count);

#endif
