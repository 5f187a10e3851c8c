/* The export format of the systemd journal (journalctl -o export): an entry is lines up to an empty
 * one.
 *
 *     __CURSOR=s=739ad463348b4ceca5a9e69c95a3c93f;...
 *     __REALTIME_TIMESTAMP=1614816000123456
 *     _HOSTNAME=mail01
 *     MESSAGE
 *     <length, 8 bytes, little-endian><that many bytes, of any kind><line end>
 *
 * A name without `=` announces a value that holds line ends. Damage in one costs its entry. */
#include "base/reader.h"
#include "formats/format.h"
#include "formats/origins.h"

#include <string.h>

enum { EXPORT_FIELDS_MAX = 1024, EXPORT_NAME_MAX = 256, EXPORT_ASK_EVERY = 1024 };

struct journal_export {
    struct parse *p;
    struct origins origins;
    struct field fields[EXPORT_FIELDS_MAX];
    size_t nfields;
    bool lost; /* something of the entry at hand could not be read */
};

/* The line at `*at` without its end, and where the next one begins. */
static str export_line(bytes unit, uint64_t *at)
{
    str rest = str_from(str_of_bytes(unit), (size_t)*at);
    size_t end = str_find_char(rest, '\n');
    *at += end + (end < rest.len);
    return str_sub(rest, 0, end);
}

static bool export_is_name(str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];
        if (!(c == '_' || ascii_is_digit(c) || (c >= 'A' && c <= 'Z'))) {
            return false;
        }
    }
    return name.len > 0 && name.len <= EXPORT_NAME_MAX;
}

/* The value with a length that stands at `*at`; what is there instead when the length lies. */
static bool export_binary(bytes unit, uint64_t *at, bytes *value)
{
    struct reader r = reader_of(unit);
    reader_seek(&r, *at);
    uint64_t len = reader_u64le(&r);
    *value = reader_take(&r, len);
    bool good = reader_u8(&r) == '\n' && reader_ok(&r);
    *at = good ? r.at : *at;
    return good;
}

static void export_field(struct journal_export *x, str line, uint64_t *at)
{
    size_t equals = str_find_char(line, '=');
    str name = str_sub(line, 0, equals);
    bytes value = bytes_of_str(str_from(line, equals + 1));
    bool good = export_is_name(name) && x->nfields < EXPORT_FIELDS_MAX;
    if (good && equals == line.len) {
        good = export_binary(x->p->unit, at, &value);
    }
    if (good) {
        x->fields[x->nfields++] = (struct field){name, value.p, (uint32_t)value.len,
                                                 names_find(x->p->names, name), VALUE_TEXT};
    }
    x->lost |= !good;
}

static str export_value(const struct journal_export *x, str name)
{
    for (size_t i = 0; i < x->nfields; i++) {
        if (str_eq(x->fields[i].name, name)) {
            return (str){(const char *)x->fields[i].data, x->fields[i].len};
        }
    }
    return STR_NONE;
}

/* False: stop. */
static bool export_give(struct journal_export *x, uint64_t number, uint64_t offset, uint64_t end)
{
    if (x->lost) {
        emit_note(x->p, NOTE_BAD_RECORD, offset, end - offset);
    }
    if (!x->nfields) {
        return true;
    }
    uint64_t time = 0, sequence = 0;
    bool timed = str_u64(export_value(x, STR("__REALTIME_TIMESTAMP")), &time);
    bool numbered = str_u64(export_value(x, STR("__SEQNUM")), &sequence);
    const struct origin origin = {.channel = STR("journal"),
                                  .provider = export_value(x, STR("SYSLOG_IDENTIFIER")),
                                  .host = export_value(x, STR("_HOSTNAME"))};
    struct event event = {
        .time = timed && time <= INT64_MAX / 64 ? (usec)time : TIME_NONE,
        .record = numbered ? sequence : number,
        .offset = offset,
        .len = end - offset,
        .origin = origins_get(&x->origins, &origin),
        .fields = x->fields,
        .nfields = x->nfields,
    };
    if (!event.origin) {
        emit_note(x->p, NOTE_OVER_BUDGET, offset, x->p->unit.len - offset);
        return false;
    }
    return !emit_head(x->p, &event) || emit_event(x->p, &event);
}

static void journal_export_parse(struct parse *p)
{
    struct journal_export *x = ARENA_NEW(p->arena, struct journal_export);
    if (!x) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    x->p = p;
    x->origins.arena = p->arena;
    uint64_t number = 1, begin = 0, at = 0;
    while (at < p->unit.len) {
        uint64_t here = at;
        str line = export_line(p->unit, &at);
        if (line.len) {
            export_field(x, line, &at);
            begin = x->nfields + x->lost == 1 ? here : begin;
        }
        bool over = !line.len || at >= p->unit.len;
        if (over && (x->nfields || x->lost)) {
            bool going = export_give(x, number, begin, here + line.len);
            x->nfields = 0;
            x->lost = false;
            if (!going || (number % EXPORT_ASK_EVERY == 0 && parse_stopped(p))) {
                return;
            }
            number++;
        }
    }
}

static int journal_export_probe(bytes head, str path)
{
    (void)path;
    str text = str_of_bytes(head);
    bool own = str_starts(text, STR("__CURSOR=")) && str_has(text, STR("\n__REALTIME_TIMESTAMP="));
    return own ? BY_MAGIC : NO_MATCH;
}

const struct format format_journal_export = {
    .name = "journal_export",
    .title = "systemd journal, exported",
    .probe = journal_export_probe,
    .parse = journal_export_parse,
};
