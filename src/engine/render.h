/* Events as lines, for `limier dump`. JSON:
 *
 *     {"unit":...,"record":n,"offset":n,"time":"...Z","channel":...,"provider":...,
 *      "event_id":n,"host":...,"fields":{name: value or [values, when the name repeats]}}
 *
 * Numbers, truth values and what was JSON already stay what they are; the rest is text.
 *
 * XML is one <Event> a line, as Windows' own tools print them. Of UserData the names and values
 * of the leaves are kept, not the elements around them: they become <Data Name="...">. */
#ifndef ENGINE_RENDER_H
#define ENGINE_RENDER_H

#include "base/buf.h"
#include "base/table.h"
#include "engine/known_names.h"
#include "engine/tally.h"
#include "engine/wire.h"
#include "model/event.h"
#include "model/sink.h"

enum render_as { RENDER_JSON, RENDER_XML };

struct renderer {
    struct wire *wire;
    enum render_as as;
    struct known_names *names; /* of other units too */
    struct arena text;         /* of one event */
    struct arena lasting;      /* of the part */
    str begins;                /* each line */
    str *origins;              /* by number, as they stand in a line */
    size_t origins_cap;
    struct hash_key key;
    struct buf lines; /* on the slate */
    struct tally notes;
    uint64_t events;
};

void renderer_init(struct renderer *r, struct wire *wire, const struct os_shared *slate, str unit,
                   enum render_as as, struct hash_key key, struct known_names *names);
struct sink renderer_sink(struct renderer *r);
void renderer_end(struct renderer *r);

/* One event, with its newline. */
void render_xml(struct buf *b, const struct event *e, struct arena *a);

#endif
