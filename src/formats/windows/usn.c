/* The change journal of NTFS, $Extend\$UsnJrnl:$J, as collectors copy it: records one behind
 * another, at multiples of 8, none across a page of 4096; what was given up at the beginning is
 * zeros. It names files without their folders. Source: Microsoft, USN_RECORD_V2 and _V3.
 *
 *     offset  size  version 2 (version 3)
 *          0     4  length of the record
 *          4     4  version, minor version
 *          8     8  number of the file (16)
 *         16     8  number of its folder (16)
 *         24     8  number of the record
 *         32     8  when, FILETIME
 *         40     4  why: bits
 *         44    12  source, security, attributes
 *         56     2  length of the name, bytes
 *         58     2  where it begins
 *         60        name, UTF-16 */
#include "base/reader.h"
#include "base/text.h"
#include "formats/format.h"

enum {
    USN_PAGE = 4096,
    USN_STEP = 8,
    USN_LEAST = 64,
    USN_MOST = 1024,
    USN_FIELDS = 16,
    USN_ASK_EVERY = 4096,
};

#define USN_CLOSE UINT32_C(0x80000000)

struct usn_record {
    uint64_t file, folder, number, filetime;
    uint32_t length, reason;
    bytes name;
};

static const struct {
    uint32_t bit;
    str name;
} usn_reasons[] = {
    {0x1,       STR_INIT("overwrite") },
    {0x2,       STR_INIT("extend")    },
    {0x4,       STR_INIT("truncate")  },
    {0x100,     STR_INIT("create")    },
    {0x200,     STR_INIT("delete")    },
    {0x800,     STR_INIT("security")  },
    {0x1000,    STR_INIT("rename-old")},
    {0x2000,    STR_INIT("rename-new")},
    {0x8000,    STR_INIT("attributes")},
    {0x200000,  STR_INIT("stream")    },
    {USN_CLOSE, STR_INIT("close")     },
};

/* False: no record begins here. */
static bool usn_read(bytes from, struct usn_record *out)
{
    struct reader r = reader_of(from);
    out->length = reader_u32le(&r);
    uint32_t version = reader_u32le(&r);
    bool wide = version == 3;
    out->file = reader_u64le(&r);
    reader_skip(&r, wide ? 8 : 0);
    out->folder = reader_u64le(&r);
    reader_skip(&r, wide ? 8 : 0);
    out->number = reader_u64le(&r);
    out->filetime = reader_u64le(&r);
    out->reason = reader_u32le(&r);
    reader_skip(&r, 12);
    uint16_t len = reader_u16le(&r), at = reader_u16le(&r);
    reader_seek(&r, at);
    out->name = reader_take(&r, len);
    return reader_ok(&r) && (version == 2 || wide) && out->length % USN_STEP == 0 &&
           out->length >= USN_LEAST && out->length <= USN_MOST &&
           (uint32_t)at + len <= out->length && len % 2 == 0 && len > 0;
}

static struct field usn_field(const struct parse *p, str name, str value)
{
    return (struct field){name, bytes_of_str(value).p, (uint32_t)value.len,
                          names_find(p->names, name), VALUE_TEXT};
}

/* False: stop. A reason is told once for each of its bits, when it came: the record that closes the
 * file repeats them all. */
static bool usn_give(struct parse *p, const struct usn_record *r, const struct origin *origin,
                     uint64_t offset)
{
    struct event e = {.time = time_of_filetime(r->filetime),
                      .record = r->number,
                      .offset = offset,
                      .len = r->length,
                      .origin = origin};
    if (!emit_head(p, &e)) {
        return true;
    }
    struct arena_mark mark = arena_mark(p->scratch);
    struct field fields[USN_FIELDS];
    size_t count = 0;
    fields[count++] = usn_field(p, STR("FileName"), text_utf16le(p->scratch, r->name));
    fields[count++] = usn_field(p, STR("FileReference"), text_hex_u64(p->scratch, r->file));
    fields[count++] = usn_field(p, STR("ParentReference"), text_hex_u64(p->scratch, r->folder));
    fields[count++] = usn_field(p, STR("ReasonBits"), text_hex_u64(p->scratch, r->reason));
    uint32_t came = r->reason & USN_CLOSE ? USN_CLOSE : r->reason;
    for (size_t i = 0; i < ARRAY_LEN(usn_reasons); i++) {
        if (came & usn_reasons[i].bit) {
            fields[count++] = usn_field(p, STR("Reason"), usn_reasons[i].name);
        }
    }
    e.fields = fields;
    e.nfields = count;
    bool going = emit_event(p, &e);
    arena_rewind(p->scratch, mark);
    return going;
}

static bool usn_is_zero(bytes unit, uint64_t at)
{
    return load_u64le(unit.p + at) == 0;
}

/* Where records may begin again behind one that is none. */
static uint64_t usn_next_page(uint64_t at)
{
    return (at / USN_PAGE + 1) * USN_PAGE;
}

static void usn_parse(struct parse *p)
{
    const struct origin origin = {.channel = STR("usn")};
    uint64_t at = (p->from + USN_STEP - 1) / USN_STEP * USN_STEP;
    for (uint64_t turn = 0; at < p->to && at + USN_STEP <= p->unit.len; turn++) {
        struct usn_record r;
        uint64_t page = usn_next_page(at);
        uint64_t end = page < p->unit.len ? page : p->unit.len;
        if (turn % USN_ASK_EVERY == 0 && parse_stopped(p)) {
            return;
        }
        if (usn_is_zero(p->unit, at)) {
            at += USN_STEP;
        } else if (!usn_read((bytes){p->unit.p + at, end - at}, &r)) {
            emit_note(p, end < page ? NOTE_TRUNCATED : NOTE_BAD_RECORD, at, end - at);
            at = page;
        } else if (!usn_give(p, &r, &origin, at)) {
            return;
        } else {
            at += r.length;
        }
    }
}

/* Records begin at each page, so parts do. */
static uint64_t usn_cut(bytes unit, uint64_t near)
{
    uint64_t page = (near + USN_PAGE - 1) / USN_PAGE * USN_PAGE;
    return page < unit.len ? page : unit.len;
}

/* A record, or zeros in a file of that name. */
static int usn_probe(bytes head, str path)
{
    struct usn_record r;
    size_t at = 0;
    while (at + USN_STEP <= head.len && usn_is_zero(head, at)) {
        at += USN_STEP;
    }
    bool zeros = at + USN_STEP > head.len;
    if (zeros) {
        return head.len > 0 && str_ends_nocase(path, STR("$J")) ? BY_NAME : NO_MATCH;
    }
    bool ours = usn_read((bytes){head.p + at, head.len - at}, &r) &&
                time_of_filetime(r.filetime) > time_of_unix(0);
    return ours ? BY_SHAPE : NO_MATCH;
}

const struct format format_usn = {
    .name = "usn",
    .title = "change journal of NTFS ($J)",
    .probe = usn_probe,
    .parse = usn_parse,
    .cut = usn_cut,
};
