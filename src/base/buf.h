/* A growing buffer for output, with a compulsory maximum. Overflow is sticky: what does not fit
 * is dropped and buf_ok() says so, once, at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/compiler.h"
#include "base/str.h"

struct buf {
    char *p;
    size_t len, cap, max;
    bool bad;
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
bool buf_ok(const struct buf *b);
str buf_str(const struct buf *b); /* valid until the next write */

/* Room for `more` bytes behind what is there, for who writes them himself and then adds to `len`;
 * NULL, and sticky overflow, when that is over the maximum. */
char *buf_room(struct buf *b, size_t more);

void buf_add(struct buf *b, str s);
void buf_bytes(struct buf *b, const void *p, size_t len);
void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t n);
void buf_i64(struct buf *b, int64_t n);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD; control characters,
 * U+2028, U+2029 and DEL are escaped. */
void buf_json(struct buf *b, str s);

#endif
