#include "formats/windows/evtx_value.h"

enum { UTF16 = 0x01, ANSI = 0x02, BINARY = 0x0e, SID = EVTX_TYPE_SID };

const struct evtx_type evtx_types[EVTX_TYPES] = {
    [0x00] = {VALUE_NULL,       0,  0 },
      [UTF16] = {VALUE_UTF16,      0,  0 },
    [ANSI] = {VALUE_ANSI,       0,  0 },
      [0x03] = {VALUE_INT,        1,  1 },
    [0x04] = {VALUE_UINT,       1,  1 },
      [0x05] = {VALUE_INT,        2,  2 },
    [0x06] = {VALUE_UINT,       2,  2 },
      [0x07] = {VALUE_INT,        4,  4 },
    [0x08] = {VALUE_UINT,       4,  4 },
      [0x09] = {VALUE_INT,        8,  8 },
    [0x0a] = {VALUE_UINT,       8,  8 },
      [0x0b] = {VALUE_REAL,       4,  4 },
    [0x0c] = {VALUE_REAL,       8,  8 },
      [0x0d] = {VALUE_BOOL,       4,  1 },
    [BINARY] = {VALUE_BINARY,     0,  0 },
      [0x0f] = {VALUE_GUID,       16, 16},
    [0x10] = {VALUE_HEX,        8,  4 },
      [0x11] = {VALUE_FILETIME,   8,  8 },
    [0x12] = {VALUE_SYSTEMTIME, 16, 16},
      [SID] = {VALUE_SID,        0,  0 },
    [0x14] = {VALUE_HEX,        4,  4 },
      [0x15] = {VALUE_HEX,        8,  8 },
};

struct evtx_array evtx_array_of(struct evtx_value v)
{
    v.type &= (uint8_t)~EVTX_TYPE_ARRAY;
    return (struct evtx_array){.rest = v};
}

/* Behind the terminator, and without it. */
static uint32_t text_len(struct evtx_value v, uint32_t unit, uint32_t *with_end)
{
    uint32_t len = 0;
    while (len + unit <= v.len && (v.data[len] || v.data[len + unit - 1])) {
        len += unit;
    }
    *with_end = len + unit <= v.len ? len + unit : v.len;
    return len + unit <= v.len ? len : v.len;
}

static uint32_t item_len(struct evtx_value v, uint32_t *with_end)
{
    if (v.type == UTF16 || v.type == ANSI) {
        return text_len(v, v.type == UTF16 ? 2 : 1, with_end);
    }
    uint32_t len = v.type == SID         ? evtx_sid_len(v)
                   : v.type < EVTX_TYPES ? evtx_types[v.type].size
                                         : 0;
    *with_end = len && len <= v.len ? len : v.len;
    return *with_end;
}

bool evtx_array_next(struct evtx_array *a, struct evtx_value *item)
{
    if (a->begun && a->rest.len == 0) {
        return false;
    }
    a->begun = true;
    *item = a->rest;
    uint32_t taken;
    item->len = item_len(a->rest, &taken);
    a->rest.data += taken;
    a->rest.len -= taken;
    return true;
}
