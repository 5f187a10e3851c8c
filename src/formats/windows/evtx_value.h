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

enum { EVTX_TYPE_NULL = 0x00, EVTX_TYPE_XML = 0x21, EVTX_TYPE_ARRAY = 0x80 };

struct evtx_value {
    const uint8_t *data;
    uint32_t len;
    uint8_t type;
};

/* The kind of `v` (enum value_type), which is no array. A size that its type cannot have makes it
 * binary: it is shown, not trusted. */
uint8_t evtx_value_kind(struct evtx_value v);

/* The items of an array, one after another; false when there are no more. An empty array has
 * one empty item. Texts end in NUL (the last one need not), SIDs by their own count. */
struct evtx_array {
    struct evtx_value rest;
    bool begun;
};
struct evtx_array evtx_array_of(struct evtx_value v);
bool evtx_array_next(struct evtx_array *a, struct evtx_value *item);

#endif
