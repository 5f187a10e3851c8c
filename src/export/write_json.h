/* JSON a piece at a time: commas set themselves. A value stands behind a key, or in an array. */
#ifndef EXPORT_WRITE_JSON_H
#define EXPORT_WRITE_JSON_H

#include "base/buf.h"
#include "model/time.h"

void json_begin(struct buf *out);              /* the { of a document, or of a line of its own */
void json_open(struct buf *out, char bracket); /* { or [ */
void json_shut(struct buf *out, char bracket); /* } or ] */
void json_key(struct buf *out, const char *name);
void json_key_open(struct buf *out, const char *name, char bracket);
void json_put(struct buf *out, str value); /* a string */
void json_put_u64(struct buf *out, uint64_t value);

/* A member; of text, only when there is any. */
void json_pair(struct buf *out, const char *name, str value);
void json_pair_u64(struct buf *out, const char *name, uint64_t value);
void json_pair_bool(struct buf *out, const char *name, bool value);
void json_pair_time(struct buf *out, const char *name, usec t); /* nothing for TIME_NONE */

#endif
