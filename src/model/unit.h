/* What became of each piece of evidence. */
#ifndef MODEL_UNIT_H
#define MODEL_UNIT_H

#include "model/assessment.h"

/* A unit, once it is done. */
struct unit_row {
    str path;   /* provenance; unique in a case; units and findings are ordered by it */
    str format; /* name, or empty when not understood */
    uint64_t size;
    usec modified;
    uint8_t sha256[32];
    bool hashed;
    enum outcome outcome;
    uint64_t events;
    uint64_t lost; /* bytes, from notes */
    str example;   /* how the first line that was not understood begins, escaped; may be empty */
    const struct note_row *notes;
    size_t nnotes;
};

/* Notes of one kind in one unit: how many, and where the first is. */
struct note_row {
    enum note_id id;
    uint64_t count, offset, len;
};

/* What was seen of one log (channel) of one host in one unit. */
struct source_row {
    str unit, host, channel;
    str build;        /* of the program that wrote it; empty when it does not say */
    usec first, last; /* clock corrected */
    uint64_t events;
    int64_t clock_shift;    /* seconds that were added */
    const struct gap *gaps; /* stretches of the log without any event, longer than is usual there */
    size_t ngaps;
    const struct event_kind *ids; /* ascending; empty where events have no number */
    size_t nids;
};

#endif
