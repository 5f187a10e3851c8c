/* An archive taken apart by a worker: each member goes into a descriptor that the parent gives. */
#ifndef ENGINE_EXTRACT_H
#define ENGINE_EXTRACT_H

#include "engine/tally.h"
#include "engine/wire.h"
#include "model/sink.h"

struct extractor {
    struct wire *wire;
    struct arena *scratch; /* of one answer */
    struct tally notes;
    bool open; /* a member is at hand */
    int fd;    /* of the member at hand; -1: none */
    struct take take;
    uint64_t size;
    bool over_room, failed;
};

void extractor_init(struct extractor *x, struct wire *wire, struct arena *scratch);
struct sink extractor_sink(struct extractor *x);
void extractor_end(struct extractor *x);

#endif
