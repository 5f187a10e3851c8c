/* Writes Windows event logs (.evtx): for the example, the tests and the benchmarks.
 *
 *     struct evtx_writer *w = evtx_writer_to_file(file, NULL);
 *     struct evtx_value data[] = {
 *         evtx_text("Image", "C:\\Windows\\System32\\cmd.exe"),
 *         evtx_u32("ProcessId", 4711),
 *     };
 *     evtx_write(w, &(struct evtx_record){.provider = "Microsoft-Windows-Sysmon",
 *                                         .channel = "Microsoft-Windows-Sysmon/Operational",
 *                                         .computer = "MAIL01.corp.example",
 *                                         .event_id = 1, .time = t, .data = data, .count = 2});
 *     ok = evtx_writer_close(w, NULL);
 *
 * Logs look as Windows writes them: one template for System and one nested in it for the
 * event's own data, each defined at its first use in a chunk and referred to afterwards; typed
 * values; name and template tables; checksums. The same calls give the same bytes. One chunk
 * (64 KiB) is held in memory, whatever the size of the log.
 *
 * Text is UTF-8. Pointers are only read during the call. The heap failing aborts. */
#ifndef EXAMPLE_EVTX_WRITER_H
#define EXAMPLE_EVTX_WRITER_H

#include "model/time.h"

#include <stdio.h>

/* Numbers as they stand in the file. */
enum evtx_type {
    EVTX_NULL = 0x00,
    EVTX_TEXT = 0x01,
    EVTX_ANSI = 0x02, /* written as given: Windows-1252 bytes */
    EVTX_I8 = 0x03,
    EVTX_U8 = 0x04,
    EVTX_I16 = 0x05,
    EVTX_U16 = 0x06,
    EVTX_I32 = 0x07,
    EVTX_U32 = 0x08,
    EVTX_I64 = 0x09,
    EVTX_U64 = 0x0a,
    EVTX_R32 = 0x0b,
    EVTX_R64 = 0x0c,
    EVTX_BOOL = 0x0d,
    EVTX_BINARY = 0x0e,
    EVTX_GUID = 0x0f,
    EVTX_SIZE = 0x10, /* 8 bytes */
    EVTX_FILETIME = 0x11,
    EVTX_SYSTEMTIME = 0x12,
    EVTX_SID = 0x13,
    EVTX_HEX32 = 0x14,
    EVTX_HEX64 = 0x15,
    EVTX_TEXTS = 0x81, /* an array of TEXT: the element is repeated */
};

/* One value; the functions below make them. At most 65,535 bytes in the file. */
struct evtx_value {
    const char *name; /* of <Data Name=...>, or of the element in UserData; NULL: unnamed <Data> */
    enum evtx_type type;
    const char *text;         /* TEXT, ANSI; GUID "{...}" or bare; SID "S-1-5-18" */
    uint64_t number;          /* integers, HEX, BOOL, SIZE */
    double real;              /* R32, R64 */
    usec time;                /* FILETIME, SYSTEMTIME */
    bytes raw;                /* BINARY; any other type: its bytes as they are, if raw.p is set */
    const char *const *items; /* TEXTS */
    size_t count;
};

struct evtx_value evtx_null(const char *name);
struct evtx_value evtx_text(const char *name, const char *text);
struct evtx_value evtx_u8(const char *name, uint8_t n);
struct evtx_value evtx_u16(const char *name, uint16_t n);
struct evtx_value evtx_u32(const char *name, uint32_t n);
struct evtx_value evtx_u64(const char *name, uint64_t n);
struct evtx_value evtx_i32(const char *name, int32_t n);
struct evtx_value evtx_hex32(const char *name, uint32_t n);
struct evtx_value evtx_hex64(const char *name, uint64_t n);
struct evtx_value evtx_bool(const char *name, bool b);
struct evtx_value evtx_guid(const char *name, const char *guid);
struct evtx_value evtx_sid(const char *name, const char *sid);
struct evtx_value evtx_filetime(const char *name, usec t);
struct evtx_value evtx_binary(const char *name, bytes raw);
struct evtx_value evtx_texts(const char *name, const char *const *items, size_t count);
/* Any other type, by its bytes in the file. */
struct evtx_value evtx_raw(const char *name, enum evtx_type type, bytes raw);

/* How a record is laid out. */
enum evtx_shape {
    EVTX_TEMPLATES, /* System template with a nested one: 95 % of records in the field */
    EVTX_PLAIN,     /* elements with literal text, no template: what collectors write */
};

