/* Windows event log (.evtx), Vista and later. Little-endian; times are FILETIMEs, text is UTF-16.
 *
 *     file header, 4096 bytes
 *          0     8  "ElfFile" and NUL
 *         42     2  count of chunks: stale when dirty, wraps above 4 GiB; the size decides
 *        120     4  flags: 1 dirty, 2 full, 4 no checksums; other bits may be garbage
 *        124     4  CRC-32 of bytes 0 to 119
 *
 *     chunks, 65536 bytes each; a log is circular, so their order is not that of time, and
 *     slots of zeros may lie between them
 *          0     8  "ElfChnk" and NUL
 *         24     8  number of its first record
 *         48     4  where its records end
 *         52     4  CRC-32 of the records, from 512
 *        120     4  flags: 4 no checksums
 *        124     4  CRC-32 of bytes 0 to 119 and 128 to 511
 *        512        records (evtx_record.c)
 *
 * Every slot is visited, whatever the headers say; a chunk stands for itself: all offsets in it
 * are relative to it. */
#include "formats/windows/evtx_carve.h"
#include "formats/windows/evtx_crc.h"
#include "formats/windows/evtx_memory.h"
#include "formats/windows/evtx_record.h"

#include <string.h>

enum {
    FILE_HEADER = 4096,
    CHUNK = 65536,
    CHUNK_HEADER = 512,
    RECORD_LEAST = 28,
    RECORD_ALIGN = 8,
    FLAG_DIRTY = 1,
    FLAG_NO_CRC = 4,
};

static const uint8_t file_magic[8] = "ElfFile", chunk_magic[8] = "ElfChnk";

static bool begins(bytes b, const uint8_t magic[8])
{
    return b.len >= 8 && memcmp(b.p, magic, 8) == 0;
}

/* A log whose header was wiped is still known by its name, and its chunks by themselves. */
static int evtx_probe(bytes head, str path)
{
    if (begins(head, file_magic)) {
        return BY_MAGIC;
    }
    return str_ends_nocase(path, STR(".evtx")) ? BY_NAME : NO_MATCH;
}

static uint64_t evtx_cut(bytes unit, uint64_t near)
{
    if (near <= FILE_HEADER) {
        return FILE_HEADER < unit.len ? FILE_HEADER : unit.len;
    }
    if (near > unit.len) {
        return unit.len;
    }
    uint64_t chunks = (near - FILE_HEADER + CHUNK - 1) / CHUNK;
    uint64_t at = FILE_HEADER + chunks * CHUNK;
    return at < unit.len ? at : unit.len;
}

static void check_file_header(struct evtx_log *log, const struct evtx_crc *crc)
{
    bytes unit = log->p->unit;
    if (unit.len < FILE_HEADER) {
        emit_note(log->p, NOTE_TRUNCATED, 0, unit.len);
        return;
    }
    uint32_t flags = load_u32le(unit.p + 120);
    bool checked = !(flags & FLAG_NO_CRC);
    bool right = evtx_crc(crc, 0, (bytes){unit.p, 120}) == load_u32le(unit.p + 124);
    if (!begins(unit, file_magic) || flags & FLAG_DIRTY || (checked && !right)) {
        emit_note(log->p, NOTE_BAD_HEADER, 0, 128);
    }
    uint64_t slots = (unit.len - FILE_HEADER + CHUNK - 1) / CHUNK, count = load_u16le(unit.p + 42);
    if (begins(unit, file_magic) && count > slots) {
        emit_note(log->p, NOTE_TRUNCATED, unit.len, (count - slots) * CHUNK);
    }
}

static bool is_zero(bytes b)
{
    return b.len == 0 || (b.p[0] == 0 && memcmp(b.p, b.p + 1, b.len - 1) == 0);
}

/* Where the records of this chunk end, as far as its header can be believed. */
static uint32_t records_end(bytes chunk)
{
    uint32_t end = load_u32le(chunk.p + 48);
    bool plausible = end >= CHUNK_HEADER && end <= chunk.len;
    return plausible ? end : (uint32_t)chunk.len;
}

