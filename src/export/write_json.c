#include "export/write_json.h"

#include <string.h>

/* Strings are written whole, so the last byte that is no line's end tells where we stand. */
static void separate(struct buf *out)
{
    size_t at = out->len;
    while (at > 0 && out->p[at - 1] == '\n') {
        at--;
    }
    if (at > 0 && !strchr("{[:", out->p[at - 1])) {
        buf_char(out, ',');
    }
}

void json_begin(struct buf *out)
{
    buf_char(out, '{');
}

void json_open(struct buf *out, char bracket)
{
    separate(out);
    buf_char(out, bracket);
}

void json_shut(struct buf *out, char bracket)
{
    buf_char(out, bracket);
}

void json_key(struct buf *out, const char *name)
{
    separate(out);
    buf_printf(out, "\"%s\":", name);
}

void json_key_open(struct buf *out, const char *name, char bracket)
{
    json_key(out, name);
    buf_char(out, bracket);
}

void json_put(struct buf *out, str value)
{
    separate(out);
    buf_json(out, value);
}

void json_put_u64(struct buf *out, uint64_t value)
{
    separate(out);
    buf_u64(out, value);
}

void json_pair(struct buf *out, const char *name, str value)
{
    if (value.len) {
        json_key(out, name);
        buf_json(out, value);
    }
}

void json_pair_u64(struct buf *out, const char *name, uint64_t value)
{
    json_key(out, name);
    buf_u64(out, value);
}

void json_pair_bool(struct buf *out, const char *name, bool value)
{
    json_key(out, name);
    buf_add(out, value ? STR("true") : STR("false"));
}

void json_pair_time(struct buf *out, const char *name, usec t)
{
    struct arena a;
    if (t != TIME_NONE) {
        arena_init(&a, 1 << 12);
        json_pair(out, name, time_text(&a, t));
        arena_done(&a);
    }
}
