/* Resources are a tree of three levels: type (16 is a version), name, language. A level is a
 * table of 16 bytes, at 12 and 14 the numbers of its named and numbered entries, then 8 bytes an
 * entry: number, and offset of the next level (with the highest bit) or of the data.
 *
 * A version is blocks within blocks, each at a multiple of four:
 *
 *     u16 length, u16 length of the value, u16 1 for text, name in UTF-16 up to a zero, value
 *     VS_VERSION_INFO > StringFileInfo > language > name = text */
#include "formats/windows/pe_version.h"

#include "base/text.h"

#define IS_TABLE UINT32_C(0x80000000)

enum {
    TYPE_VERSION = 16,
    ENTRIES_MAX = 1024,
    DEPTH_MAX = 4,
    BLOCKS_MAX = 256,
};

/* ---- the tree of resources */

/* The offset that an entry of the table at `at` leads to: that of `number`, or the first. */
static bool lead_on(bytes resources, uint32_t at, int number, uint32_t *out)
{
    struct reader r = reader_of(resources);
    reader_seek(&r, (uint64_t)at + 12);
    uint32_t count = reader_u16le(&r);
    count += reader_u16le(&r);
    for (uint32_t i = 0; i < count && i < ENTRIES_MAX && reader_ok(&r); i++) {
        uint32_t id = reader_u32le(&r);
        *out = reader_u32le(&r);
        if (reader_ok(&r) && (number < 0 || id == (uint32_t)number)) {
            return true;
        }
    }
    return false;
}

static bytes version_of(const struct pe_image *image)
{
    bytes resources = pe_image_at(image, image->directories[PE_RESOURCES].address), none = {0};
    uint32_t at = IS_TABLE;
    for (int level = 0; level < 3; level++) {
        bool table = (at & IS_TABLE) != 0;
        if (!table || !lead_on(resources, at & ~IS_TABLE, level == 0 ? TYPE_VERSION : -1, &at)) {
            return none;
        }
    }
    struct reader r = reader_of(resources);
    reader_seek(&r, at);
    uint32_t address = reader_u32le(&r), size = reader_u32le(&r);
    struct reader data = reader_of(pe_image_at(image, address));
    return reader_ok(&r) ? reader_take(&data, size) : none;
}

/* ---- blocks */

struct block {
    str name;
    bytes value; /* and the blocks within, behind it */
    uint16_t value_len;
};

struct version {
    struct arena *arena;
    pe_version_text *tell;
    void *ctx;
    unsigned blocks; /* so far, of all depths */
};

static void align(struct reader *r)
{
    reader_seek(r, (r->at + 3) / 4 * 4);
}

static bytes take_name(struct reader *r)
{
    uint64_t from = r->at;
    while (reader_u16le(r) != 0 && reader_ok(r)) {
    }
    return reader_ok(r) ? (bytes){r->in.p + from, r->at - from - 2} : (bytes){NULL, 0};
}

/* The block at hand; the reader then stands behind it. */
static bool take_block(struct version *v, struct reader *r, struct block *out)
{
    align(r);
    if (r->bad || reader_left(r) < 8) {
        return false;
    }
    uint64_t from = r->at;
    uint16_t len = reader_u16le(r);
    out->value_len = reader_u16le(r);
    reader_seek(r, from);
    bytes whole = reader_take(r, len < 8 ? UINT64_MAX : len);
    struct reader in = reader_of(whole);
    reader_skip(&in, 6);
    bytes name = take_name(&in);
    align(&in);
    if (!reader_ok(r) || !name.p || v->blocks++ > BLOCKS_MAX) {
        return false;
    }
    out->name = text_utf16le(v->arena, name);
    out->value = in.bad ? (bytes){NULL, 0} : (bytes){whole.p + in.at, whole.len - in.at};
    return true;
}

static str value_text(struct version *v, bytes value)
{
    struct reader r = reader_of(value);
    bytes text = take_name(&r);
    return text_utf16le(v->arena, text.p ? text : (bytes){value.p, value.len / 2 * 2});
}

static bool read_blocks(struct version *v, bytes data, int depth)
{
    struct reader r = reader_of(data);
    struct block b;
    while (reader_left(&r) >= 8) {
        if (!take_block(v, &r, &b)) {
            return false;
        }
        if (depth == DEPTH_MAX - 1) {
            v->tell(v->ctx, b.name, value_text(v, b.value));
            continue;
        }
        bool wanted = depth != 1 || str_eq(b.name, STR("StringFileInfo"));
        size_t skipped = depth == 0 ? b.value_len : 0;
        bytes within = skipped <= b.value.len ? (bytes){b.value.p + skipped, b.value.len - skipped}
                                              : (bytes){NULL, 0};
        if (wanted && !read_blocks(v, within, depth + 1)) {
            return false;
        }
    }
    return true;
}

bool pe_version_read(const struct pe_image *image, struct arena *a, pe_version_text *tell,
                     void *ctx)
{
    struct version v = {.arena = a, .tell = tell, .ctx = ctx};
    bytes data = image->directories[PE_RESOURCES].address ? version_of(image) : (bytes){NULL, 0};
    return data.len == 0 || read_blocks(&v, data, 0);
}
