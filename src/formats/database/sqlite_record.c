/* A record: the size of its header varint, a serial type varint a value, the values.
 *
 *     0 NULL    1 2 3 4 5 6 integers of 1 2 3 4 6 8 bytes    7 IEEE 754    8 9 the numbers 0, 1
 *     even, from 12: a blob of (n - 12) / 2 bytes    odd, from 13: text of (n - 13) / 2
 */
#include "base/text.h"
#include "formats/database/sqlite_read.h"
#include "formats/lines.h"

static const uint8_t integer_sizes[] = {0, 1, 2, 3, 4, 6, 8};

static struct sqlite_value read_value(struct reader *r, uint64_t serial)
{
    struct sqlite_value v = {.type = SQLITE_IS_NULL};
    if (serial >= 1 && serial <= 6) {
        size_t size = integer_sizes[serial], unused = 64 - 8 * size;
        v.type = SQLITE_IS_INT;
        v.number = (int64_t)(sqlite_number(r, size) << unused) >> unused;
    } else if (serial == 7) {
        uint64_t raw = sqlite_number(r, 8);
        v.type = SQLITE_IS_REAL;
        memcpy(&v.real, &raw, sizeof v.real);
    } else if (serial == 8 || serial == 9) {
        v.type = SQLITE_IS_INT;
        v.number = serial == 9;
    } else if (serial >= 12) {
        v.type = serial % 2 ? SQLITE_IS_TEXT : SQLITE_IS_BLOB;
        v.data = reader_take(r, (serial - 12) / 2);
    }
    return v;
}

/* Serial types are counted first, so that the values are one array. */
static size_t count_types(bytes header)
{
    struct reader r = reader_of(header);
    size_t count = 0;
    while (reader_left(&r) > 0 && count < SQLITE_COLUMNS_MAX) {
        (void)sqlite_varint(&r);
        count += reader_ok(&r);
    }
    return count;
}

bool sqlite_record(bytes payload, struct arena *a, struct sqlite_row *out)
{
    struct reader r = reader_of(payload), types;
    uint64_t size = sqlite_varint(&r), used = r.at;
    bytes header = reader_take(&r, size >= used ? size - used : 0);
    size_t count = count_types(header);
    struct sqlite_value *values = ARENA_ARRAY(a, struct sqlite_value, count + 1);
    if (!reader_ok(&r) || size < used || !values) {
        return false;
    }
    types = reader_of(header);
    for (size_t i = 0; i < count && reader_ok(&r); i++) {
        values[i] = read_value(&r, sqlite_varint(&types));
    }
    out->values = values;
    out->nvalues = count;
    return reader_ok(&r);
}

struct sqlite_value sqlite_cell(const struct sqlite_table *t, const struct sqlite_row *row,
                                size_t column)
{
    if (column < t->ncolumns && column == t->rowid) {
        return (struct sqlite_value){.type = SQLITE_IS_INT, .number = row->number};
    }
    return column < row->nvalues ? row->values[column]
                                 : (struct sqlite_value){.type = SQLITE_IS_NULL};
}

static str text_of(const struct sqlite *db, bytes data, struct arena *a)
{
    if (db->utf16le) {
        return text_utf16le(a, data);
    }
    if (db->utf16be) {
        return text_utf16(a, data, TEXT_UTF16BE);
    }
    return str_of_bytes(data);
}

str sqlite_text(const struct sqlite *db, const struct sqlite_value *v, struct arena *a)
{
    switch (v->type) {
    case SQLITE_IS_INT:
        return text_i64(a, v->number);
    case SQLITE_IS_REAL:
        return arena_printf(a, "%.15g", v->real);
    case SQLITE_IS_TEXT:
        return text_of(db, v->data, a);
    case SQLITE_IS_BLOB:
        return text_hex(a, v->data);
    case SQLITE_IS_NULL:
        break;
    }
    return STR_NONE;
}
