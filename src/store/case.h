/* Inside the store: an open case, and its statements. Nothing outside the room includes this. */
#ifndef STORE_CASE_H
#define STORE_CASE_H

#include "base/table.h"
#include "store/store.h"

#include <sqlite3.h>

enum { APPLICATION_ID = 0x4c494d52 /* "LIMR" */, SCHEMA_VERSION = 7 };

extern const char *const schema_sql[]; /* ended by NULL */

enum statement {
#define STATEMENT(symbol, sql) SQL_##symbol,
#include "store/statements.def"
#undef STATEMENT
    SQL_COUNT,
};

struct case_file {
    sqlite3 *db;
    const char *path; /* "" for a temporary case */
    bool writable;
    struct arena arena; /* lives as long as the case is open */
    struct table rules; /* the address of a rule_info to its row */
    sqlite3_stmt *statements[SQL_COUNT];
};

/* Fills *err from what SQLite said about the case at `path`. Always false. */
bool case_refused(struct case_file *c, struct err *err);

bool case_run_sql(struct case_file *c, const char *sql, struct err *err);

/* A statement in use. Values are put in order; a failure shows when it runs. */
struct query {
    struct case_file *c;
    sqlite3_stmt *stmt;
    int at;
};

struct query query(struct case_file *c, enum statement which);
void put_text(struct query *q, str s);
void put_int(struct query *q, int64_t n);
void put_count(struct query *q, uint64_t n);
void put_time(struct query *q, usec t);
void put_blob(struct query *q, bytes b);

bool query_run(struct query *q, struct err *err) MUST_USE; /* a statement without rows */

/* The next row; at the end false, with *failed telling whether it is an end or a failure. */
bool query_row(struct query *q, bool *failed, struct err *err);

bool query_exists(struct query *q); /* is there a row? */

int64_t got_int(const struct query *q, int column);
uint64_t got_count(const struct query *q, int column);
usec got_time(const struct query *q, int column);
str got_text(const struct query *q, int column, struct arena *a);

/* The text without a copy: gone with the next row. */
str got_borrowed(const struct query *q, int column);

/* TIME_NONE stays what it is. */
usec time_shifted(usec t, int64_t seconds);

#endif
