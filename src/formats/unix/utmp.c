/* utmp, wtmp and btmp of Linux: who was logged on, who logged on and off, who failed to.
 *
 * Records of 384 bytes, little-endian, the same on 32- and 64-bit machines (utmp(5), glibc's
 * bits/utmp.h):
 *
 *     0 type u16, 4 pid i32, 8 line[32], 40 id[4], 44 user[32], 76 host[256],
 *     332 exit status (termination i16, code i16), 336 session i32, 340 seconds i32,
 *     344 microseconds i32, 348 address: 16 bytes, only 4 used for IPv4, 364 unused[20]
 *
 * The file has no header: which of the three it is its name says. */
#include "base/reader.h"
#include "base/text.h"
#include "formats/format.h"

#include <string.h>

enum {
    UTMP_SIZE = 384,
    UTMP_LINE = 8,
    UTMP_LINE_LEN = 32,
    UTMP_USER = 44,
    UTMP_USER_LEN = 32,
    UTMP_HOST = 76,
    UTMP_HOST_LEN = 256,
    UTMP_SESSION = 336,
    UTMP_SECONDS = 340,
    UTMP_ADDRESS = 348,
    UTMP_TYPES = 10,
    UTMP_FIELDS = 8,
    UTMP_ASK_EVERY = 4096,
};

static const str utmp_types[UTMP_TYPES] = {
    STR_INIT("EMPTY"),         STR_INIT("RUN_LVL"),      STR_INIT("BOOT_TIME"),
    STR_INIT("NEW_TIME"),      STR_INIT("OLD_TIME"),     STR_INIT("INIT_PROCESS"),
    STR_INIT("LOGIN_PROCESS"), STR_INIT("USER_PROCESS"), STR_INIT("DEAD_PROCESS"),
    STR_INIT("ACCOUNTING"),
};

static str utmp_text(const uint8_t *p, size_t size)
{
    const uint8_t *nul = memchr(p, 0, size);
    return (str){(const char *)p, nul ? (size_t)(nul - p) : size};
}

/* Text, and zeros behind it. */
static bool utmp_is_text(const uint8_t *p, size_t size)
{
    size_t len = utmp_text(p, size).len;
    for (size_t i = 0; i < size; i++) {
        if (i < len ? p[i] < ' ' || p[i] == 0x7f : p[i] != 0) {
            return false;
        }
    }
    return true;
}

static bool utmp_is_record(const uint8_t *r)
{
    return load_u16le(r) < UTMP_TYPES && load_u32le(r + UTMP_SECONDS + 4) < USEC_PER_SEC &&
           utmp_is_text(r + UTMP_LINE, UTMP_LINE_LEN) &&
           utmp_is_text(r + UTMP_USER, UTMP_USER_LEN) && utmp_is_text(r + UTMP_HOST, UTMP_HOST_LEN);
}

