/* Values, spelled out straight into the output and escaped for where they stand: what value_text()
 * says, without its arena. A dump of a log is little else than this. */
#ifndef ENGINE_SPELL_H
#define ENGINE_SPELL_H

#include "base/buf.h"
#include "model/event.h"

/* As a JSON value, with its quotes, escaped as buf_json() does. Numbers, truth values and what was
 * JSON already stay what they are. `a` is for the rare types. */
void spell_json(struct buf *b, const struct field *f, struct arena *a);
void spell_json_text(struct buf *b, str s);
void spell_json_utf16(struct buf *b, bytes raw); /* up to the first NUL */
void spell_json_key(struct buf *b, str s,
                    bool first); /* "s": with a comma before it, if not first */

/* As text or attribute of XML. What XML cannot hold (control characters) becomes U+FFFD; line ends
 * are references, so that an event stays one line. */
void spell_xml(struct buf *b, const struct field *f, struct arena *a);
void spell_xml_text(struct buf *b, str s);
void spell_xml_utf16(struct buf *b, bytes raw);

void spell_time(struct buf *b, usec t); /* as time_text() */
void spell_u64(struct buf *b, uint64_t n);

/* buf_room() without a call, where there is room already. */
static inline char *spell_room(struct buf *b, size_t more)
{
    size_t cap = b->cap < b->max ? b->cap : b->max;
    return !b->bad && more <= cap - b->len ? b->p + b->len : buf_room(b, more);
}

/* What was written into the room ends at `end`. */
static inline void spell_end(struct buf *b, const char *end)
{
    b->len = (size_t)(end - b->p);
}

#endif
