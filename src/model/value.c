#include "model/value.h"

#include "base/reader.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t unsigned_of(const struct field *f)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < f->len && i < 8; i++) {
        n |= (uint64_t)f->data[i] << (8 * i);
    }
    return n;
}

static int64_t signed_of(const struct field *f)
{
    unsigned bits = f->len < 8 ? f->len * 8 : 64;
    if (bits == 0) {
        return 0;
    }
    uint64_t sign = UINT64_C(1) << (bits - 1);
    return (int64_t)((unsigned_of(f) ^ sign) - sign);
}

/* The shortest digits that read back as the same number; Windows' words for the others. */
static str real_text(const struct field *f, struct arena *a)
{
    double d = 0;
    if (f->len == 4) {
        float single;
        memcpy(&single, f->data, sizeof single);
        d = (double)single;
    } else if (f->len == 8) {
        memcpy(&d, f->data, sizeof d);
    }
    if (isnan(d)) {
        return STR("-1.#IND");
    }
    if (isinf(d)) {
        return d > 0 ? STR("1.#INF") : STR("-1.#INF");
    }
    char text[40];
    int least = f->len == 4 ? 6 : 15, most = f->len == 4 ? 9 : 17;
    for (int precision = least; precision <= most; precision++) {
        (void)snprintf(text, sizeof text, "%.*g", precision, d);
        double back = strtod(text, NULL);
        bool same = f->len == 4 ? (float)back >= (float)d && (float)back <= (float)d
                                : back >= d && back <= d;
        if (same) {
            break;
        }
    }
    return arena_str(a, str_of(text));
}

static str guid_text(const struct field *f, struct arena *a)
{
    if (f->len != 16) {
        return text_hex(a, (bytes){f->data, f->len});
    }
    const uint8_t *p = f->data;
    return arena_printf(a, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}", load_u32le(p),
                        (unsigned)load_u16le(p + 4), (unsigned)load_u16le(p + 6), p[8], p[9], p[10],
                        p[11], p[12], p[13], p[14], p[15]);
}

static str sid_text(const struct field *f, struct arena *a)
{
    enum { MOST_PARTS = 15 };
    if (f->len < 8) {
        return text_hex(a, (bytes){f->data, f->len});
    }
    uint64_t authority = 0;
    for (int i = 2; i < 8; i++) {
        authority = authority << 8 | f->data[i];
    }
    char text[MOST_PARTS * 11 + 32];
    int len = snprintf(text, sizeof text, "S-%u-%llu", f->data[0], (unsigned long long)authority);
    /* The count and the size can disagree: the smaller one is safe. */
    uint32_t parts = f->data[1] < (f->len - 8) / 4 ? f->data[1] : (f->len - 8) / 4;
    for (uint32_t i = 0; i < parts && i < MOST_PARTS; i++) {
        len += snprintf(text + len, sizeof text - (size_t)len, "-%u",
                        load_u32le(f->data + 8 + (size_t)i * 4));
    }
    return arena_str(a, (str){text, (size_t)len});
}

static str systemtime_text(const struct field *f, struct arena *a)
{
    if (f->len != 16) {
        return text_hex(a, (bytes){f->data, f->len});
    }
    struct civil c = {
        .year = load_u16le(f->data),
        .month = load_u16le(f->data + 2),
        .day = load_u16le(f->data + 6),
        .hour = load_u16le(f->data + 8),
        .minute = load_u16le(f->data + 10),
        .second = load_u16le(f->data + 12),
        .usec = load_u16le(f->data + 14) * 1000,
    };
    usec t = time_of_civil(c);
    return t == TIME_NONE ? text_hex(a, (bytes){f->data, f->len}) : time_text(a, t);
}

/* RFC 3339 with all seven digits that a FILETIME has; the raw number when it is no time. */
static str filetime_text(const struct field *f, struct arena *a)
{
    uint64_t filetime = unsigned_of(f);
    usec t = time_of_filetime(filetime);
    if (t == TIME_NONE) {
        return text_u64(a, filetime);
    }
    struct civil c = civil_of_time(t);
    return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%07uZ", c.year, c.month, c.day, c.hour,
                        c.minute, c.second, (unsigned)(filetime % 10000000));
}

static str ansi_text(const struct field *f, struct arena *a)
{
    str s = text_latin1(a, (bytes){f->data, f->len});
    char *p = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; p && i < s.len; i++) {
        if (s.p[i]) {
            p[len++] = s.p[i];
        }
    }
    return (str){p, len};
}

str value_text(const struct field *f, struct arena *a)
{
    bytes raw = {f->data, f->len};
    switch ((enum value_type)f->type) {
    case VALUE_NULL:
        return STR_NONE;
    case VALUE_TEXT:
    case VALUE_JSON:
        return str_of_bytes(raw);
    case VALUE_UTF16:
        return text_utf16le_to_nul(a, raw);
    case VALUE_ANSI:
        return ansi_text(f, a);
    case VALUE_INT:
        return text_i64(a, signed_of(f));
    case VALUE_UINT:
        return text_u64(a, unsigned_of(f));
    case VALUE_HEX:
        return text_hex_u64(a, unsigned_of(f));
    case VALUE_REAL:
        return real_text(f, a);
    case VALUE_BOOL:
        return unsigned_of(f) ? STR("true") : STR("false");
    case VALUE_BINARY:
        return text_hex(a, raw);
    case VALUE_GUID:
        return guid_text(f, a);
    case VALUE_FILETIME:
        return filetime_text(f, a);
    case VALUE_SYSTEMTIME:
        return systemtime_text(f, a);
    case VALUE_SID:
        return sid_text(f, a);
    }
    return STR_NONE;
}

const struct field *event_field(const struct event *e, field_id id)
{
    for (size_t i = 0; i < e->nfields; i++) {
        if (e->fields[i].id == id) {
            return &e->fields[i];
        }
    }
    return NULL;
}

str event_text(const struct event *e, field_id id, struct arena *a)
{
    const struct field *f = event_field(e, id);
    return f ? value_text(f, a) : STR_NONE;
}
