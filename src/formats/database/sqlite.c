/* The file and its trees.
 *
 *     header, 100 bytes      0 "SQLite format 3\0", 16 page size u16 (1 is 65536), 20 reserved
 *                            bytes at the end of each page u8, 56 text encoding u32
 *     page                   0 kind u8: 5 inner page, 13 leaf of a table; 3 cells u16; inner pages:
 *                            8 the last child u32; behind that the offsets of cells, u16 each. On
 *                            page 1 all of this stands behind the header of the file
 *     cell of an inner page  child u32, greatest row number below it varint
 *     cell of a leaf         bytes of the record varint, row number varint, the record; what does
 *                            not fit is in a chain of pages, whose first number u32 stands behind
 *     overflow page          next u32, content
 */
#include "formats/database/sqlite_read.h"

#include <string.h>

enum {
    HEADER = 100,
    INNER_PAGE = 5,
    LEAF_PAGE = 13,
    INNER_HEADER = 12,
    LEAF_HEADER = 8,
    LEAST_USABLE = 480,
};

void sqlite_damaged(struct sqlite *db, uint64_t offset)
{
    db->damage.offset = db->damage.count++ ? db->damage.offset : offset;
}

uint64_t sqlite_number(struct reader *r, size_t len)
{
    uint64_t n = 0;
    for (size_t i = 0; i < len; i++) {
        n = n << 8 | reader_u8(r);
    }
    return n;
}

uint64_t sqlite_varint(struct reader *r)
{
    uint64_t n = 0;
    for (size_t i = 0; i < 8; i++) {
        uint8_t byte = reader_u8(r);
        n = n << 7 | (byte & 0x7f);
        if (byte < 0x80) {
            return n;
        }
    }
    return n << 8 | reader_u8(r);
}

static uint64_t page_offset(const struct sqlite *db, uint32_t page)
{
    return (uint64_t)(page - 1) * db->page_size;
}

/* The usable part of a page; bad when there is no such page. Offsets in it are from its start. */
static struct reader page_of(const struct sqlite *db, uint32_t page)
{
    bytes all = {NULL, 0};
    if (page >= 1 && page <= db->pages) {
        all = (bytes){db->file.p + page_offset(db, page), db->usable};
    }
    return reader_of(all);
}

bool sqlite_is(bytes head)
{
    static const char magic[] = "SQLite format 3";
    return head.len >= HEADER && memcmp(head.p, magic, sizeof magic) == 0;
}

bool sqlite_open(struct sqlite *db, bytes file, struct arena *a)
{
    *db = (struct sqlite){.file = file, .arena = a};
    if (!sqlite_is(file)) {
        return false;
    }
    struct reader r = reader_of(file);
    reader_seek(&r, 16);
    uint64_t size = sqlite_number(&r, 2);
    db->page_size = size == 1 ? 65536 : (uint32_t)size;
    reader_seek(&r, 20);
    uint8_t reserved = reader_u8(&r);
    reader_seek(&r, 56);
    uint32_t encoding = reader_u32be(&r);
    bool good = db->page_size >= 512 && (db->page_size & (db->page_size - 1)) == 0 &&
                db->page_size - reserved >= LEAST_USABLE;
    if (!good) {
        sqlite_damaged(db, 16);
        return true; /* it is one, without anything to be read */
    }
    db->usable = db->page_size - reserved;
    uint64_t pages = file.len / db->page_size;
    db->pages = pages < UINT32_MAX ? (uint32_t)pages : UINT32_MAX - 1;
    if (file.len % db->page_size) {
        sqlite_damaged(db, pages * db->page_size);
    }
    db->utf16le = encoding == 2;
    db->utf16be = encoding == 3;
    sqlite_schema(db);
    return true;
}

/* ---- trees */

/* Goes down to `page`. False, and damage, where that is no page of a table. */
static bool enter(struct sqlite_rows *r, uint32_t page)
{
    struct sqlite *db = r->db;
    struct reader in = page_of(db, page);
    reader_seek(&in, page == 1 ? HEADER : 0);
    uint8_t kind = reader_u8(&in);
    reader_skip(&in, 2);
    uint16_t cells = (uint16_t)sqlite_number(&in, 2);
    bool good = reader_ok(&in) && (kind == INNER_PAGE || kind == LEAF_PAGE) &&
                r->depth < SQLITE_TREE_DEPTH && r->entered < db->pages;
    if (!good) {
        sqlite_damaged(db, page >= 1 && page <= db->pages ? page_offset(db, page) : 0);
        return false;
    }
    r->entered++;
    r->levels[r->depth++] = (struct sqlite_level){page, 0, cells, kind == LEAF_PAGE};
    return true;
}

/* At a cell of the page at hand; the cell behind the last one of an inner page is its last child.*/
static struct reader cell_at(const struct sqlite *db, const struct sqlite_level *l, uint16_t cell)
{
    struct reader in = page_of(db, l->page);
    uint64_t begin = l->page == 1 ? HEADER : 0;
    if (!l->leaf && cell == l->cells) {
        reader_seek(&in, begin + LEAF_HEADER);
        return in;
    }
    reader_seek(&in, begin + (l->leaf ? LEAF_HEADER : INNER_HEADER) + 2 * (uint64_t)cell);
    uint64_t at = sqlite_number(&in, 2);
    if (reader_ok(&in)) {
        reader_seek(&in, at);
    }
    return in;
}

