/* The tables, from the table of tables: sqlite_schema(type, name, tbl_name, rootpage, sql) on
 * page 1. Of CREATE TABLE only the names of columns are understood. */
#include "formats/database/sqlite_read.h"

enum { SCHEMA_TYPE, SCHEMA_NAME, SCHEMA_TABLE, SCHEMA_ROOT, SCHEMA_SQL, SCHEMA_COLUMNS };

struct sql { /* a cursor over a statement */
    str text;
    size_t at;
};

static char closing_of(char c)
{
    return c == '[' ? ']' : c == '"' || c == '`' || c == '\'' ? c : 0;
}

static void skip_comment(struct sql *s)
{
    str rest = str_from(s->text, s->at);
    bool line = str_starts(rest, STR("--"));
    size_t end = str_find(rest, line ? STR("\n") : STR("*/"));
    size_t next = s->at + end + (line ? 1 : 2);
    s->at = next < s->text.len ? next : s->text.len;
}

static void skip_blanks(struct sql *s)
{
    while (s->at < s->text.len) {
        str rest = str_from(s->text, s->at);
        if (str_starts(rest, STR("--")) || str_starts(rest, STR("/*"))) {
            skip_comment(s);
        } else if (ascii_is_space(rest.p[0])) {
            s->at++;
        } else {
            return;
        }
    }
}

/* A word, what stands in quotes, or one character. Empty at the end. */
static str next_word(struct sql *s)
{
    skip_blanks(s);
    size_t begin = s->at;
    if (begin == s->text.len) {
        return STR_NONE;
    }
    char close = closing_of(s->text.p[begin]);
    if (close) {
        size_t len = str_find_char(str_from(s->text, begin + 1), close);
        s->at = begin + 1 + len < s->text.len ? begin + len + 2 : s->text.len;
        return str_sub(s->text, begin + 1, len);
    }
    while (s->at < s->text.len && (ascii_is_alnum(s->text.p[s->at]) || s->text.p[s->at] == '_' ||
                                   (s->text.p[s->at] & 0x80))) {
        s->at++;
    }
    s->at += s->at == begin;
    return str_sub(s->text, begin, s->at - begin);
}

static bool is_quoted(const struct sql *s, str word)
{
    return word.p > s->text.p && closing_of(word.p[-1]) != 0;
}

/* What stands where a column would, but is a condition of the table. */
static bool is_constraint(str word)
{
    static const str words[] = {STR_INIT("CONSTRAINT"), STR_INIT("PRIMARY"), STR_INIT("UNIQUE"),
                                STR_INIT("CHECK"), STR_INIT("FOREIGN")};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq_nocase(word, words[i])) {
            return true;
        }
    }
    return false;
}

/* The rest of a column's definition: is it INTEGER PRIMARY KEY? True when another one follows. */
static bool rest_of_column(struct sql *s, bool *is_rowid)
{
    size_t depth = 0;
    bool integer = false, first = true;
    for (str word = next_word(s); word.len > 0; word = next_word(s), first = false) {
        bool bare = !is_quoted(s, word);
        integer |= first && str_eq_nocase(word, STR("INTEGER"));
        *is_rowid |= integer && depth == 0 && str_eq_nocase(word, STR("PRIMARY"));
        if (bare && str_eq(word, STR("("))) {
            depth++;
        } else if (bare && str_eq(word, STR(")")) && depth-- == 0) {
            return false;
        } else if (bare && str_eq(word, STR(",")) && depth == 0) {
            return true;
        }
    }
    return false;
}

static void read_columns(struct sqlite *db, struct sqlite_table *t, str sql)
{
    struct sql s = {sql, 0};
    size_t cap = 0, none = SQLITE_COLUMNS_MAX;
    t->rowid = none;
    for (str word = next_word(&s); word.len > 0 && !str_eq(word, STR("("));) {
        word = next_word(&s);
    }
    for (bool more = true; more && t->ncolumns < SQLITE_COLUMNS_MAX;) {
        str name = next_word(&s);
        bool column = is_quoted(&s, name) || !is_constraint(name), is_rowid = false;
        more = name.len > 0 && rest_of_column(&s, &is_rowid);
        str *grown = column && name.len > 0
                         ? arena_grow(db->arena, t->columns, &cap, t->ncolumns + 1, sizeof name)
                         : NULL;
        db->over |= column && name.len > 0 && !grown;
        if (grown) {
            t->rowid = is_rowid ? t->ncolumns : t->rowid;
            t->columns = grown;
            t->columns[t->ncolumns++] = name;
        }
    }
    t->keyless = str_has_nocase(str_from(sql, s.at), STR("WITHOUT"));
    t->rowid = t->rowid == none ? t->ncolumns : t->rowid;
}

/* Names and definitions are UTF-8 or made so. False: enough tables, or no room. */
static bool add_table(struct sqlite *db, size_t *cap, const struct sqlite_row *row)
{
    struct sqlite_table *grown =
        db->ntables < SQLITE_TABLES_MAX
            ? arena_grow(db->arena, db->tables, cap, db->ntables + 1, sizeof *grown)
            : NULL;
    if (!grown) {
        db->over = true;
        return false;
    }
    db->tables = grown;
    struct sqlite_table *t = &grown[db->ntables++];
    *t = (struct sqlite_table){
        .name = sqlite_text(db, &row->values[SCHEMA_NAME], db->arena),
        .root = (uint32_t)row->values[SCHEMA_ROOT].number,
    };
    read_columns(db, t, sqlite_text(db, &row->values[SCHEMA_SQL], db->arena));
    return true;
}

void sqlite_schema(struct sqlite *db)
{
    const struct sqlite_table schema = {.root = 1};
    struct sqlite_rows rows;
    struct sqlite_row row;
    size_t cap = 0;
    sqlite_rows_begin(&rows, db, &schema);
    while (sqlite_rows_next(&rows, &row)) {
        bool known = row.nvalues >= SCHEMA_COLUMNS && row.values[SCHEMA_ROOT].number > 0;
        str type = known ? sqlite_text(db, &row.values[SCHEMA_TYPE], db->arena) : STR_NONE;
        if (str_eq(type, STR("table")) && !add_table(db, &cap, &row)) {
            return;
        }
    }
}

const struct sqlite_table *sqlite_table_named(const struct sqlite *db, str name)
{
    for (size_t i = 0; i < db->ntables; i++) {
        if (str_eq_nocase(db->tables[i].name, name)) {
            return &db->tables[i];
        }
    }
    return NULL;
}

size_t sqlite_column(const struct sqlite_table *t, str name)
{
    size_t i = 0;
    while (i < t->ncolumns && !str_eq_nocase(t->columns[i], name)) {
        i++;
    }
    return i;
}
