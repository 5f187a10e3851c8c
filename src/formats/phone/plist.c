/* Binary property lists (CFBinaryPList.c of Apple's CoreFoundation). Big-endian.
 *
 *     header     "bplist00"
 *     objects    a byte: kind in its upper half, n in its lower. 0 0 null, 0 8 false, 0 9 true,
 *                1 integer of 2^n bytes, 2 real of 2^n, 3 3 date: seconds since 2001 as a double,
 *                4 data, 5 ASCII, 6 UTF-16, 8 UID of n + 1 bytes, 10 array, 12 set, 13 dictionary.
 *                Where n counts and is 15, an integer object follows, and is the count. Arrays and
 *                dictionaries are numbers of objects: keys first, then values
 *     table      offsets of the objects
 *     trailer    the last 32 bytes: 6 size of an offset u8, 7 size of an object's number u8,
 *                8 objects u64, 16 the top one u64, 24 offset of the table u64
 */
#include "formats/phone/plist.h"

#include "base/reader.h"
#include "base/text.h"
#include "formats/lines.h"

#include <string.h>

enum { TRAILER = 32, COUNT_FOLLOWS = 15 };

/* Lists that name one another unfold to 2^depth values. Of what programs write hardly a list is
 * named twice, and each name takes a byte at least: 16 values for each are more than enough. */
enum { VALUES_PER_BYTE = 16 };

static const int64_t apple_epoch = 978307200; /* 2001-01-01, in seconds since 1970 */

struct binary {
    struct arena *arena;
    struct plist_read *out;
    bytes file;
    size_t offset_size, ref_size;
    uint64_t objects, table;
    size_t values, most; /* so far; and at most */
};

static uint64_t big_endian(struct reader *r, size_t len)
{
    uint64_t n = 0;
    for (size_t i = 0; i < len; i++) {
        n = n << 8 | reader_u8(r);
    }
    return n;
}

static void wrong(struct binary *b, uint64_t offset)
{
    b->out->offset = b->out->wrong++ ? b->out->offset : offset;
}

static bool read_trailer(struct binary *b, uint64_t *top)
{
    struct reader r = reader_of(b->file);
    reader_seek(&r, b->file.len - TRAILER + 6);
    b->offset_size = reader_u8(&r);
    b->ref_size = reader_u8(&r);
    b->objects = big_endian(&r, 8);
    *top = big_endian(&r, 8);
    b->table = big_endian(&r, 8);
    return reader_ok(&r) && b->offset_size >= 1 && b->offset_size <= 8 && b->ref_size >= 1 &&
           b->ref_size <= 8 && b->table < b->file.len && *top < b->objects &&
           b->objects <= (b->file.len - b->table) / b->offset_size;
}

static double real_of(uint64_t raw, size_t size)
{
    double d = 0;
    float f = 0;
    uint32_t half = (uint32_t)raw;
    memcpy(&d, &raw, sizeof d);
    memcpy(&f, &half, sizeof f);
    return size == sizeof f ? (double)f : d;
}

/* How many: in the object's first byte, or in an integer behind it. */
static uint64_t count_of(struct reader *r, uint8_t low)
{
    if (low != COUNT_FOLLOWS) {
        return low;
    }
    uint8_t marker = reader_u8(r);
    uint64_t count = marker >> 4 == 1 && (marker & 15) <= 3
                         ? big_endian(r, (size_t)1 << (marker & 15))
                         : UINT64_MAX;
    return count;
}

static bool read_object(struct binary *b, uint64_t number, size_t depth, struct plist *out);

/* Objects that a list names, in their order; of a dictionary every key with its value. */
static bool read_items(struct binary *b, struct reader *r, uint64_t count, bool pairs, size_t depth,
                       struct plist *out)
{
    uint64_t all = pairs ? 2 * count : count;
    if (all > b->most - b->values) {
        b->out->cut = true;
        return false;
    }
    bytes refs = reader_take(r, all * b->ref_size);
    struct plist *items = ARENA_ARRAY(b->arena, struct plist, all + 1);
    if (!reader_ok(r) || !items) {
        return false;
    }
    b->values += all;
    for (uint64_t i = 0; i < all; i++) {
        uint64_t from = !pairs ? i : i % 2 ? count + i / 2 : i / 2;
        struct reader ref = reader_of((bytes){refs.p + from * b->ref_size, b->ref_size});
        (void)read_object(b, big_endian(&ref, b->ref_size), depth + 1, &items[i]);
    }
    out->items = items;
    out->count = all;
    return true;
}

static bool read_value(struct reader *r, uint8_t marker, struct plist *out)
{
    uint8_t low = marker & 15;
    switch (marker >> 4) {
    case 0:
        out->type = low == 8 || low == 9 ? PLIST_BOOL : PLIST_NULL;
        out->number = low == 9;
        return true;
    case 1: /* of sixteen bytes the lower eight */
        out->type = PLIST_INT;
        reader_skip(r, low == 4 ? 8 : 0);
        out->number = (int64_t)big_endian(r, low >= 4 ? 8 : (size_t)1 << low);
        return low <= 4;
    case 2:
        out->type = PLIST_REAL;
        out->real = real_of(big_endian(r, low == 2 ? 4 : 8), low == 2 ? 4 : 8);
        return low == 2 || low == 3;
    case 3:
        out->type = PLIST_DATE;
        out->real = real_of(big_endian(r, 8), 8);
        return low == 3;
    case 8:
        out->type = PLIST_UID;
        out->number = (int64_t)big_endian(r, low + 1U);
        return low < 8;
    default:
        return false;
    }
}

