#include "evtx_chunk.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_HEADER = 4096, RECORD_HEADER = 24 };

/* The damage that is done chunk by chunk. */
enum {
    CHUNK_DAMAGE = EVTX_DAMAGE_ZERO_SLOTS | EVTX_DAMAGE_CHUNK_CRC | EVTX_DAMAGE_DATA_CRC |
                   EVTX_DAMAGE_SIGNATURE | EVTX_DAMAGE_TORN_RECORD | EVTX_DAMAGE_RECORD_SIZE |
                   EVTX_DAMAGE_FREE_OFFSET | EVTX_DAMAGE_NO_TABLES | EVTX_DAMAGE_LAST_RECORD,
};

struct memory {
    uint8_t *p;
    size_t len, cap;
};

struct evtx_writer {
    evtx_put put;
    void *ctx;
    struct memory memory;
    struct evtx_options options;
    struct evtx_written written;
    uint64_t slot;      /* where the next chunk goes */
    uint64_t last_id;   /* of the record written last */
    uint64_t number;    /* of the first record of the chunk */
    uint32_t in_chunk;  /* records in the chunk */
    uint32_t second_at; /* the chunk's second record, and its last */
    uint32_t last_at;
    bool failed;
    struct evtx_chunk chunk;
};

/* zlib's. Half a byte a step is fast enough for a generator. */
static uint32_t crc(uint32_t before, const uint8_t *p, size_t len)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t c = ~before;
    for (size_t i = 0; i < len; i++) {
        c = table[(c ^ p[i]) & 15] ^ c >> 4;
        c = table[(c ^ p[i] >> 4) & 15] ^ c >> 4;
    }
    return ~c;
}

static void begin_chunk(struct evtx_writer *w)
{
    memset(w->chunk.bytes, 0, sizeof w->chunk.bytes);
    w->chunk.at = EVTX_CHUNK_HEADER;
    w->in_chunk = 0;
}

/* The damage for the chunk at hand. */
static unsigned damage_now(const struct evtx_writer *w)
{
    uint32_t every = w->options.damage_every ? w->options.damage_every : 1;
    bool spared = (w->written.chunks + 1) % every != 0;
    return spared ? w->options.damage & ~(unsigned)CHUNK_DAMAGE : w->options.damage;
}

static void chunk_header(struct evtx_writer *w, unsigned damage)
{
    uint64_t last = w->number + w->in_chunk - 1;
    uint64_t said = damage & EVTX_DAMAGE_LAST_RECORD ? w->number : last;
    uint8_t *c = w->chunk.bytes;
    memcpy(c, "ElfChnk", 8);
    store_le(c + 8, w->number, 8);
    store_le(c + 16, said, 8);
    store_le(c + 24, w->number, 8);
    store_le(c + 32, said, 8);
    store_le(c + 40, 128, 4);
    store_le(c + 44, w->last_at, 4);
    store_le(c + 48, damage & EVTX_DAMAGE_FREE_OFFSET ? 0x20000 : w->chunk.at, 4);
    store_le(c + 120, damage & EVTX_DAMAGE_NO_CRC ? 4 | 1 : 1, 4);
    if (!(damage & EVTX_DAMAGE_NO_CRC)) {
        store_le(c + 52, crc(0, c + EVTX_CHUNK_HEADER, w->chunk.at - EVTX_CHUNK_HEADER), 4);
        store_le(c + 124, crc(crc(0, c, 120), c + 128, EVTX_CHUNK_HEADER - 128), 4);
    }
}

static void damage_chunk(struct evtx_writer *w, unsigned damage)
{
    uint8_t *c = w->chunk.bytes;
    if (damage & EVTX_DAMAGE_CHUNK_CRC) {
        c[124] ^= 0x5a;
    }
    if (damage & EVTX_DAMAGE_DATA_CRC) {
        c[52] ^= 0x5a;
        store_le(c + 124, crc(crc(0, c, 120), c + 128, EVTX_CHUNK_HEADER - 128), 4);
    }
    if (damage & EVTX_DAMAGE_NO_TABLES) {
        memset(c + EVTX_NAME_TABLE, 0xa5, EVTX_CHUNK_HEADER - EVTX_NAME_TABLE);
    }
    if (damage & EVTX_DAMAGE_TORN_RECORD && w->in_chunk > 0) {
        memset(c + w->last_at + RECORD_HEADER + 4, 0, w->chunk.at - w->last_at - RECORD_HEADER - 4);
        w->written.damaged++;
    }
    if (damage & EVTX_DAMAGE_RECORD_SIZE && w->in_chunk > 2) {
        store_le(c + w->second_at + 4, 0, 4);
        w->written.damaged++;
    }
    if (damage & EVTX_DAMAGE_SIGNATURE) {
        memcpy(c, "Elf!hnk", 8);
        w->written.damaged += w->in_chunk;
    }
}

