#include "base/compiler.h"
#include "evtx_chunk.h"

#include <string.h>

struct evtx_value evtx_null(const char *name)
{
    return (struct evtx_value){.name = name, .type = EVTX_NULL};
}

struct evtx_value evtx_text(const char *name, const char *text)
{
    return (struct evtx_value){.name = name, .type = EVTX_TEXT, .text = text};
}

static struct evtx_value number(const char *name, enum evtx_type type, uint64_t n)
{
    return (struct evtx_value){.name = name, .type = type, .number = n};
}

struct evtx_value evtx_u8(const char *name, uint8_t n)
{
    return number(name, EVTX_U8, n);
}

struct evtx_value evtx_u16(const char *name, uint16_t n)
{
    return number(name, EVTX_U16, n);
}

struct evtx_value evtx_u32(const char *name, uint32_t n)
{
    return number(name, EVTX_U32, n);
}

struct evtx_value evtx_u64(const char *name, uint64_t n)
{
    return number(name, EVTX_U64, n);
}

struct evtx_value evtx_i32(const char *name, int32_t n)
{
    return number(name, EVTX_I32, (uint32_t)n);
}

struct evtx_value evtx_hex32(const char *name, uint32_t n)
{
    return number(name, EVTX_HEX32, n);
}

struct evtx_value evtx_hex64(const char *name, uint64_t n)
{
    return number(name, EVTX_HEX64, n);
}

struct evtx_value evtx_bool(const char *name, bool b)
{
    return number(name, EVTX_BOOL, b);
}

struct evtx_value evtx_guid(const char *name, const char *guid)
{
    return (struct evtx_value){.name = name, .type = EVTX_GUID, .text = guid};
}

struct evtx_value evtx_sid(const char *name, const char *sid)
{
    return (struct evtx_value){.name = name, .type = EVTX_SID, .text = sid};
}

struct evtx_value evtx_filetime(const char *name, usec t)
{
    return (struct evtx_value){.name = name, .type = EVTX_FILETIME, .time = t};
}

struct evtx_value evtx_binary(const char *name, bytes raw)
{
    return evtx_raw(name, EVTX_BINARY, raw);
}

struct evtx_value evtx_texts(const char *name, const char *const *items, size_t count)
{
    return (struct evtx_value){.name = name, .type = EVTX_TEXTS, .items = items, .count = count};
}

struct evtx_value evtx_raw(const char *name, enum evtx_type type, bytes raw)
{
    return (struct evtx_value){.name = name, .type = type, .raw = raw};
}

static unsigned hex_digit(char c)
{
    return ascii_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(ascii_lower(c) - 'a' + 10);
}

static void add_guid(struct evtx_chunk *c, const char *text)
{
    static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t raw[16] = {0};
    size_t digits = 0;
    for (; *text && digits < 32; text++) {
        if (ascii_is_alnum(*text)) {
            uint8_t *byte = &raw[order[digits / 2]];
            *byte = (uint8_t)((unsigned)*byte << 4 | (hex_digit(*text) & 15));
            digits++;
        }
    }
    chunk_add(c, raw, sizeof raw);
}

static void add_sid(struct evtx_chunk *c, const char *text)
{
    uint64_t parts[32] = {0};
    size_t count = 0;
    str rest = str_from(str_of(text), 2), part;
    while (count < 17 && str_cut(&rest, '-', &part)) {
        (void)str_u64(part, &parts[count++]);
    }
    size_t authorities = count > 2 ? count - 2 : 0;
    chunk_number(c, parts[0], 1);
    chunk_number(c, authorities, 1);
    for (int i = 5; i >= 0; i--) {
        chunk_number(c, parts[1] >> (8 * i) & 0xff, 1);
    }
    for (size_t i = 0; i < authorities; i++) {
        chunk_number(c, parts[2 + i], 4);
    }
}

uint64_t evtx_filetime_of(usec t)
{
    enum { DAYS = 134774 }; /* from 1601 to 1970 */
    return t == TIME_NONE ? 0 : ((uint64_t)t + (uint64_t)DAYS * 86400 * 1000000) * 10;
}

static void add_systemtime(struct evtx_chunk *c, usec t)
{
    struct civil date = civil_of_time(t);
    int64_t days = t / (86400 * USEC_PER_SEC) - (t % (86400 * USEC_PER_SEC) < 0);
    int weekday = (int)(((days + 4) % 7 + 7) % 7);
    const int parts[] = {date.year, date.month,  weekday,     date.day,
                         date.hour, date.minute, date.second, date.usec / 1000};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        chunk_number(c, (uint64_t)parts[i], 2);
    }
}

static void add_real(struct evtx_chunk *c, double real, size_t len)
{
    float single = (float)real;
    if (len == 4) {
        chunk_add(c, &single, sizeof single);
    } else {
        chunk_add(c, &real, sizeof real);
    }
}

static void add_texts(struct evtx_chunk *c, const struct evtx_value *v)
{
    for (size_t i = 0; i < v->count; i++) {
        chunk_utf16(c, str_of(v->items[i]));
        chunk_number(c, 0, 2);
    }
}

void chunk_value(struct evtx_chunk *c, const struct evtx_value *v)
{
    static const uint8_t widths[] = {
        [EVTX_I8] = 1,   [EVTX_U8] = 1,   [EVTX_I16] = 2,   [EVTX_U16] = 2,   [EVTX_I32] = 4,
        [EVTX_U32] = 4,  [EVTX_I64] = 8,  [EVTX_U64] = 8,   [EVTX_R32] = 4,   [EVTX_R64] = 8,
        [EVTX_BOOL] = 4, [EVTX_SIZE] = 8, [EVTX_HEX32] = 4, [EVTX_HEX64] = 8,
    };
    if (v->raw.p) {
        chunk_add(c, v->raw.p, v->raw.len);
        return;
    }
    switch (v->type) {
    case EVTX_NULL:
    case EVTX_BINARY:
        break;
    case EVTX_TEXT:
        chunk_utf16(c, str_of(v->text));
        break;
    case EVTX_ANSI:
        chunk_add(c, v->text, v->text ? strlen(v->text) : 0);
        break;
    case EVTX_R32:
    case EVTX_R64:
        add_real(c, v->real, widths[v->type]);
        break;
    case EVTX_GUID:
        add_guid(c, v->text);
        break;
    case EVTX_FILETIME:
        chunk_number(c, evtx_filetime_of(v->time), 8);
        break;
    case EVTX_SYSTEMTIME:
        add_systemtime(c, v->time);
        break;
    case EVTX_SID:
        add_sid(c, v->text);
        break;
    case EVTX_TEXTS:
        add_texts(c, v);
        break;
    default:
        chunk_number(c, v->number, widths[v->type]);
        break;
    }
}
