/* Values, spelled out straight into the output and escaped for where they stand: what value_text()
 * says, without its arena. A dump of a log is little else than this. */
#ifndef ENGINE_SPELL_H
#define ENGINE_SPELL_H

#include "base/buf.h"
#include "model/event.h"

/* Between the quotes of a JSON string, as buf_json() escapes; or in text and attributes of XML,
 * where what XML cannot hold (control characters) becomes U+FFFD and line ends are references, so
 * that an event stays one line. */
enum spelling { SPELL_JSON, SPELL_XML };

void spell_text(struct buf *b, str s, enum spelling how);

/* `a` is for the rare types. */
void spell_value(struct buf *b, const struct field *f, enum spelling how, struct arena *a);

void spell_time(struct buf *b, usec t); /* as time_text() */

#endif
