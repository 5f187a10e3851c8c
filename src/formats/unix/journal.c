/* The systemd journal, /var/log/journal/<machine>/system.journal (systemd's JOURNAL_FILE_FORMAT):
 * a header, then objects one behind the other, each at a multiple of 8. Little-endian.
 *
 *     header: 0 "LPKSHHRH", 12 incompatible flags u32 (16: compact), 88 header size u64,
 *             96 size of all objects u64
 *     object: 0 type u8, 1 flags u8 (1 xz, 2 lz4, 4 zstd), 8 size u64
 *     data:   64 (72 when compact) "FIELD=value", perhaps packed
 *     entry:  16 sequence number u64, 24 microseconds since 1970 u64,
 *             64 places of its data: u64 and a hash each, or u32 when compact
 *
 * Objects are walked in the order in which they lie, not along the index: what a damaged index no
 * longer names is read all the same. The object after a damaged one is looked for at each
 * multiple of 8 behind it. */
#include "base/reader.h"
#include "formats/format.h"
#include "formats/origins.h"
#include "formats/unix/journal_payload.h"

#include <string.h>

enum {
    JOURNAL_COMPACT = 16,
    JOURNAL_HEADER_MIN = 208,
    OBJECT_DATA = 1,
    OBJECT_ENTRY = 3,
    OBJECT_TYPES = 8,
    OBJECT_HEADER = 16,
    DATA_PAYLOAD = 64,
    DATA_PAYLOAD_COMPACT = 72,
    ENTRY_ITEMS = 64,
    ENTRY_ITEM = 16,
    ENTRY_ITEM_COMPACT = 4,
    JOURNAL_FIELDS_MAX = 1024,
    JOURNAL_ASK_EVERY = 1024,
};

struct journal {
    struct parse *p;
    struct origins origins;
    struct field fields[JOURNAL_FIELDS_MAX];
    size_t nfields;
    bool compact, lost; /* lost: something of the entry at hand could not be read */
};

struct object {
    uint8_t type, flags;
    bytes all; /* with its header */
};

/* False when none can begin there. */
static bool journal_object(bytes unit, uint64_t at, struct object *out)
{
    if (at % 8 || at > unit.len || unit.len - at < OBJECT_HEADER) {
        return false;
    }
    const uint8_t *p = unit.p + at;
    uint64_t size = load_u64le(p + 8);
    *out = (struct object){
        p[0], p[1], {p, (size_t)size}
    };
    return p[0] < OBJECT_TYPES && size >= OBJECT_HEADER && size <= unit.len - at;
}

/* The data at `at` as name and value; false when there is none. */
static bool journal_data(struct journal *j, uint64_t at, struct field *out)
{
    struct object o;
    size_t payload = j->compact ? DATA_PAYLOAD_COMPACT : DATA_PAYLOAD;
    if (!journal_object(j->p->unit, at, &o) || o.type != OBJECT_DATA || o.all.len <= payload) {
        return false;
    }
    bytes text = {o.all.p + payload, o.all.len - payload};
    if (o.flags) {
        text = journal_unpack(text, (enum journal_packing)(o.flags), j->p->scratch);
    }
    str name = str_of_bytes(text);
    size_t equals = str_find_char(name, '=');
    if (equals == name.len) {
        return false;
    }
    name.len = equals;
    *out = (struct field){name, text.p + equals + 1, (uint32_t)(text.len - equals - 1),
                          names_find(j->p->names, name), VALUE_TEXT};
    return true;
}

static void journal_items(struct journal *j, bytes entry)
{
    size_t step = j->compact ? ENTRY_ITEM_COMPACT : ENTRY_ITEM;
    j->nfields = 0;
    j->lost = false;
    for (size_t at = ENTRY_ITEMS; at + step <= entry.len; at += step) {
        uint64_t place = j->compact ? load_u32le(entry.p + at) : load_u64le(entry.p + at);
        if (place == 0) { /* room that was not used */
            continue;
        }
        bool room = j->nfields < JOURNAL_FIELDS_MAX;
        bool good = room && journal_data(j, place, &j->fields[j->nfields]);
        j->nfields += good;
        j->lost |= !good;
    }
}

static str journal_value(const struct journal *j, str name)
{
    for (size_t i = 0; i < j->nfields; i++) {
        if (str_eq(j->fields[i].name, name)) {
            return (str){(const char *)j->fields[i].data, j->fields[i].len};
        }
    }
    return STR_NONE;
}

