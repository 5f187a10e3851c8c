/* Opening, creating and closing a case, and what makes a scan the same scan.
 *
 * A case is written in WAL mode under an exclusive lock: a transaction that was committed
 * survives a killed process without waiting for the disk, and a second writer is refused at its
 * first read. Closing turns it back into one plain file. */
#include "store/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { CASE_ARENA = 64 << 20 };

void case_close(struct case_file *c)
{
    if (!c) {
        return;
    }
    for (size_t i = 0; i < SQL_COUNT; i++) {
        (void)sqlite3_finalize(c->statements[i]);
    }
    if (c->writable) {
        (void)sqlite3_exec(c->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    }
    (void)sqlite3_close(c->db);
    arena_done(&c->arena);
    free(c);
}

static struct case_file *case_new(const char *path, bool writable)
{
    struct case_file *c = calloc(1, sizeof *c);
    if (!c) {
        abort();
    }
    arena_init(&c->arena, CASE_ARENA);
    table_init(&c->rules, &c->arena, false);
    c->path = arena_str(&c->arena, str_of(path)).p;
    c->writable = writable;
    return c;
}

static bool connect(struct case_file *c, struct err *err)
{
    int flags = c->writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(c->path, &c->db, flags, NULL) != SQLITE_OK) {
        return case_refused(c, err);
    }
    (void)sqlite3_extended_result_codes(c->db, 0);
    return true;
}

/* A number that a pragma or a count answers. */
static bool ask(struct case_file *c, const char *sql, int64_t *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
              sqlite3_step(stmt) == SQLITE_ROW;
    *out = ok ? sqlite3_column_int64(stmt, 0) : 0;
    bool told = ok || case_refused(c, err);
    (void)sqlite3_finalize(stmt);
    return told;
}

/* Is this file one of ours? An empty file is a new case, which only a writer can use. */
static bool check_kind(struct case_file *c, bool *is_new, struct err *err)
{
    int64_t application = 0, version = 0, tables = 0;
    if (!ask(c, "PRAGMA application_id", &application, err) ||
        !ask(c, "PRAGMA user_version", &version, err) ||
        !ask(c, "SELECT count(*) FROM sqlite_schema", &tables, err)) {
        return false;
    }
    *is_new = application == 0 && version == 0 && tables == 0 && c->writable;
    if (!*is_new && application != APPLICATION_ID) {
        return err_set(err, ERR_INPUT, "case %s: this is not a case of limier", c->path);
    }
    if (!*is_new && version != SCHEMA_VERSION) {
        return err_set(err, ERR_INPUT,
                       "case %s: it was written by another version of limier (form %lld, this one "
                       "reads form %d)",
                       c->path, (long long)version, SCHEMA_VERSION);
    }
    return true;
}

static bool write_schema(struct case_file *c, const struct case_identity *id, struct err *err)
{
    char pragmas[96];
    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                   APPLICATION_ID, SCHEMA_VERSION);
    bool ok = case_run_sql(c, "BEGIN IMMEDIATE", err) && case_run_sql(c, pragmas, err);
    for (const char *const *sql = schema_sql; *sql && ok; sql++) {
        ok = case_run_sql(c, *sql, err);
    }
    if (ok) {
        struct query q = query(c, SQL_PUT_SCAN);
        put_text(&q, id->tool);
        put_text(&q, id->rules);
        put_text(&q, id->evidence);
        put_text(&q, id->options);
        put_text(&q, id->command);
        ok = query_run(&q, err) && case_run_sql(c, "COMMIT", err);
    }
    if (!ok) {
        (void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return ok;
}

static bool differs(const struct case_file *c, const char *what, str theirs, str ours,
                    const struct case_info *info, struct err *err)
{
    if (str_eq(theirs, ours)) {
        return false;
    }
    (void)err_set(err, ERR_INPUT,
                  "case %s holds another scan: %s. Name another file with -o, or repeat the "
                  "command that made this one: %.*s",
                  c->path, what, STR_ARG(info->command));
    return true;
}

static bool same_scan(struct case_file *c, const struct case_identity *id, struct err *err)
{
    struct arena a;
    arena_init(&a, CASE_ARENA);
    struct case_info info = {0};
    bool ok = case_info(c, &a, &info, err);
    ok = ok && !differs(c, "the evidence is not the same", info.evidence, id->evidence, &info, err);
    ok = ok &&
         !differs(c, "it was made by another version of limier", info.tool, id->tool, &info, err);
    ok = ok && !differs(c, "the rules have changed", info.rules, id->rules, &info, err);
    ok = ok && !differs(c, "the options are not the same", info.options, id->options, &info, err);
    arena_done(&a);
    return ok;
}

static bool prepare(struct case_file *c, const struct case_identity *id, struct err *err)
{
    bool is_new = false;
    return connect(c, err) && case_run_sql(c, "PRAGMA locking_mode = EXCLUSIVE", err) &&
           check_kind(c, &is_new, err) &&
           case_run_sql(c, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", err) &&
           (is_new ? write_schema(c, id, err) : same_scan(c, id, err));
}

bool case_create(const char *path, const struct case_identity *id, struct case_file **out,
                 struct err *err)
{
    struct case_file *c = case_new(path ? path : "", true);
    if (!prepare(c, id, err)) {
        case_close(c);
        return false;
    }
    *out = c;
    return true;
}

bool case_open(const char *path, struct case_file **out, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return err_set(err, ERR_NOT_FOUND, "case %s: there is no such file", path);
    }
    struct case_file *c = case_new(path, false);
    bool is_new = false;
    if (!connect(c, err) || !check_kind(c, &is_new, err)) {
        case_close(c);
        return false;
    }
    *out = c;
    return true;
}

bool case_info(struct case_file *c, struct arena *a, struct case_info *out, struct err *err)
{
    struct query q = query(c, SQL_GET_SCAN);
    bool failed = false;
    if (!query_row(&q, &failed, err)) {
        return failed ? false : err_set(err, ERR_INPUT, "case %s: it holds no scan", c->path);
    }
    *out = (struct case_info){
        .tool = got_text(&q, 0, a),
        .rules = got_text(&q, 1, a),
        .evidence = got_text(&q, 2, a),
        .options = got_text(&q, 3, a),
        .command = got_text(&q, 4, a),
        .complete = got_int(&q, 5) != 0,
        .path = arena_str(a, str_of(c->path)),
    };
    return query_run(&q, err);
}