/* What is zero or NULL is left out, as Windows does (`level`, `task` ... are written as 0). */
struct evtx_record {
    const char *provider, *provider_guid; /* GUID with or without braces */
    const char *channel, *computer;
    uint32_t event_id;
    uint16_t qualifiers; /* of classic providers */
    uint8_t version, level, opcode;
    uint16_t task;
    uint64_t keywords;
    uint64_t record_id; /* 0: one more than the last */
    usec time;          /* TimeCreated, and the header's time */
    uint32_t pid, tid;
    const char *user_sid, *activity_id;
    const struct evtx_value *data;
    size_t count;
    const char *user_data; /* NULL: EventData; else UserData with this element around the values */
    enum evtx_shape shape;
};

/* What is wrong with the log, for tests: bits. Those marked (c) hurt every `damage_every`th
 * chunk, the others the whole file. */
enum evtx_damage {
    EVTX_DAMAGE_DIRTY = 1 << 0,      /* flag 1 and a header written long ago: counts of one chunk */
    EVTX_DAMAGE_FILE_CRC = 1 << 1,   /* of the file header */
    EVTX_DAMAGE_NO_CRC = 1 << 2,     /* flag 4: checksums are zero */
    EVTX_DAMAGE_WRAPPED = 1 << 3,    /* circular: the newest chunk lies in front of the oldest */
    EVTX_DAMAGE_ZERO_SLOTS = 1 << 4, /* (c) an unused slot follows */
    EVTX_DAMAGE_CHUNK_CRC = 1 << 5,  /* (c) of the chunk header */
    EVTX_DAMAGE_DATA_CRC = 1 << 6,   /* (c) of the record area */
    EVTX_DAMAGE_SIGNATURE = 1 << 7,  /* (c) "ElfChnk" is overwritten: all its records are lost */
    EVTX_DAMAGE_TORN_RECORD = 1 << 8,   /* (c) the last record ends in zeros */
    EVTX_DAMAGE_RECORD_SIZE = 1 << 9,   /* (c) the second record claims size 0 */
    EVTX_DAMAGE_FREE_OFFSET = 1 << 10,  /* (c) free space begins past the end of the chunk */
    EVTX_DAMAGE_NO_TABLES = 1 << 11,    /* (c) name and template tables are garbage */
    EVTX_DAMAGE_LAST_RECORD = 1 << 12,  /* (c) last record number and id are wrong */
    EVTX_DAMAGE_SHIFTED_TIME = 1 << 13, /* header times are those of the next record; last one 0 */
};

struct evtx_options {
    unsigned damage;        /* enum evtx_damage, or'ed */
    uint32_t damage_every;  /* 0 is 1: every chunk */
    uint32_t chunk_records; /* records in a chunk at most; 0: as many as fit */
    uint64_t first_record;  /* number of the first record; 0 is 1 */
};

/* What was written. `damaged` are the records that damage has made unreadable. */
struct evtx_written {
    uint64_t records, damaged, chunks, bytes;
};

struct evtx_writer;

/* Takes `len` bytes for `offset` of the log. Offsets rise, but for the header (and with WRAPPED
 * the first chunk), which come last. False stops the writer. */
typedef bool (*evtx_put)(void *ctx, uint64_t offset, const void *data, size_t len);

/* Options may be NULL. */
struct evtx_writer *evtx_writer_open(evtx_put put, void *ctx, const struct evtx_options *options);
struct evtx_writer *evtx_writer_to_file(FILE *seekable, const struct evtx_options *options);
struct evtx_writer *evtx_writer_to_memory(const struct evtx_options *options);

/* False when the output failed, or the record does not fit a chunk (it is then left out). */
bool evtx_write(struct evtx_writer *w, const struct evtx_record *r);

/* A record whose BinXML the caller made; for what no Windows would write. Names in it must be
 * stored inline: `chunk_offset` is given the offset in the chunk at which it will stand. */
bool evtx_write_binxml(struct evtx_writer *w, uint64_t record_id, usec time,
                       size_t (*make)(void *ctx, uint32_t chunk_offset, uint8_t *out, size_t room),
                       void *ctx);

/* Writes the last chunk and the header and frees `w`. `written` may be NULL. */
bool evtx_writer_close(struct evtx_writer *w, struct evtx_written *written);

/* The same for a writer to memory: the log, to be freed with free(); NULL when it failed. */
uint8_t *evtx_writer_take(struct evtx_writer *w, size_t *len, struct evtx_written *written);

#endif
