/* SQLite databases: what a phone, a browser or a program keeps. An event for each row of each
 * table. Tables that are logs (database_logs.c) have a channel of their own, a time, and the
 * columns of the rows that they point to; all others are in channel "sqlite": Table, and Texts, all
 * their text at once, for those who look for a name in it.
 *
 * Row numbers that are missing in a log whose rows should stay are told in channel
 * "database-gap": rows were removed. */
#include "formats/database/database_logs.h"
#include "formats/format.h"
#include "formats/origins.h"
#include "formats/phone/ios_files.h"

#include <string.h>

enum { DATABASE_MORE_FIELDS = 8, DATABASE_ASK_EVERY = 1024 };

struct database {
    struct parse *p;
    struct sqlite db;
    struct origins origins;
    const struct sqlite_table *table;
    const struct database_log *log; /* NULL: a table that is none */
    const struct origin *origin;
    str *names; /* of its columns, as fields */
    field_id *ids;
    struct field *fields;
    size_t nfields, cap;
    size_t time;  /* the column; ncolumns: none */
    int64_t last; /* number of the row before */
    uint64_t seen;
};

/* ---- fields */

static void add(struct database *d, str name, field_id id, bytes value, enum value_type type)
{
    if (d->nfields < d->cap) {
        d->fields[d->nfields++] =
            (struct field){name, value.p, (uint32_t)value.len, id, (uint8_t)type};
    }
}

static void add_text(struct database *d, const char *name, str value)
{
    if (value.len > 0) {
        str n = str_of(name);
        add(d, n, names_find(d->p->names, n), bytes_of_str(value), VALUE_TEXT);
    }
}

static void add_time(struct database *d, const char *name, usec t)
{
    add_text(d, name, time_text(d->p->scratch, t));
}

static str text_of(const struct database *d, struct sqlite_value v)
{
    return sqlite_text(&d->db, &v, d->p->scratch);
}

static struct sqlite_value named_cell(const struct sqlite_table *t, const struct sqlite_row *row,
                                      const char *column)
{
    return sqlite_cell(t, row, sqlite_column(t, str_of(column)));
}

static str column_text(const struct database *d, const struct sqlite_row *row, const char *column)
{
    return text_of(d, named_cell(d->table, row, column));
}

static void add_column(struct database *d, const struct sqlite_row *row, size_t i)
{
    struct sqlite_value v = sqlite_cell(d->table, row, i);
    if (v.type == SQLITE_IS_BLOB) {
        add(d, d->names[i], d->ids[i], v.data, VALUE_BINARY);
    } else if (v.type != SQLITE_IS_NULL) {
        add(d, d->names[i], d->ids[i], bytes_of_str(text_of(d, v)), VALUE_TEXT);
    }
}

/* ---- what a row points to */

static bool find(struct database *d, const char *table, struct sqlite_value number,
                 const struct sqlite_table **t, struct sqlite_row *out)
{
    *t = sqlite_table_named(&d->db, str_of(table));
    return *t && number.type == SQLITE_IS_INT && sqlite_find(&d->db, *t, number.number, out);
}

/* A row that should be there and is not was removed by itself; unless the file is damaged. */
static void add_join(struct database *d, const struct database_join *j,
                     const struct sqlite_row *row)
{
    const struct sqlite_table *t = NULL;
    struct sqlite_row there;
    struct sqlite_value number = named_cell(d->table, row, j->from);
    if (number.type != SQLITE_IS_INT || number.number == 0) {
        return;
    }
    bool found = find(d, j->table, number, &t, &there);
    if (found && j->via) {
        found = find(d, j->via_table, named_cell(t, &there, j->via), &t, &there);
    }
    if (found) {
        add_text(d, j->field, text_of(d, named_cell(t, &there, j->column)));
    } else if (j == d->log->joins && d->db.damage.count == 0) {
        add_text(d, "MissingRow",
                 arena_printf(d->p->scratch, "%s %lld", j->table, (long long)number.number));
    }
}

/* ---- what is particular */

static struct field *field_named(struct database *d, str name)
{
    for (size_t i = 0; i < d->nfields; i++) {
        if (str_eq(d->fields[i].name, name)) {
            return &d->fields[i];
        }
    }
    return NULL;
}

/* "name/bundle": the bundle that the process worked for. */
static void more_of_process(struct database *d)
{
    struct field *name = field_named(d, STR("ProcessName"));
    str text = name ? (str){(const char *)name->data, name->len} : STR_NONE;
    size_t slash = str_find_char(text, '/');
    if (slash > 0 && slash < text.len) {
        name->len = (uint32_t)slash;
        add_text(d, "WorkedFor", str_from(text, slash + 1));
    }
}

