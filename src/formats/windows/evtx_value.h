/* Values of a template instance, as they lie in the record.
 *
 *     type    name                         type    name
 *     00      NULL, of any size            0d      Bool, 4 bytes
 *     01      UTF-16                       0e      binary
 *     02      ANSI                         0f      GUID
 *     03..0a  Int8, UInt8 ... UInt64       10      SizeT, 4 or 8 bytes
 *     0b, 0c  Real32, Real64               11, 12  FILETIME, SYSTEMTIME
 *     13      SID                          14, 15  HexInt32, HexInt64
 *     21      binary XML                   80 +    an array of these
 */
#ifndef FORMATS_WINDOWS_EVTX_VALUE_H
#define FORMATS_WINDOWS_EVTX_VALUE_H

#include "model/event.h"

enum { EVTX_TYPE_NULL = 0x00, EVTX_TYPE_SID = 0x13, EVTX_TYPE_XML = 0x21, EVTX_TYPE_ARRAY = 0x80 };

/* The types below HexInt64 and with it: what a field of them is. */
enum { EVTX_TYPES = 0x16 };
extern const struct evtx_type {
    uint8_t kind;    /* enum value_type */
    uint8_t size;    /* of the value; 0: any */
    uint8_t or_size; /* the other one it may have */
} evtx_types[EVTX_TYPES];

struct evtx_value {
    const uint8_t *data;
    uint32_t len;
    uint8_t type;
};

/* Of the SID that begins here; 0 when it does not fit. */
static inline uint32_t evtx_sid_len(struct evtx_value v)
{
    uint32_t len = v.len >= 8 ? 8 + 4 * (uint32_t)v.data[1] : 0;
    return len <= v.len ? len : 0;
}

/* The kind of `v` (enum value_type), which is no array. A size that its type cannot have makes it
 * binary: it is shown, not trusted. */
static inline uint8_t evtx_value_kind(struct evtx_value v)
{
    if (v.type < EVTX_TYPES) {
        const struct evtx_type *t = &evtx_types[v.type];
        bool fits = v.type == EVTX_TYPE_SID
                        ? evtx_sid_len(v) > 0
                        : t->size == 0 || v.len == t->size || v.len == t->or_size;
        if (fits) {
            return t->kind;
        }
    }
    return v.len ? VALUE_BINARY : VALUE_NULL;
}

/* The items of an array, one after another; false when there are no more. An empty array has
 * one empty item. Texts end in NUL (the last one need not), SIDs by their own count. */
struct evtx_array {
    struct evtx_value rest;
    bool begun;
};
struct evtx_array evtx_array_of(struct evtx_value v);
bool evtx_array_next(struct evtx_array *a, struct evtx_value *item);

#endif
