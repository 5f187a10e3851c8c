/* An archive taken apart by a worker: each member goes into a descriptor that the parent gives. */
#ifndef ENGINE_EXTRACT_H
#define ENGINE_EXTRACT_H

#include "engine/tally.h"
#include "engine/wire.h"
#include "formats/format.h"

struct extractor {
    struct wire *wire;
    struct arena *scratch; /* of one answer */
    struct tally notes;
    bool open; /* a member is at hand */
    int fd;    /* of the member at hand; -1: none */
    struct take take;
    uint64_t size;
    bool over_room, failed;
    uint8_t head[PROBE_HEAD]; /* of the member at hand */
    size_t head_len;
    char path[PROBE_HEAD];
    size_t path_len;
};

void extractor_init(struct extractor *x, struct wire *wire, struct arena *scratch);
struct sink extractor_sink(struct extractor *x);
void extractor_end(struct extractor *x);

#endif