static void check_chunk(struct evtx_log *log, const struct evtx_crc *crc)
{
    bytes chunk = log->chunk;
    if (chunk.len < CHUNK) {
        emit_note(log->p, NOTE_TRUNCATED, log->chunk_at + chunk.len, CHUNK - chunk.len);
    }
    if (load_u32le(chunk.p + 120) & FLAG_NO_CRC) {
        return;
    }
    uint32_t header = evtx_crc(crc, 0, (bytes){chunk.p, 120});
    header = evtx_crc(crc, header, (bytes){chunk.p + 128, CHUNK_HEADER - 128});
    if (header != load_u32le(chunk.p + 124)) {
        emit_note(log->p, NOTE_BAD_CHECKSUM, log->chunk_at, CHUNK_HEADER);
    }
    uint32_t len = records_end(chunk) - CHUNK_HEADER;
    if (evtx_crc(crc, 0, (bytes){chunk.p + CHUNK_HEADER, len}) != load_u32le(chunk.p + 52)) {
        emit_note(log->p, NOTE_BAD_CHECKSUM, log->chunk_at + CHUNK_HEADER, len);
    }
}

/* Records of a chunk are numbered one after another: 16,331 of 16,331 in the logs tried. */
static bool continues(uint64_t number, uint64_t last)
{
    return number - last - 1 < CHUNK / RECORD_LEAST;
}

/* The next whole record at or after `at`; `end` when there is none. What does not continue the
 * numbering is left over from another lap around the log, and its template is gone as likely as
 * not. */
static uint32_t resync(bytes chunk, uint32_t at, uint32_t end, uint64_t last)
{
    struct evtx_place place;
    while (at < end &&
           !(evtx_record_at(chunk, at, &place) && !place.torn && continues(place.number, last))) {
        at += RECORD_ALIGN;
    }
    return at < end ? at : end;
}

static bool parse_records(struct evtx_log *log)
{
    bytes chunk = log->chunk;
    uint32_t end = records_end(chunk);
    uint64_t last = load_u64le(chunk.p + 24) - 1;
    for (uint32_t at = CHUNK_HEADER; at < end;) {
        struct evtx_place place;
        if (evtx_record_at(chunk, at, &place) &&
            (!place.torn || evtx_record_decodes(log, &place))) {
            if (!evtx_record(log, &place)) {
                return false;
            }
            last = continues(place.number, last) ? place.number : last + 1;
            at += place.len;
            continue;
        }
        uint32_t next = resync(chunk, at + RECORD_ALIGN, end, last);
        uint32_t magic = end - at < 4 ? end - at : 4;
        if (next < end || !is_zero((bytes){chunk.p + at, magic})) {
            emit_note(log->p, NOTE_BAD_RECORD, log->chunk_at + at, next - at);
        }
        log->order.known = false; /* what is missing here was noted */
        at = next;
    }
    return true;
}

static bytes slot_at(bytes unit, uint64_t at)
{
    uint64_t left = unit.len - at;
    return (bytes){unit.p + at, left < CHUNK ? (size_t)left : CHUNK};
}

static bool is_chunk(bytes slot)
{
    return slot.len >= CHUNK_HEADER && begins(slot, chunk_magic);
}

static bool carve_slot(struct evtx_log *log, uint64_t at)
{
    bytes slot = slot_at(log->p->unit, at);
    if (is_chunk(slot)) {
        return evtx_carve(log, records_end(slot), (uint32_t)slot.len, STR("slack"));
    }
    evtx_log_chunk(log, at, slot);
    bool go_on = evtx_carve(log, 0, (uint32_t)slot.len, STR("lost chunk"));
    log->order.known = false;
    return go_on;
}

/* False: stop. */
static bool parse_slot(struct evtx_log *log, const struct evtx_crc *crc, uint64_t at)
{
    bytes slot = slot_at(log->p->unit, at);
    if (is_zero(slot)) {
        log->order.known = false;
        return true;
    }
    if (!is_chunk(slot)) {
        log->order.known = false;
        emit_note(log->p, slot.len < CHUNK ? NOTE_TRUNCATED : NOTE_BAD_CHUNK, at, slot.len);
    } else {
        evtx_log_chunk(log, at, slot);
        check_chunk(log, crc);
        if (!parse_records(log)) {
            return false;
        }
    }
    return !log->p->carve || carve_slot(log, at);
}