static bool read_sized(struct binary *b, struct reader *r, uint8_t marker, size_t depth,
                       struct plist *out)
{
    uint8_t kind = marker >> 4;
    uint64_t count = count_of(r, marker & 15);
    if (count > b->file.len) {
        return false;
    }
    switch (kind) {
    case 4:
        out->type = PLIST_DATA;
        out->data = reader_take(r, count);
        return true;
    case 5:
    case 7: /* UTF-8: written by none that we know, read by CoreFoundation */
        out->type = PLIST_TEXT;
        out->data = reader_take(r, count);
        return true;
    case 6:
        out->type = PLIST_TEXT;
        out->data = bytes_of_str(text_utf16(b->arena, reader_take(r, 2 * count), TEXT_UTF16BE));
        return true;
    case 10:
    case 12:
        out->type = PLIST_ARRAY;
        return read_items(b, r, count, false, depth, out);
    case 13:
        out->type = PLIST_DICT;
        return read_items(b, r, count, true, depth, out);
    default:
        return false;
    }
}

static bool read_object(struct binary *b, uint64_t number, size_t depth, struct plist *out)
{
    struct reader r = reader_of(b->file);
    if (depth == PLIST_DEPTH) {
        b->out->cut = true;
        return false;
    }
    if (number >= b->objects) {
        wrong(b, b->table);
        return false;
    }
    reader_seek(&r, b->table + number * b->offset_size);
    uint64_t offset = big_endian(&r, b->offset_size);
    reader_seek(&r, offset);
    uint8_t marker = reader_u8(&r), kind = marker >> 4;
    bool sized = (kind >= 4 && kind <= 7) || kind >= 10;
    bool ok = sized ? read_sized(b, &r, marker, depth, out) : read_value(&r, marker, out);
    if (!ok || !reader_ok(&r)) {
        *out = (struct plist){.type = PLIST_NULL};
        wrong(b, offset < b->file.len ? offset : b->table);
        return false;
    }
    return true;
}

static bool is_binary(bytes head)
{
    return head.len >= 8 && memcmp(head.p, "bplist0", 7) == 0;
}

static bool is_xml(bytes head)
{
    str text = {(const char *)head.p, head.len < 512 ? head.len : 512};
    return str_starts(text, STR("<?xml")) && str_has(text, STR("<plist"));
}

bool plist_is(bytes head)
{
    return is_binary(head) || is_xml(head);
}

bool plist_read(bytes file, struct arena *a, struct plist_read *out)
{
    *out = (struct plist_read){0};
    if (!is_binary(file)) {
        return is_xml(file) && plist_read_xml(file, a, out);
    }
    struct binary b = {.arena = a, .out = out, .file = file, .most = PLIST_VALUES};
    uint64_t top = 0;
    if (file.len < PLIST_VALUES / VALUES_PER_BYTE) {
        b.most = file.len * VALUES_PER_BYTE;
    }
    return file.len >= 8 + TRAILER && read_trailer(&b, &top) && read_object(&b, top, 0, &out->top);
}

/* ---- values */

const struct plist *plist_at(const struct plist *p, str key)
{
    for (size_t i = 0; p && p->type == PLIST_DICT && i + 1 < p->count; i += 2) {
        if (str_eq(plist_string(&p->items[i]), key)) {
            return &p->items[i + 1];
        }
    }
    return NULL;
}

str plist_string(const struct plist *p)
{
    return p && p->type == PLIST_TEXT ? str_of_bytes(p->data) : STR_NONE;
}

bytes plist_data(const struct plist *p)
{
    return p && p->type == PLIST_DATA ? p->data : (bytes){NULL, 0};
}

int64_t plist_number(const struct plist *p)
{
    return p && (p->type == PLIST_INT || p->type == PLIST_BOOL || p->type == PLIST_UID) ? p->number
                                                                                        : 0;
}

usec time_of_apple(double seconds)
{
    const double far = 1e11; /* beyond the year 5000: no clock showed that */
    if (!(seconds > -far && seconds < far)) {
        return TIME_NONE;
    }
    int64_t whole = (int64_t)seconds - (seconds < 0);
    usec t = time_of_unix(whole + apple_epoch);
    return t == TIME_NONE ? t : t + (int64_t)((seconds - (double)whole) * USEC_PER_SEC + 0.5);
}

usec plist_time(const struct plist *p)
{
    return p && p->type == PLIST_DATE ? time_of_apple(p->real) : TIME_NONE;
}

str plist_text(const struct plist *p, struct arena *a)
{
    switch (p->type) {
    case PLIST_BOOL:
        return p->number ? STR("true") : STR("false");
    case PLIST_INT:
    case PLIST_UID:
        return text_i64(a, p->number);
    case PLIST_REAL:
        return arena_printf(a, "%.15g", p->real);
    case PLIST_DATE:
        return time_text(a, plist_time(p));
    case PLIST_DATA:
        return text_hex(a, p->data);
    case PLIST_TEXT:
        return str_of_bytes(p->data);
    case PLIST_NULL:
    case PLIST_ARRAY:
    case PLIST_DICT:
        break;
    }
    return STR_NONE;
}

const struct plist *plist_archive_get(const struct plist *top, const struct plist *p)
{
    const struct plist *objects = plist_at(top, STR("$objects"));
    if (!p || p->type != PLIST_UID) {
        return p;
    }
    bool there = objects && objects->type == PLIST_ARRAY && p->number >= 0 &&
                 (uint64_t)p->number < objects->count;
    return there ? &objects->items[p->number] : NULL;
}

const struct plist *plist_archive_root(const struct plist *top)
{
    return plist_archive_get(top, plist_at(plist_at(top, STR("$top")), STR("root")));
}