static void put(struct evtx_writer *w, uint64_t offset, const void *p, size_t len)
{
    w->failed = w->failed || !w->put(w->ctx, offset, p, len);
}

static void put_chunk(struct evtx_writer *w, uint64_t slot)
{
    put(w, FILE_HEADER + slot * EVTX_CHUNK_SIZE, w->chunk.bytes, EVTX_CHUNK_SIZE);
    w->written.chunks++;
}

static void finish_chunk(struct evtx_writer *w, bool last)
{
    unsigned damage = damage_now(w);
    chunk_header(w, damage);
    damage_chunk(w, damage);
    bool in_front = last && damage & EVTX_DAMAGE_WRAPPED;
    put_chunk(w, in_front ? 0 : w->slot);
    w->slot += !in_front;
    w->number += w->in_chunk;
    if (damage & EVTX_DAMAGE_ZERO_SLOTS && !in_front) {
        memset(w->chunk.bytes, 0, sizeof w->chunk.bytes);
        put(w, FILE_HEADER + w->slot * EVTX_CHUNK_SIZE, w->chunk.bytes, EVTX_CHUNK_SIZE);
        w->slot++;
    }
    begin_chunk(w);
}

static struct evtx_writer *writer_new(evtx_put put_fn, void *ctx,
                                      const struct evtx_options *options)
{
    struct evtx_writer *w = calloc(1, sizeof *w);
    if (!w) {
        abort();
    }
    w->put = put_fn;
    w->ctx = ctx;
    w->options = options ? *options : (struct evtx_options){0};
    w->number = w->options.first_record ? w->options.first_record : 1;
    w->last_id = w->number - 1;
    w->slot = w->options.damage & EVTX_DAMAGE_WRAPPED ? 1 : 0;
    arena_init(&w->chunk.scratch, UINT64_C(16) << 20);
    begin_chunk(w);
    return w;
}

struct evtx_writer *evtx_writer_open(evtx_put put_fn, void *ctx, const struct evtx_options *options)
{
    return writer_new(put_fn, ctx, options);
}

static bool put_to_file(void *ctx, uint64_t offset, const void *data, size_t len)
{
    FILE *f = ctx;
    return offset <= LONG_MAX && fseek(f, (long)offset, SEEK_SET) == 0 &&
           fwrite(data, 1, len, f) == len;
}

struct evtx_writer *evtx_writer_to_file(FILE *seekable, const struct evtx_options *options)
{
    return writer_new(put_to_file, seekable, options);
}

static bool put_to_memory(void *ctx, uint64_t offset, const void *data, size_t len)
{
    struct memory *m = ctx;
    size_t end = (size_t)offset + len;
    if (end > m->cap) {
        size_t cap = m->cap * 2 > end ? m->cap * 2 : end;
        uint8_t *grown = realloc(m->p, cap);
        if (!grown) {
            abort();
        }
        memset(grown + m->cap, 0, cap - m->cap);
        m->p = grown;
        m->cap = cap;
    }
    memcpy(m->p + offset, data, len);
    m->len = end > m->len ? end : m->len;
    return true;
}

struct evtx_writer *evtx_writer_to_memory(const struct evtx_options *options)
{
    struct evtx_writer *w = writer_new(put_to_memory, NULL, options);
    w->ctx = &w->memory;
    return w;
}

/* What is to be written, whichever way its binary XML is made. */
struct job {
    const struct evtx_record *record;
    size_t (*make)(void *ctx, uint32_t chunk_offset, uint8_t *out, size_t room);
    void *ctx;
};

static void add_binxml(struct evtx_writer *w, const struct job *job, uint64_t id)
{
    if (job->make) {
        size_t len = job->make(job->ctx, w->chunk.at, w->chunk.bytes + w->chunk.at,
                               EVTX_CHUNK_SIZE - w->chunk.at);
        w->chunk.overflow = len == 0 || len > EVTX_CHUNK_SIZE - w->chunk.at;
        w->chunk.at += w->chunk.overflow ? 0 : (uint32_t)len;
        return;
    }
    chunk_number(&w->chunk, 0x0001010f, 4);
    if (job->record->shape == EVTX_PLAIN) {
        evtx_plain(&w->chunk, job->record, id);
    } else {
        evtx_templated(&w->chunk, job->record, id);
    }
    chunk_number(&w->chunk, END_OF_FRAGMENT, 1);
}

