/* An event: a moment, a place in a unit, and named fields.
 *
 * Values are kept as the source holds them and made into text only when somebody asks
 * (value.h): most events interest nobody. Everything an event points to is borrowed and lives
 * until the sink returns, but for its origin, which lives as long as the unit is parsed. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "model/names.h"
#include "model/time.h"

enum value_type {
    VALUE_NULL,   /* there, without a value */
    VALUE_TEXT,   /* UTF-8, perhaps broken */
    VALUE_UTF16,  /* little-endian, up to the first NUL unit */
    VALUE_ANSI,   /* Windows-1252, NULs dropped */
    VALUE_INT,    /* little-endian two's complement, 1, 2, 4 or 8 bytes */
    VALUE_UINT,   /* the same, unsigned */
    VALUE_HEX,    /* the same, printed 0x1f */
    VALUE_REAL,   /* IEEE 754, 4 or 8 bytes */
    VALUE_BOOL,   /* 1 or 4 bytes, any bit is true */
    VALUE_BINARY, /* printed in hex, upper case */
    VALUE_GUID,   /* 16 bytes, printed {with braces}, upper case */
    VALUE_FILETIME,
    VALUE_SYSTEMTIME,
    VALUE_SID,
    VALUE_JSON, /* a JSON value as the source wrote it: objects and arrays inside a field */
};

struct field {
    str name; /* as the source spells it */
    const uint8_t *data;
    uint32_t len; /* of data, bytes */
    field_id id;  /* FIELD_NONE when nobody asks for this name */
    uint8_t type; /* enum value_type */
};

/* Where events come from: one for all events of a unit that agree in it. UTF-8. */
struct origin {
    str channel;  /* "Security", "iis", "exchange-httpproxy", "page": logsources.yml names them */
    str provider; /* empty when the source has none */
    str host;     /* empty when the source does not say */
    str build;    /* of the program that wrote it, "15.1.2176.2"; empty when it does not say */
    uint32_t event_id; /* 0 when the source has none */
    uint32_t number;   /* 0, 1, ... in order of first appearance in this parse */
};

struct event {
    usec time;       /* as the source says; TIME_NONE when it does not */
    uint64_t record; /* the record's own number, or its line from 1 */
    uint64_t offset; /* of the record in the unit */
    uint64_t len;    /* bytes of the record */
    bool recovered;  /* found in what the source has given up: no sign of what it covers */
    const struct origin *origin;
    const struct field *fields; /* names may repeat: every one counts */
    size_t nfields;
};

#endif