/* How much of a record of `size` bytes stands in the leaf itself. */
static uint64_t local_size(const struct sqlite *db, uint64_t size)
{
    uint64_t most = db->usable - 35;
    if (size <= most) {
        return size;
    }
    uint64_t least = (db->usable - 12) * 32 / 255 - 23;
    uint64_t local = least + (size - least) % (db->usable - 4);
    return local <= most ? local : least;
}

/* Many rows may claim one chain of pages: what is gathered is bounded by the file. */
static bool may_gather(struct sqlite *db, uint64_t size)
{
    bool ok = size <= SQLITE_PAYLOAD_MAX && size <= db->file.len &&
              db->spent + size <= 4 * (uint64_t)db->file.len;
    db->spent += ok ? size : 0;
    db->over |= !ok;
    return ok;
}

static bytes gather(struct sqlite *db, bytes local, uint32_t next, uint64_t size)
{
    uint8_t *all = may_gather(db, size) ? arena_alloc(db->arena, size) : NULL;
    if (!all) {
        return (bytes){NULL, 0};
    }
    uint64_t have = local.len;
    memcpy(all, local.p, local.len);
    while (have < size) {
        struct reader in = page_of(db, next);
        next = reader_u32be(&in);
        uint64_t left = size - have, room = db->usable - 4;
        bytes piece = reader_take(&in, left < room ? left : room);
        if (!reader_ok(&in)) {
            return (bytes){NULL, 0};
        }
        memcpy(all + have, piece.p, piece.len);
        have += piece.len;
    }
    return (bytes){all, size};
}

static bool read_row(struct sqlite *db, uint32_t page, struct reader in, struct sqlite_row *out)
{
    uint64_t begin = in.at, size = sqlite_varint(&in);
    int64_t number = (int64_t)sqlite_varint(&in);
    uint64_t here = local_size(db, size);
    bytes payload = reader_take(&in, here);
    uint32_t next = here < size ? reader_u32be(&in) : 0;
    if (!reader_ok(&in)) {
        return false;
    }
    if (here < size) {
        payload = gather(db, payload, next, size);
    }
    *out = (struct sqlite_row){
        .number = number,
        .offset = page_offset(db, page) + begin,
        .len = in.at - begin,
    };
    return payload.len == size && sqlite_record(payload, db->arena, out);
}

void sqlite_rows_begin(struct sqlite_rows *r, struct sqlite *db, const struct sqlite_table *t)
{
    *r = (struct sqlite_rows){.db = db, .table = t};
    if (!t->keyless) {
        (void)enter(r, t->root);
    }
}

bool sqlite_rows_next(struct sqlite_rows *r, struct sqlite_row *out)
{
    while (r->depth > 0) {
        struct sqlite_level *l = &r->levels[r->depth - 1];
        if (l->cell >= l->cells + !l->leaf) {
            r->depth--;
            continue;
        }
        struct reader in = cell_at(r->db, l, l->cell++);
        if (!l->leaf) {
            (void)enter(r, reader_u32be(&in));
        } else if (reader_ok(&in) && read_row(r->db, l->page, in, out)) {
            return true;
        } else {
            sqlite_damaged(r->db, page_offset(r->db, l->page));
        }
    }
    return false;
}

/* The child that would hold `number`: the first whose greatest number is not below it. */
static uint32_t child_for(const struct sqlite *db, const struct sqlite_level *l, int64_t number)
{
    uint32_t low = 0, high = l->cells;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        struct reader in = cell_at(db, l, (uint16_t)middle);
        reader_skip(&in, 4);
        int64_t greatest = (int64_t)sqlite_varint(&in);
        *(greatest < number ? &low : &high) = greatest < number ? middle + 1 : middle;
    }
    struct reader in = cell_at(db, l, (uint16_t)low);
    return reader_u32be(&in);
}

static bool find_in_leaf(struct sqlite *db, const struct sqlite_level *l, int64_t number,
                         struct sqlite_row *out)
{
    uint32_t low = 0, high = l->cells;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        struct reader in = cell_at(db, l, (uint16_t)middle), row = in;
        (void)sqlite_varint(&in);
        int64_t at = (int64_t)sqlite_varint(&in);
        if (at == number) {
            return reader_ok(&in) && read_row(db, l->page, row, out);
        }
        *(at < number ? &low : &high) = at < number ? middle + 1 : middle;
    }
    return false;
}

bool sqlite_find(struct sqlite *db, const struct sqlite_table *t, int64_t number,
                 struct sqlite_row *out)
{
    struct sqlite_rows way = {.db = db, .table = t};
    uint32_t page = t->root;
    while (!t->keyless && enter(&way, page)) {
        const struct sqlite_level *l = &way.levels[way.depth - 1];
        if (l->leaf) {
            return find_in_leaf(db, l, number, out);
        }
        page = child_for(db, l, number);
    }
    return false;
}
