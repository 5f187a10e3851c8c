/* The rows of an SQLite database, from its bytes. Read-only, no SQL: evidence is walked, not run.
 *
 *     struct sqlite db;
 *     struct sqlite_rows rows;
 *     struct sqlite_row row;
 *     if (sqlite_open(&db, unit, arena)) {
 *         for (size_t i = 0; i < db.ntables; i++) {
 *             for (sqlite_rows_begin(&rows, &db, &db.tables[i]); sqlite_rows_next(&rows, &row);)
 * ...
 *
 * The file format: https://www.sqlite.org/fileformat2.html. What is beside the file (a
 * write-ahead log) is not seen. Numbers in it are big-endian. Every page is entered once for a
 * walk at most, so a tree that points back to itself ends. */
#ifndef FORMATS_DATABASE_SQLITE_H
#define FORMATS_DATABASE_SQLITE_H

#include "base/arena.h"

enum {
    SQLITE_TREE_DEPTH = 20,        /* SQLite's own limit */
    SQLITE_COLUMNS_MAX = 2000,     /* likewise */
    SQLITE_TABLES_MAX = 4096,      /* more is noted and left out */
    SQLITE_PAYLOAD_MAX = 64 << 20, /* bytes of a row */
};

enum sqlite_type { SQLITE_IS_NULL, SQLITE_IS_INT, SQLITE_IS_REAL, SQLITE_IS_TEXT, SQLITE_IS_BLOB };

struct sqlite_value {
    enum sqlite_type type;
    int64_t number; /* INT */
    double real;    /* REAL */
    bytes data;     /* TEXT: in the database's encoding; BLOB */
};

struct sqlite_table {
    str name;
    uint32_t root;
    str *columns; /* as CREATE TABLE names them */
    size_t ncolumns;
    size_t rowid; /* the column that is another name of the row's number; ncolumns: none */
    bool keyless; /* WITHOUT ROWID: not walked */
};

/* What was wrong, counted; the caller notes it. */
struct sqlite_damage {
    uint64_t count, offset; /* of the first */
};

struct sqlite {
    bytes file;
    struct arena *arena;
    uint32_t page_size, usable, pages;
    bool utf16le, utf16be;
    struct sqlite_table *tables;
    size_t ntables;
    uint64_t spent; /* bytes gathered from overflow pages so far */
    struct sqlite_damage damage;
    bool over; /* a limit was reached */
};

struct sqlite_row {
    int64_t number;
    uint64_t offset, len; /* of its cell in the file */
    const struct sqlite_value *values;
    size_t nvalues; /* may be fewer than columns: the others are NULL */
};

struct sqlite_level {
    uint32_t page;
    uint16_t cell, cells;
    bool leaf;
};

struct sqlite_rows {
    struct sqlite *db;
    const struct sqlite_table *table;
    struct sqlite_level levels[SQLITE_TREE_DEPTH];
    size_t depth;
    uint64_t entered; /* pages */
};

bool sqlite_is(bytes head);

/* False: not a database. Tables are in `a`, as far as the schema could be read. */
bool sqlite_open(struct sqlite *db, bytes file, struct arena *a);

const struct sqlite_table *sqlite_table_named(const struct sqlite *db, str name);
size_t sqlite_column(const struct sqlite_table *t, str name); /* ncolumns: there is none */

/* Rows in ascending order of their number. Values are in the database's arena: rewind it between
 * rows. */
void sqlite_rows_begin(struct sqlite_rows *r, struct sqlite *db, const struct sqlite_table *t);
bool sqlite_rows_next(struct sqlite_rows *r, struct sqlite_row *out);

/* The row of a number, looked for along one branch of the tree. */
bool sqlite_find(struct sqlite *db, const struct sqlite_table *t, int64_t number,
                 struct sqlite_row *out);

/* NULL for a column that the row does not have; the row's number for its alias. */
struct sqlite_value sqlite_cell(const struct sqlite_table *t, const struct sqlite_row *row,
                                size_t column);

/* UTF-8, digits or hex, borrowed or in `a`. Empty for NULL. */
str sqlite_text(const struct sqlite *db, const struct sqlite_value *v, struct arena *a);

#endif
