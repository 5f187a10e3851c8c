#include "base/buf.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_done(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->bad = false;
}

bool buf_ok(const struct buf *b)
{
    return !b->bad;
}

str buf_str(const struct buf *b)
{
    return (str){b->p, b->len};
}

char *buf_room(struct buf *b, size_t more)
{
    if (b->bad || more > b->max - b->len) {
        b->bad = true;
        return NULL;
    }
    if (more > b->cap - b->len) {
        size_t cap = b->cap < 256 ? 256 : b->cap;
        while (cap - b->len < more) {
            cap *= 2;
        }
        char *p = realloc(b->p, cap);
        if (!p) {
            abort();
        }
        b->p = p;
        b->cap = cap;
    }
    return b->p + b->len;
}

void buf_bytes(struct buf *b, const void *p, size_t len)
{
    if (len && buf_room(b, len)) {
        memcpy(b->p + b->len, p, len);
        b->len += len;
    }
}

void buf_add(struct buf *b, str s)
{
    buf_bytes(b, s.p, s.len);
}

void buf_char(struct buf *b, char c)
{
    buf_bytes(b, &c, 1);
}

void buf_u64(struct buf *b, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    buf_bytes(b, digits + at, sizeof digits - at);
}

void buf_i64(struct buf *b, int64_t n)
{
    if (n < 0) {
        buf_char(b, '-');
    }
    buf_u64(b, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0 || !buf_room(b, (size_t)len + 1)) {
        b->bad = true;
        return;
    }
    va_start(args, fmt);
    (void)vsnprintf(b->p + b->len, (size_t)len + 1, fmt, args);
    va_end(args);
    b->len += (size_t)len;
}

static bool plain_in_json(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void json_escape_short(struct buf *b, uint32_t c)
{
    static const char from[] = "\"\\\b\f\n\r\t";
    static const char to[] = "\"\\bfnrt";
    const char *hit = c && c < 0x80 ? memchr(from, (int)c, sizeof from - 1) : NULL;
    if (hit) {
        buf_char(b, '\\');
        buf_char(b, to[hit - from]);
    } else {
        buf_printf(b, "\\u%04" PRIx32, c);
    }
}

void buf_json(struct buf *b, str s)
{
    buf_char(b, '"');
    for (size_t at = 0; at < s.len;) {
        size_t run = at;
        while (run < s.len && plain_in_json((unsigned char)s.p[run])) {
            run++;
        }
        buf_bytes(b, s.p + at, run - at);
        at = run;
        if (at == s.len) {
            break;
        }
        uint32_t c = utf8_next(s, &at);
        if (c < 0x80 || c == 0x2028 || c == 0x2029 || (c >= 0x80 && c < 0xa0)) {
            json_escape_short(b, c);
        } else {
            char utf8[4];
            buf_bytes(b, utf8, utf8_put(utf8, c));
        }
    }
    buf_char(b, '"');
}