/* iOS 14 and later leave `text` empty: the message is an NSAttributedString as a typedstream, in
 * which the text stands behind its class: a byte 0x2b, the length (a byte; 0x81 and a u16), UTF-8.
 */
static str text_of_stream(bytes stream)
{
    str all = str_of_bytes(stream);
    size_t at = str_find(all, STR("NSString"));
    str rest = str_from(all, at + 8);
    size_t plus = str_find_char(str_sub(rest, 0, 16), '+');
    str text = str_from(rest, plus + 1);
    if (at == all.len || plus >= 16 || text.len < 3) {
        return STR_NONE;
    }
    const uint8_t *p = stream.p + (text.p - all.p);
    bool wide = p[0] == 0x81;
    size_t len = wide ? (size_t)p[1] | (size_t)p[2] << 8 : p[0];
    return str_sub(text, wide ? 3 : 1, len);
}

static void more_of_message(struct database *d, const struct sqlite_row *row)
{
    struct sqlite_value body = named_cell(d->table, row, "attributedBody");
    str text = column_text(d, row, "text");
    if (text.len == 0 && body.type == SQLITE_IS_BLOB) {
        add_text(d, "Message", text_of_stream(body.data));
    }
}

static void more_of_file(struct database *d, const struct sqlite_row *row)
{
    str domain = column_text(d, row, "domain"), relative = column_text(d, row, "relativePath");
    struct ios_file file;
    struct sqlite_value blob = named_cell(d->table, row, "file");
    add_text(d, "TargetFilename", ios_path(domain, relative, d->p->scratch));
    if (blob.type == SQLITE_IS_BLOB && ios_file_read(blob.data, d->p->scratch, &file)) {
        add_time(d, "Created", file.born);
        add_time(d, "Modified", file.modified);
        add_time(d, "Changed", file.changed);
        add_text(d, "Size", arena_printf(d->p->scratch, "%llu", (unsigned long long)file.size));
    }
}

static void add_more(struct database *d, const struct sqlite_row *row)
{
    switch (d->log->more) {
    case MORE_PROCESS:
        more_of_process(d);
        break;
    case MORE_MESSAGE:
        more_of_message(d, row);
        break;
    case MORE_BACKUP_FILE:
        more_of_file(d, row);
        break;
    case MORE_NOTHING:
        break;
    }
}

/* A file's row says when it was written last; other rows when they were made. */
static usec time_of(const struct database *d, const struct sqlite_row *row)
{
    struct ios_file file;
    if (d->log && d->log->more == MORE_BACKUP_FILE) {
        struct sqlite_value blob = named_cell(d->table, row, "file");
        bool read = blob.type == SQLITE_IS_BLOB && ios_file_read(blob.data, d->p->scratch, &file);
        return read ? file.modified : TIME_NONE;
    }
    struct sqlite_value v = sqlite_cell(d->table, row, d->time);
    return d->log ? database_time(d->log->clock, &v) : TIME_NONE;
}

/* ---- events */

static void log_fields(struct database *d, const struct sqlite_row *row)
{
    for (size_t i = 0; i < d->table->ncolumns; i++) {
        add_column(d, row, i);
    }
    for (size_t i = 0; i < DATABASE_JOINS && d->log->joins[i].from; i++) {
        add_join(d, &d->log->joins[i], row);
    }
    add_more(d, row);
}

static void plain_fields(struct database *d, const struct sqlite_row *row)
{
    size_t room = 0, len = 0;
    for (size_t i = 0; i < d->table->ncolumns; i++) {
        struct sqlite_value v = sqlite_cell(d->table, row, i);
        room += v.type == SQLITE_IS_TEXT ? text_of(d, v).len + 1 : 0;
    }
    char *all = arena_alloc(d->p->scratch, room + 1);
    add_text(d, "Table", d->table->name);
    for (size_t i = 0; all && i < d->table->ncolumns; i++) {
        struct sqlite_value v = sqlite_cell(d->table, row, i);
        str text = v.type == SQLITE_IS_TEXT ? text_of(d, v) : STR_NONE;
        if (text.len > 0 && len + text.len + 1 <= room) {
            memcpy(all + len, text.p, text.len);
            len += text.len;
            all[len++] = '\n';
        }
        add_column(d, row, i);
    }
    add_text(d, "Texts", str_trim((str){all, len}));
}