/* False: stop. */
static bool journal_entry(struct journal *j, uint64_t at, bytes entry)
{
    if (entry.len < ENTRY_ITEMS) {
        emit_note(j->p, NOTE_BAD_RECORD, at, entry.len);
        return true;
    }
    journal_items(j, entry);
    if (j->lost) {
        emit_note(j->p, NOTE_BAD_RECORD, at, 0);
    }
    uint64_t time = load_u64le(entry.p + 24);
    const struct origin origin = {.channel = STR("journal"),
                                  .provider = journal_value(j, STR("SYSLOG_IDENTIFIER")),
                                  .host = journal_value(j, STR("_HOSTNAME"))};
    struct event event = {
        .time = time <= INT64_MAX / 64 ? (usec)time : TIME_NONE,
        .record = load_u64le(entry.p + 16),
        .offset = at,
        .len = entry.len,
        .origin = origins_get(&j->origins, &origin),
        .fields = j->fields,
        .nfields = j->nfields,
    };
    if (!event.origin) {
        emit_note(j->p, NOTE_OVER_BUDGET, at, j->p->unit.len - at);
        return false;
    }
    return !emit_head(j->p, &event) || emit_event(j->p, &event);
}

/* The next place behind `at` where an object of a kind that is common can begin. */
static uint64_t journal_resync(bytes unit, uint64_t at)
{
    struct object o;
    for (at += 8; at + OBJECT_HEADER <= unit.len; at += 8) {
        if (journal_object(unit, at, &o) && (o.type == OBJECT_DATA || o.type == OBJECT_ENTRY) &&
            o.all.len >= ENTRY_ITEMS) {
            return at;
        }
    }
    return unit.len;
}

static uint64_t journal_round(uint64_t at)
{
    return (at + 7) / 8 * 8;
}

/* Where the objects end: what the header says, if that can be. Behind it lies room not used yet. */
static uint64_t journal_end(bytes unit, uint64_t begin)
{
    uint64_t size = load_u64le(unit.p + 96);
    return size <= unit.len - begin ? begin + size : unit.len;
}

/* Room that is not used yet is zero. */
static bool journal_is_unused(bytes unit, uint64_t from, uint64_t to)
{
    while (from < to && unit.p[from] == 0) {
        from++;
    }
    return from == to;
}

static void journal_walk(struct journal *j, uint64_t at, uint64_t end)
{
    struct parse *p = j->p;
    struct object o;
    for (uint64_t seen = 1; at + OBJECT_HEADER <= end; seen++) {
        bool good = journal_object(p->unit, at, &o);
        if (!good) {
            uint64_t next = journal_resync(p->unit, at);
            if (!journal_is_unused(p->unit, at, next)) {
                emit_note(p, NOTE_BAD_RECORD, at, next - at);
            }
            at = next;
            continue;
        }
        struct arena_mark mark = arena_mark(p->scratch);
        bool going = o.type != OBJECT_ENTRY || journal_entry(j, at, o.all);
        arena_rewind(p->scratch, mark);
        if (!going || (seen % JOURNAL_ASK_EVERY == 0 && parse_stopped(p))) {
            return;
        }
        at = journal_round(at + o.all.len);
    }
}

static void journal_parse(struct parse *p)
{
    struct journal *j = ARENA_NEW(p->arena, struct journal);
    if (!j || p->unit.len < JOURNAL_HEADER_MIN) {
        emit_note(p, j ? NOTE_TRUNCATED : NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    j->p = p;
    j->origins.arena = p->arena;
    j->compact = load_u32le(p->unit.p + 12) & JOURNAL_COMPACT;
    uint64_t begin = load_u64le(p->unit.p + 88);
    if (begin < JOURNAL_HEADER_MIN || begin > p->unit.len || begin % 8) {
        emit_note(p, NOTE_BAD_HEADER, 0, JOURNAL_HEADER_MIN);
        begin = JOURNAL_HEADER_MIN;
    }
    journal_walk(j, begin, journal_end(p->unit, begin));
}

static int journal_probe(bytes head, str path)
{
    (void)path;
    return str_starts(str_of_bytes(head), STR("LPKSHHRH")) ? BY_MAGIC : NO_MATCH;
}

const struct format format_journal = {
    .name = "journal",
    .title = "systemd journal",
    .probe = journal_probe,
    .parse = journal_parse,
};
