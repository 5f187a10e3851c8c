#include "store/case.h"

#include <errno.h>

static const char *const sql_text[] = {
#define STATEMENT(symbol, sql) sql,
#include "store/statements.def"
#undef STATEMENT
};

static bool disk_full(const struct case_file *c)
{
    int rc = sqlite3_errcode(c->db);
    int system = sqlite3_system_errno(c->db);
    return rc == SQLITE_FULL || (rc == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT));
}

static bool refused_because(struct case_file *c, struct err *err)
{
    if (disk_full(c)) {
        return err_set(err, ERR_FULL,
                       "the disk is full; free some space and give the same command again: it "
                       "goes on where it stopped");
    }
    switch (sqlite3_errcode(c->db)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_DENIED, "it is being written by another limier");
    case SQLITE_NOTADB:
        return err_set(err, ERR_INPUT, "this is not a case of limier");
    case SQLITE_CORRUPT:
        return err_set(err, ERR_INPUT, "the file is damaged (%s)", sqlite3_errmsg(c->db));
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return err_set(err, ERR_DENIED, "it cannot be opened or written here (%s)",
                       sqlite3_errmsg(c->db));
    default:
        return err_set(err, ERR_IO, "%s", sqlite3_errmsg(c->db));
    }
}

bool case_refused(struct case_file *c, struct err *err)
{
    (void)refused_because(c, err);
    return *c->path ? err_in(err, "case %s", c->path) : err_in(err, "temporary case");
}

bool case_run_sql(struct case_file *c, const char *sql, struct err *err)
{
    return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK || case_refused(c, err);
}

struct query query(struct case_file *c, enum statement which)
{
    sqlite3_stmt **stmt = &c->statements[which];
    if (!*stmt) {
        (void)sqlite3_prepare_v3(c->db, sql_text[which], -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
    } else {
        (void)sqlite3_reset(*stmt);
        (void)sqlite3_clear_bindings(*stmt);
    }
    return (struct query){.c = c, .stmt = *stmt};
}

void put_text(struct query *q, str s)
{
    (void)sqlite3_bind_text64(q->stmt, ++q->at, s.p ? s.p : "", s.len, SQLITE_STATIC, SQLITE_UTF8);
}

void put_int(struct query *q, int64_t n)
{
    (void)sqlite3_bind_int64(q->stmt, ++q->at, n);
}

/* SQLite's integers are signed: a count past 2^63 comes back as it was. */
void put_count(struct query *q, uint64_t n)
{
    put_int(q, (int64_t)n);
}

void put_time(struct query *q, usec t)
{
    if (t == TIME_NONE) {
        (void)sqlite3_bind_null(q->stmt, ++q->at);
    } else {
        put_int(q, t);
    }
}

void put_blob(struct query *q, bytes b)
{
    if (b.len) {
        (void)sqlite3_bind_blob64(q->stmt, ++q->at, b.p, b.len, SQLITE_STATIC);
    } else {
        (void)sqlite3_bind_null(q->stmt, ++q->at);
    }
}

bool query_row(struct query *q, bool *failed, struct err *err)
{
    int rc = q->stmt ? sqlite3_step(q->stmt) : SQLITE_ERROR;
    if (rc == SQLITE_ROW) {
        return true;
    }
    *failed = rc != SQLITE_DONE;
    if (*failed) {
        (void)case_refused(q->c, err);
    }
    (void)sqlite3_reset(q->stmt);
    return false;
}

bool query_run(struct query *q, struct err *err)
{
    bool failed = false;
    while (query_row(q, &failed, err)) {
    }
    return !failed;
}

bool query_exists(struct query *q)
{
    bool there = q->stmt && sqlite3_step(q->stmt) == SQLITE_ROW;
    (void)sqlite3_reset(q->stmt);
    return there;
}

int64_t got_int(const struct query *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

uint64_t got_count(const struct query *q, int column)
{
    return (uint64_t)got_int(q, column);
}

usec got_time(const struct query *q, int column)
{
    bool known = sqlite3_column_type(q->stmt, column) != SQLITE_NULL;
    return known ? got_int(q, column) : TIME_NONE;
}

str got_borrowed(const struct query *q, int column)
{
    const char *p = (const char *)sqlite3_column_text(q->stmt, column);
    return (str){p, p ? (size_t)sqlite3_column_bytes(q->stmt, column) : 0};
}

str got_text(const struct query *q, int column, struct arena *a)
{
    return arena_str(a, got_borrowed(q, column));
}

usec time_shifted(usec t, int64_t seconds)
{
    return t == TIME_NONE ? t : t + seconds * USEC_PER_SEC;
}