static bool give(struct database *d, const struct sqlite_row *row)
{
    struct event e = {
        .time = time_of(d, row),
        .record = (uint64_t)row->number,
        .offset = row->offset,
        .len = row->len,
        .origin = d->origin,
    };
    if (!emit_head(d->p, &e)) {
        return true;
    }
    d->nfields = 0;
    if (d->log) {
        log_fields(d, row);
    } else {
        plain_fields(d, row);
    }
    e.fields = d->fields;
    e.nfields = d->nfields;
    return emit_event(d->p, &e);
}

static const struct origin *origin_of(struct database *d, const char *channel)
{
    return origins_get(&d->origins, &(struct origin){.channel = str_of(channel)});
}

/* Rows between the last one and this were removed. */
static bool give_gap(struct database *d, const struct sqlite_row *row)
{
    uint64_t missing = (uint64_t)row->number - (uint64_t)d->last - 1;
    struct event e = {
        .time = time_of(d, row),
        .record = (uint64_t)row->number,
        .offset = row->offset,
        .len = row->len,
        .origin = origin_of(d, "database-gap"),
    };
    d->db.over |= !e.origin;
    if (!e.origin || !emit_head(d->p, &e)) {
        return true;
    }
    d->nfields = 0;
    add_text(d, "Table", d->table->name);
    add_text(d, "Log", str_of(d->log->channel));
    add_text(d, "Missing", arena_printf(d->p->scratch, "%llu", (unsigned long long)missing));
    e.fields = d->fields;
    e.nfields = d->nfields;
    return emit_event(d->p, &e);
}

static bool row_event(struct database *d, const struct sqlite_row *row)
{
    bool gap = d->log && d->log->gaps && d->seen > 0 && row->number > d->last + 1;
    bool going = (!gap || give_gap(d, row)) && give(d, row);
    d->last = row->number;
    d->seen++;
    return going && (d->seen % DATABASE_ASK_EVERY || !parse_stopped(d->p));
}

/* ---- tables */

static str field_of(const struct database_log *log, str column)
{
    for (size_t i = 0; log && i < DATABASE_RENAMED && log->renamed[i].name; i++) {
        if (str_eq(column, str_of(log->renamed[i].name))) {
            return str_of(log->renamed[i].field);
        }
    }
    return column;
}

static bool begin_table(struct database *d, const struct sqlite_table *t)
{
    size_t n = t->ncolumns;
    d->table = t;
    d->log = database_log_of(&d->db, t);
    d->time = d->log && d->log->time ? sqlite_column(t, str_of(d->log->time)) : n;
    d->origin = origin_of(d, d->log ? d->log->channel : "sqlite");
    d->cap = n + DATABASE_MORE_FIELDS;
    d->names = ARENA_ARRAY(d->p->arena, str, n + 1);
    d->ids = ARENA_ARRAY(d->p->arena, field_id, n + 1);
    d->fields = ARENA_ARRAY(d->p->arena, struct field, d->cap);
    d->seen = 0;
    if (!d->origin || !d->names || !d->ids || !d->fields) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        d->names[i] = field_of(d->log, t->columns[i]);
        d->ids[i] = names_find(d->p->names, d->names[i]);
    }
    return true;
}

/* False: stop. */
static bool read_table(struct database *d, const struct sqlite_table *t)
{
    struct sqlite_rows rows;
    struct sqlite_row row;
    if (t->keyless || str_starts(t->name, STR("sqlite_"))) {
        return true;
    }
    if (!begin_table(d, t)) {
        d->db.over = true;
        return false;
    }
    struct arena_mark mark = arena_mark(d->p->scratch);
    sqlite_rows_begin(&rows, &d->db, t);
    for (bool going = true; going && sqlite_rows_next(&rows, &row);) {
        going = row_event(d, &row);
        arena_rewind(d->p->scratch, mark);
        if (!going) {
            return false;
        }
    }
    arena_rewind(d->p->scratch, mark);
    return true;
}

static int database_probe(bytes head, str path)
{
    (void)path;
    return sqlite_is(head) ? BY_MAGIC : NO_MATCH;
}

static void database_parse(struct parse *p)
{
    struct database d = {.p = p};
    d.origins.arena = p->arena;
    if (p->from > 0 || !sqlite_open(&d.db, p->unit, p->arena)) {
        return;
    }
    d.db.arena = p->scratch; /* for rows, one at a time */
    for (size_t i = 0; i < d.db.ntables && read_table(&d, &d.db.tables[i]);) {
        i++;
    }
    if (d.db.damage.count > 0) {
        emit_note(p, NOTE_BAD_RECORD, d.db.damage.offset, 0);
    }
    if (d.db.over) {
        emit_note(p, NOTE_OVER_BUDGET, 0, 0);
    }
}

const struct format format_database = {
    .name = "database",
    .title = "SQLite database",
    .probe = database_probe,
    .parse = database_parse,
};
