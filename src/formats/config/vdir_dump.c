/* What Exchange writes when a virtual directory is reset: the settings it had, as text, a line
 * each:
 *
 *     Name                          : OAB (Default Web Site)
 *     ExternalUrl                   : http://host/OAB
 *     WhenChangedUTC                : 3/3/2021 1:02:03 AM
 *
 * An intruder chooses the name of the file, and puts script into ExternalUrl (CVE-2021-27065).
 * Under the name of a page it is a page (page/page.c); this is for all the others, which show as
 * well that a reset was made. Channel "exchange-vdir", one event, every line a field. */
#include "base/text.h"
#include "formats/format.h"
#include "formats/lines.h"
#include "model/host_path.h"

enum { VDIR_FIELDS = 128, VDIR_MAX = 256 << 10 };

static bool has_line(str text, str name)
{
    str rest = text, line;
    while (str_cut(&rest, '\n', &line)) {
        str key = str_trim(str_sub(line, 0, str_find_char(line, ':')));
        if (str_eq(key, name)) {
            return true;
        }
    }
    return false;
}

/* Both of these, and one of the addresses: no other list has them. */
static int vdir_dump_probe(bytes head, str path)
{
    char room[PROBE_HEAD];
    str text = text_head(head, room, sizeof room);
    (void)path;
    bool ours = has_line(text, STR("ExtendedProtectionTokenChecking")) &&
                has_line(text, STR("InternalAuthenticationMethods"));
    return ours ? BY_MAGIC : NO_MATCH;
}

static struct field field_of(const struct parse *p, str name, str value)
{
    return (struct field){name, bytes_of_str(value).p, (uint32_t)value.len,
                          names_find(p->names, name), VALUE_TEXT};
}

/* A line without a name goes on with the value before it. */
static size_t read_lines(const struct parse *p, str text, struct field *fields, size_t count)
{
    str rest = text, line;
    while (str_cut(&rest, '\n', &line) && count < VDIR_FIELDS) {
        size_t colon = str_find_char(line, ':');
        str name = str_trim(str_sub(line, 0, colon));
        if (colon < line.len && name.len > 0 && line.p[0] != ' ') {
            fields[count++] = field_of(p, name, str_trim(str_from(line, colon + 1)));
        } else if (count > 2 && str_trim(line).len > 0) {
            struct field *last = &fields[count - 1];
            const char *end = line.p + line.len;
            last->len = last->len > 0 ? (uint32_t)(end - (const char *)last->data) : 0;
        }
    }
    return count;
}

static void vdir_dump_parse(struct parse *p)
{
    const struct origin origin = {.channel = STR("exchange-vdir")};
    struct field *fields = ARENA_ARRAY(p->arena, struct field, VDIR_FIELDS);
    size_t mark = 0, count = 0;
    if (p->from > 0) {
        return;
    }
    enum text_encoding encoding = text_encoding_of(p->unit, &mark);
    size_t len = p->unit.len - mark;
    if (!fields || len > VDIR_MAX) {
        emit_note(p, NOTE_OVER_BUDGET, mark, len);
        len = len < VDIR_MAX ? len : VDIR_MAX;
    }
    bytes raw = {p->unit.p + mark, len};
    str text = encoding == TEXT_UTF8 ? str_of_bytes(raw) : text_utf16(p->arena, raw, encoding);
    if (!fields) {
        return;
    }
    fields[count++] = field_of(p, STR("TargetFilename"), host_path(p->path, p->arena));
    fields[count++] = field_of(p, STR("Size"), text_u64(p->arena, p->unit.len));
    count = read_lines(p, text, fields, count);
    const struct event e = {.time = TIME_NONE,
                            .record = 1,
                            .len = p->unit.len,
                            .origin = &origin,
                            .fields = fields,
                            .nfields = count};
    if (emit_head(p, &e)) {
        (void)emit_event(p, &e);
    }
}

const struct format format_vdir_dump = {
    .name = "vdir_dump",
    .title = "virtual directory of Exchange, dumped",
    .probe = vdir_dump_probe,
    .parse = vdir_dump_parse,
    .whole = true,
};
