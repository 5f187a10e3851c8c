/* ECMA-335, partition II, 24 and 25.3. The CLI header points (at 8) to the metadata:
 *
 *     "BSJB", 8 bytes, u32 length of the version, the version, u16, u16 number of streams
 *     streams: u32 offset, u32 size, name with zeros to a multiple of four
 *     "#~":    u32, u8, u8, u8 sizes of heap indexes, u8, u64 which tables, u64, u32 rows of each
 *
 * then the tables, in the order of their numbers. Those up to methods are stepped over or read. */
#include "formats/windows/pe_managed.h"

enum table {
    MODULE = 0x00,
    TYPE_REF = 0x01,
    TYPE_DEF = 0x02,
    FIELD_POINTER = 0x03,
    FIELD = 0x04,
    METHOD_POINTER = 0x05,
    METHOD = 0x06,
    PARAMETER = 0x08,
    MODULE_REF = 0x1a,
    TYPE_SPEC = 0x1b,
    ASSEMBLY_REF = 0x23,
    TABLES = 64,
};

enum { SIGNATURE = 0x424a5342, NAME_MAX = 1024, STREAMS_MAX = 16 };

#define WIDE_INDEX UINT32_C(0x10000) /* rows from which on an index takes four bytes */

struct metadata {
    bytes strings;
    struct reader tables; /* behind the row counts */
    uint32_t rows[TABLES];
    unsigned string, guid, blob; /* bytes of an index */
};

static unsigned index_size(const struct metadata *m, enum table t)
{
    return m->rows[t] < WIDE_INDEX ? 2 : 4;
}

/* Of an index into one of several tables, whose number takes `bits`. */
static unsigned coded_size(const struct metadata *m, const enum table *of, size_t count,
                           unsigned bits)
{
    for (size_t i = 0; i < count; i++) {
        if (m->rows[of[i]] >= WIDE_INDEX >> bits) {
            return 4;
        }
    }
    return 2;
}

static unsigned row_size(const struct metadata *m, enum table t)
{
    static const enum table scopes[] = {MODULE, MODULE_REF, ASSEMBLY_REF, TYPE_REF};
    static const enum table types[] = {TYPE_DEF, TYPE_REF, TYPE_SPEC};
    switch (t) {
    case MODULE:
        return 2 + m->string + 3 * m->guid;
    case TYPE_REF:
        return coded_size(m, scopes, ARRAY_LEN(scopes), 2) + 2 * m->string;
    case TYPE_DEF:
        return 4 + 2 * m->string + coded_size(m, types, ARRAY_LEN(types), 2) +
               index_size(m, FIELD) + index_size(m, METHOD);
    case FIELD_POINTER:
        return index_size(m, FIELD);
    case FIELD:
        return 2 + m->string + m->blob;
    case METHOD_POINTER:
        return index_size(m, METHOD);
    case METHOD:
        return 8 + m->string + m->blob + index_size(m, PARAMETER);
    default:
        return 0;
    }
}

/* ---- streams */

static bool read_tables(struct metadata *m, bytes stream)
{
    struct reader r = reader_of(stream);
    reader_skip(&r, 6);
    uint8_t sizes = reader_u8(&r);
    reader_skip(&r, 1);
    uint64_t present = reader_u64le(&r);
    reader_skip(&r, 8);
    m->string = sizes & 1 ? 4 : 2;
    m->guid = sizes & 2 ? 4 : 2;
    m->blob = sizes & 4 ? 4 : 2;
    for (unsigned t = 0; t < TABLES; t++) {
        m->rows[t] = present >> t & 1 ? reader_u32le(&r) : 0;
    }
    m->tables = r;
    return reader_ok(&r);
}

static str stream_name(struct reader *r)
{
    str name = str_of_bytes((bytes){r->in.p + r->at, reader_left(r)});
    size_t len = str_find_char(name, '\0');
    reader_skip(r, (len + 4) / 4 * 4);
    return str_sub(name, 0, len);
}

static bool read_metadata(struct metadata *m, bytes data)
{
    struct reader r = reader_of(data);
    bool tables = false, ours = reader_u32le(&r) == SIGNATURE;
    reader_skip(&r, 8);
    reader_skip(&r, reader_u32le(&r));
    reader_skip(&r, 2);
    uint16_t streams = reader_u16le(&r);
    for (unsigned i = 0; ours && i < streams && i < STREAMS_MAX && reader_ok(&r); i++) {
        uint32_t offset = reader_u32le(&r), size = reader_u32le(&r);
        str name = stream_name(&r);
        struct reader all = reader_of(data);
        reader_seek(&all, offset);
        bytes stream = reader_take(&all, size);
        if (str_eq(name, STR("#Strings"))) {
            m->strings = stream;
        } else if (str_eq(name, STR("#~")) || str_eq(name, STR("#-"))) {
            tables = read_tables(m, stream);
        }
    }
    return tables && m->strings.len > 0;
}

/* ---- names */

static uint32_t read_index(struct reader *r, unsigned size)
{
    return size == 4 ? reader_u32le(r) : reader_u16le(r);
}

static str name_at(const struct metadata *m, uint32_t at)
{
    str rest = str_from(str_of_bytes(m->strings), at < m->strings.len ? at : m->strings.len);
    size_t len = str_find_char(str_sub(rest, 0, NAME_MAX), '\0');
    return str_sub(rest, 0, len);
}

static void add(struct buf *b, str space, str name)
{
    if (b->len > 0) {
        buf_char(b, ' ');
    }
    if (space.len > 0) {
        buf_add(b, space);
        buf_char(b, '.');
    }
    buf_add(b, name);
}

/* The table at hand, row by row; its name stands `before` bytes into each. */
static void add_names(struct metadata *m, enum table t, struct buf *out)
{
    const unsigned size = row_size(m, t), before = t == TYPE_DEF ? 4 : 8;
    for (uint32_t i = 0; i < m->rows[t] && buf_ok(out); i++) {
        bytes raw = reader_take(&m->tables, size);
        if (raw.len == 0) {
            return;
        }
        struct reader row = reader_of(raw);
        reader_skip(&row, before);
        str name = name_at(m, read_index(&row, m->string));
        str space = t == TYPE_DEF ? name_at(m, read_index(&row, m->string)) : STR_NONE;
        add(out, space, name);
    }
}

static bool read_names(struct metadata *m, struct buf *types, struct buf *methods)
{
    for (unsigned t = MODULE; t <= METHOD && reader_ok(&m->tables); t++) {
        if (t == TYPE_DEF || t == METHOD) {
            add_names(m, (enum table)t, t == TYPE_DEF ? types : methods);
        } else {
            reader_skip(&m->tables, (uint64_t)m->rows[t] * row_size(m, (enum table)t));
        }
    }
    return reader_ok(&m->tables) && buf_ok(types) && buf_ok(methods);
}

bool pe_managed_names(const struct pe_image *image, struct buf *types, struct buf *methods)
{
    enum { METADATA_AT = 8 };
    struct pe_range cli = image->directories[PE_MANAGED];
    struct metadata m = {.string = 2};
    if (cli.address == 0) {
        return true;
    }
    struct reader r = reader_of(pe_image_at(image, cli.address));
    reader_seek(&r, METADATA_AT);
    uint32_t address = reader_u32le(&r), size = reader_u32le(&r);
    struct reader data = reader_of(pe_image_at(image, address));
    bytes whole = reader_take(&data, size);
    return reader_ok(&r) && reader_ok(&data) && read_metadata(&m, whole) &&
           read_names(&m, types, methods);
}