static str utmp_address(struct arena *a, const uint8_t *p)
{
    static const uint8_t zeros[12];
    if (memcmp(p + 4, zeros, sizeof zeros) != 0) {
        str s = STR_NONE;
        for (size_t i = 0; i < 16; i += 2) {
            s = arena_printf(a, "%.*s%s%x", STR_ARG(s), i ? ":" : "",
                             (unsigned)p[i] << 8 | p[i + 1]);
        }
        return s;
    }
    bool none = memcmp(p, zeros, 4) == 0;
    return none ? STR_NONE : arena_printf(a, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
}

static str utmp_channel(str path)
{
    str base = str_base(path);
    if (str_starts_nocase(base, STR("btmp"))) {
        return STR("btmp");
    }
    return str_starts_nocase(base, STR("utmp")) ? STR("utmp") : STR("wtmp");
}

static void utmp_add(struct event *e, struct field *fields, const struct parse *p, str name,
                     str value)
{
    fields[e->nfields++] = (struct field){name, (const uint8_t *)value.p, (uint32_t)value.len,
                                          names_find(p->names, name), VALUE_TEXT};
}

static bool utmp_give(struct parse *p, const uint8_t *r, struct event *e)
{
    if (!emit_head(p, e)) {
        return true;
    }
    struct field fields[UTMP_FIELDS];
    str address = utmp_address(p->scratch, r + UTMP_ADDRESS);
    utmp_add(e, fields, p, STR("type"), utmp_types[load_u16le(r)]);
    utmp_add(e, fields, p, STR("User"), utmp_text(r + UTMP_USER, UTMP_USER_LEN));
    utmp_add(e, fields, p, STR("terminal"), utmp_text(r + UTMP_LINE, UTMP_LINE_LEN));
    utmp_add(e, fields, p, STR("hostname"), utmp_text(r + UTMP_HOST, UTMP_HOST_LEN));
    utmp_add(e, fields, p, STR("ProcessId"), text_u64(p->scratch, load_u32le(r + 4)));
    utmp_add(e, fields, p, STR("session"), text_u64(p->scratch, load_u32le(r + UTMP_SESSION)));
    if (address.len) {
        utmp_add(e, fields, p, STR("SourceIp"), address);
    }
    e->fields = fields;
    bool going = emit_event(p, e);
    e->fields = NULL;
    return going;
}

static bool utmp_record(struct parse *p, const struct origin *origin, uint64_t offset)
{
    const uint8_t *r = p->unit.p + offset;
    uint64_t number = offset / UTMP_SIZE + 1;
    if (!utmp_is_record(r)) {
        emit_note(p, NOTE_BAD_RECORD, offset, UTMP_SIZE);
        return true;
    }
    uint32_t seconds = load_u32le(r + UTMP_SECONDS);
    struct event event = {
        .time = seconds ? time_of_unix(seconds) + load_u32le(r + UTMP_SECONDS + 4) : TIME_NONE,
        .record = number,
        .offset = offset,
        .len = UTMP_SIZE,
        .origin = origin,
    };
    struct arena_mark mark = arena_mark(p->scratch);
    bool going = utmp_give(p, r, &event);
    arena_rewind(p->scratch, mark);
    return going && (number % UTMP_ASK_EVERY || !parse_stopped(p));
}

static uint64_t utmp_cut(bytes unit, uint64_t near)
{
    uint64_t at = (near + UTMP_SIZE - 1) / UTMP_SIZE * UTMP_SIZE;
    return at < unit.len ? at : unit.len;
}

static void utmp_parse(struct parse *p)
{
    const struct origin origin = {.channel = utmp_channel(p->path)};
    uint64_t at = utmp_cut(p->unit, p->from);
    for (; at < p->to && p->unit.len - at >= UTMP_SIZE; at += UTMP_SIZE) {
        if (!utmp_record(p, &origin, at)) {
            return;
        }
    }
    if (at < p->to && at < p->unit.len) {
        emit_note(p, NOTE_TRUNCATED, at, p->unit.len - at);
    }
}

static bool utmp_is_named(str path)
{
    str base = str_base(path);
    return str_starts_nocase(base, STR("wtmp")) || str_starts_nocase(base, STR("btmp")) ||
           str_starts_nocase(base, STR("utmp"));
}

/* The first record holds in a file with its name, every one of the head in any other; and not
 * all of them are empty. */
static int utmp_probe(bytes head, str path)
{
    bool named = utmp_is_named(path), something = false;
    for (size_t at = 0; at + UTMP_SIZE <= head.len; at += UTMP_SIZE) {
        const uint8_t *r = head.p + at;
        if (!utmp_is_record(r) && (!named || at == 0)) {
            return NO_MATCH;
        }
        something |= load_u16le(r) != 0 && load_u32le(r + UTMP_SECONDS) != 0;
    }
    if (!something) {
        return NO_MATCH;
    }
    return named ? BY_MAGIC : BY_SHAPE;
}

const struct format format_utmp = {
    .name = "utmp",
    .title = "Linux logon records (utmp, wtmp, btmp)",
    .probe = utmp_probe,
    .parse = utmp_parse,
    .cut = utmp_cut,
};