/* ---- a part begins with what the chunk in front of it leaves behind ---- */

static bool not_wanted(void *ctx, const struct event *head)
{
    (void)ctx, (void)head;
    return false;
}

static void not_noted(void *ctx, const struct note *n)
{
    (void)ctx, (void)n;
}

static void look_back(struct evtx_log *log, uint64_t at)
{
    struct sink silent = {.on_head = not_wanted, .on_note = not_noted};
    struct parse p = *log->p;
    p.sink = &silent;
    struct evtx_log *before = ARENA_NEW(p.arena, struct evtx_log);
    bytes slot = {p.unit.p + at, CHUNK};
    if (before && evtx_log_init(before, &p, log->templates) && begins(slot, chunk_magic)) {
        evtx_log_chunk(before, at, slot);
        (void)parse_records(before);
        log->order = before->order;
    }
}

/* ---- what is deleted is known only when all of the log is ---- */

static bool remember(void *ctx, const struct event *head)
{
    evtx_met_put(ctx, head, 0);
    return false;
}

static bool remember_recovered(void *ctx, const struct event *head)
{
    evtx_met_put(ctx, head, head->offset);
    return false;
}

/* All the records that the log has, and then those that it has given up. False: stopped. */
static bool survey(struct parse *of, struct evtx_templates *templates, struct evtx_met *met)
{
    struct sink sink = {.ctx = met, .on_head = remember, .on_note = not_noted};
    struct parse p = *of;
    p.sink = &sink;
    struct evtx_log *all = ARENA_NEW(p.arena, struct evtx_log);
    if (!all || !evtx_log_init(all, &p, templates)) {
        met->full = true;
        return true;
    }
    for (int deleted = 0; deleted <= 1; deleted++) {
        for (uint64_t at = FILE_HEADER; at < p.unit.len && !parse_stopped(of); at += CHUNK) {
            bytes slot = slot_at(p.unit, at);
            evtx_log_chunk(all, at, slot);
            if (!deleted && is_chunk(slot)) {
                (void)parse_records(all);
            } else if (deleted && !is_zero(slot)) {
                (void)carve_slot(all, at);
            }
        }
        sink.on_head = remember_recovered;
    }
    return !parse_stopped(of);
}

/* What survey() says, which a worker needs once for all parts of a log; NULL when there is no
 * room, or it was stopped. */
static const struct evtx_met *met_of(struct parse *p, struct evtx_memory *memory)
{
    if (!memory->met) {
        struct evtx_met *met = ARENA_NEW(memory->arena, struct evtx_met);
        if (met) {
            evtx_met_init(met, memory->arena);
            memory->met = survey(p, &memory->templates, met) ? met : NULL;
        }
    }
    if (!memory->met || memory->met->full) {
        emit_note(p, NOTE_OVER_BUDGET, p->from, p->to - p->from);
    }
    return memory->met;
}

static void evtx_parse(struct parse *p)
{
    struct evtx_log *log = ARENA_NEW(p->arena, struct evtx_log);
    struct evtx_crc *crc = ARENA_NEW(p->arena, struct evtx_crc);
    struct evtx_memory *memory = evtx_memory_of(p);
    if (!log || !crc || !memory || !evtx_log_init(log, p, &memory->templates)) {
        emit_note(p, NOTE_OVER_BUDGET, p->from, p->to - p->from);
        return;
    }
    evtx_crc_init(crc);
    if (p->from == 0) {
        check_file_header(log, crc);
    }
    uint64_t from = evtx_cut(p->unit, p->from);
    if (p->carve) {
        log->met = met_of(p, memory);
    }
    if (from >= FILE_HEADER + CHUNK && from < p->to) {
        look_back(log, from - CHUNK);
    }
    for (uint64_t at = from; at < p->to && !parse_stopped(p); at += CHUNK) {
        if (!parse_slot(log, crc, at)) {
            return;
        }
    }
}

const struct format format_evtx = {
    .name = "evtx",
    .title = "Windows event log",
    .probe = evtx_probe,
    .parse = evtx_parse,
    .cut = evtx_cut,
    .plain = true,
};
