#include "base/catalog.h"

#include "base/reader.h"

#include <string.h>

/* GNU .mo, little-endian:
 *
 *     offset  size
 *          0     4  magic 0x950412de
 *          4     4  revision
 *          8     4  count of strings
 *         12     4  offset of the table of originals: pairs (length, offset), sorted
 *         16     4  offset of the table of translations, in the same order
 *
 * Strings end in NUL, which their length does not count. */
static bool string_at(bytes mo, uint32_t table, uint32_t index, str *out)
{
    struct reader r = reader_of(mo);
    reader_seek(&r, (uint64_t)table + (uint64_t)index * 8);
    uint32_t len = reader_u32le(&r);
    uint32_t offset = reader_u32le(&r);
    reader_seek(&r, offset);
    bytes b = reader_take(&r, (uint64_t)len + 1);
    if (!reader_ok(&r) || b.p[len] != 0) {
        return false;
    }
    *out = (str){(const char *)b.p, len};
    return true;
}

bool catalog_open(struct catalog *c, bytes mo)
{
    struct reader r = reader_of(mo);
    bool magic = reader_u32le(&r) == 0x950412de;
    reader_skip(&r, 4);
    struct catalog opened = {.mo = mo};
    opened.count = reader_u32le(&r);
    opened.originals = reader_u32le(&r);
    opened.translations = reader_u32le(&r);
    bool ok = magic && reader_ok(&r);
    for (uint32_t i = 0; i < opened.count && ok; i++) {
        str s;
        ok = string_at(mo, opened.originals, i, &s) && string_at(mo, opened.translations, i, &s);
    }
    if (ok) {
        *c = opened;
    }
    return ok;
}

const char *catalog_get(const struct catalog *c, const char *id)
{
    /* The empty id is the header of the catalogue, not a message. */
    uint32_t low = 0, high = c && *id ? c->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        str original, translation;
        if (!string_at(c->mo, c->originals, middle, &original)) {
            break;
        }
        int order = strcmp(id, original.p);
        if (order == 0) {
            bool there = string_at(c->mo, c->translations, middle, &translation);
            return there && translation.len ? translation.p : id;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return id;
}