/* Writes the record into the chunk; when it does not fit, the chunk is as it was. */
static bool try_record(struct evtx_writer *w, const struct job *job, uint64_t id, usec time)
{
    uint8_t tables[EVTX_CHUNK_HEADER];
    memcpy(tables, w->chunk.bytes, sizeof tables);
    uint32_t at = w->chunk.at;
    w->chunk.overflow = false;
    w->chunk.unfit = false;
    chunk_number(&w->chunk, 0x2a2a, 4);
    chunk_number(&w->chunk, 0, 4);
    chunk_number(&w->chunk, w->number + w->in_chunk, 8);
    chunk_number(&w->chunk,
                 w->options.damage & EVTX_DAMAGE_SHIFTED_TIME ? 0 : evtx_filetime_of(time), 8);
    add_binxml(w, job, id);
    while (!w->chunk.overflow && (w->chunk.at - at + 4) % 8) {
        chunk_number(&w->chunk, 0, 1);
    }
    chunk_number(&w->chunk, w->chunk.at - at + 4, 4);
    if (w->chunk.overflow || w->chunk.unfit) {
        memset(w->chunk.bytes + at, 0, EVTX_CHUNK_SIZE - at);
        memcpy(w->chunk.bytes, tables, sizeof tables);
        w->chunk.at = at;
        return false;
    }
    store_le(w->chunk.bytes + at + 4, w->chunk.at - at, 4);
    w->second_at = w->in_chunk == 1 ? at : w->second_at;
    w->last_at = at;
    w->in_chunk++;
    return true;
}

static bool write_job(struct evtx_writer *w, const struct job *job, uint64_t id, usec time)
{
    bool shifted = w->options.damage & EVTX_DAMAGE_SHIFTED_TIME;
    if (shifted && w->in_chunk > 0) {
        store_le(w->chunk.bytes + w->last_at + 16, evtx_filetime_of(time), 8);
    }
    bool full = w->options.chunk_records && w->in_chunk >= w->options.chunk_records;
    if (full) {
        finish_chunk(w, false);
    }
    uint64_t this_id = id ? id : w->last_id + 1;
    if (!try_record(w, job, this_id, time)) {
        if (w->in_chunk == 0 || w->chunk.unfit) {
            return false;
        }
        finish_chunk(w, false);
        if (!try_record(w, job, this_id, time)) {
            return false;
        }
    }
    w->last_id = this_id;
    w->written.records++;
    return !w->failed;
}

bool evtx_write(struct evtx_writer *w, const struct evtx_record *r)
{
    return write_job(w, &(struct job){.record = r}, r->record_id, r->time);
}

bool evtx_write_binxml(struct evtx_writer *w, uint64_t record_id, usec time,
                       size_t (*make)(void *ctx, uint32_t chunk_offset, uint8_t *out, size_t room),
                       void *ctx)
{
    return write_job(w, &(struct job){.make = make, .ctx = ctx}, record_id, time);
}

static void put_file_header(struct evtx_writer *w)
{
    unsigned damage = w->options.damage;
    bool dirty = damage & EVTX_DAMAGE_DIRTY, no_crc = damage & EVTX_DAMAGE_NO_CRC;
    bool wrapped = damage & EVTX_DAMAGE_WRAPPED;
    uint64_t chunks = dirty ? 1 : w->slot;
    uint8_t h[FILE_HEADER] = "ElfFile";
    store_le(h + 8, wrapped && chunks > 1 ? 1 : 0, 8);
    store_le(h + 16, wrapped ? 0 : chunks - 1, 8);
    store_le(h + 24, dirty ? 2 : w->number, 8);
    store_le(h + 32, 128, 4);
    store_le(h + 36, 1, 2);
    store_le(h + 38, 3, 2);
    store_le(h + 40, FILE_HEADER, 2);
    store_le(h + 42, chunks, 2);
    store_le(h + 120, (dirty ? 1u : 0u) | (no_crc ? 4u : 0u), 4);
    store_le(h + 124, no_crc ? 0 : crc(0, h, 120) ^ (damage & EVTX_DAMAGE_FILE_CRC ? 0x5au : 0u),
             4);
    put(w, 0, h, sizeof h);
    w->written.bytes = FILE_HEADER + w->slot * EVTX_CHUNK_SIZE;
}

/* Writes what is left; the memory of a log in memory goes to the caller. */
static bool finish_log(struct evtx_writer *w, struct evtx_written *written, struct memory *out)
{
    if (w->in_chunk > 0 || w->written.chunks == 0) {
        finish_chunk(w, true);
    }
    put_file_header(w);
    if (written) {
        *written = w->written;
    }
    *out = w->memory;
    bool ok = !w->failed;
    arena_done(&w->chunk.scratch);
    free(w);
    return ok;
}

bool evtx_writer_close(struct evtx_writer *w, struct evtx_written *written)
{
    struct memory unused;
    bool ok = finish_log(w, written, &unused);
    free(unused.p);
    return ok;
}

uint8_t *evtx_writer_take(struct evtx_writer *w, size_t *len, struct evtx_written *written)
{
    assert(w->put == put_to_memory);
    struct memory log;
    if (!finish_log(w, written, &log)) {
        free(log.p);
        return NULL;
    }
    *len = log.len;
    return log.p;
}
