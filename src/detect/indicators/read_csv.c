/* CSV with a header that names at least `type` and `value`; of the other columns those count whose
 * names are known. A file that only has a `note` besides says what is to be said with indicators
 * of other lists. */
#include "detect/indicators/set.h"

enum { COLUMNS_MAX = 64, CELL_MAX = 64 << 10 };

enum column {
    COLUMN_TYPE,
    COLUMN_VALUE,
    COLUMN_NOTE,
    COLUMN_INCIDENT,
    COLUMN_ACTOR,
    COLUMN_CONFIDENCE,
    COLUMN_SOURCE,
    COLUMN_ID,
    COLUMN_FROM,
    COLUMN_UNTIL,
    COLUMN_OTHER,
};

static const struct {
    str name;
    enum column column;
} columns[] = {
    {STR_INIT("type"),        COLUMN_TYPE      },
    {STR_INIT("kind"),        COLUMN_TYPE      },
    {STR_INIT("value"),       COLUMN_VALUE     },
    {STR_INIT("indicator"),   COLUMN_VALUE     },
    {STR_INIT("note"),        COLUMN_NOTE      },
    {STR_INIT("caveat"),      COLUMN_NOTE      },
    {STR_INIT("incident"),    COLUMN_INCIDENT  },
    {STR_INIT("description"), COLUMN_INCIDENT  },
    {STR_INIT("comment"),     COLUMN_INCIDENT  },
    {STR_INIT("actor"),       COLUMN_ACTOR     },
    {STR_INIT("confidence"),  COLUMN_CONFIDENCE},
    {STR_INIT("source"),      COLUMN_SOURCE    },
    {STR_INIT("source_url"),  COLUMN_SOURCE    },
    {STR_INIT("id"),          COLUMN_ID        },
    {STR_INIT("uuid"),        COLUMN_ID        },
    {STR_INIT("valid_from"),  COLUMN_FROM      },
    {STR_INIT("valid_until"), COLUMN_UNTIL     },
};

struct row {
    str cell[COLUMNS_MAX];
    size_t count;
};

struct table_read {
    struct indicators *set;
    str file, rest;
    enum column of[COLUMNS_MAX];
    size_t ncolumns;
    bool caveats; /* a file of notes */
    uint32_t line;
};

static enum column column_of(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (str_eq_nocase(columns[i].name, str_trim(name))) {
            return columns[i].column;
        }
    }
    return COLUMN_OTHER;
}

bool is_csv_header(str line)
{
    bool type = false, value = false;
    str cell;
    while (str_cut(&line, ',', &cell)) {
        enum column c = column_of(cell);
        type |= c == COLUMN_TYPE;
        value |= c == COLUMN_VALUE;
    }
    return type && value;
}

/* A quoted cell with its quotes made single; `*at` stands behind its last quote. */
static bool quoted(struct table_read *t, size_t *at, str *out)
{
    char *text = NULL;
    size_t len = 0, from = ++*at, end = from;
    while (end < t->rest.len && end - from <= CELL_MAX &&
           (t->rest.p[end] != '"' || (end + 1 < t->rest.len && t->rest.p[end + 1] == '"'))) {
        end += t->rest.p[end] == '"' ? 2 : 1;
    }
    if (end >= t->rest.len || t->rest.p[end] != '"') {
        return false;
    }
    text = arena_alloc(&t->set->scratch, end - from + 1);
    for (size_t i = from; text && i < end; i++) {
        text[len++] = t->rest.p[i];
        i += t->rest.p[i] == '"';
    }
    *at = end + 1;
    *out = text ? (str){text, len} : STR_NONE;
    return true;
}

static str bare(const struct table_read *t, size_t *at)
{
    size_t from = *at;
    while (*at < t->rest.len && t->rest.p[*at] != ',' && t->rest.p[*at] != '\n') {
        ++*at;
    }
    return str_trim(str_sub(t->rest, from, *at - from));
}

static void skip_line(struct table_read *t)
{
    str line;
    (void)str_cut(&t->rest, '\n', &line);
}

/* False: the row is none. `rest` moves behind it, or behind its first line. */
static bool next_row(struct table_read *t, struct row *row)
{
    size_t at = 0;
    row->count = 0;
    for (bool more = true; more; at += more) {
        str cell = STR_NONE;
        if (row->count == COLUMNS_MAX) {
            break;
        }
        if (at < t->rest.len && t->rest.p[at] == '"') {
            if (!quoted(t, &at, &cell)) {
                skip_line(t);
                return false;
            }
            (void)bare(t, &at); /* what stands behind the quotes, and should not */
        } else {
            cell = bare(t, &at);
        }
        row->cell[row->count++] = cell;
        more = at < t->rest.len && t->rest.p[at] == ',';
    }
    for (size_t i = 0; i < at && i < t->rest.len; i++) {
        t->line += t->rest.p[i] == '\n'; /* inside quotes */
    }
    t->rest = str_from(t->rest, at);
    skip_line(t);
    return true;
}

static str cell_of(const struct table_read *t, const struct row *row, enum column c)
{
    for (size_t i = 0; i < row->count && i < t->ncolumns; i++) {
        if (t->of[i] == c && row->cell[i].len <= CELL_MAX) {
            return row->cell[i];
        }
    }
    return STR_NONE;
}

static struct facts facts_of(const struct table_read *t, const struct row *row)
{
    struct arena *a = &t->set->scratch;
    str incident = cell_of(t, row, COLUMN_INCIDENT), actor = cell_of(t, row, COLUMN_ACTOR);
    str confidence = cell_of(t, row, COLUMN_CONFIDENCE);
    actor = str_eq_nocase(actor, STR("any")) ? STR_NONE : actor;
    uint64_t number;
    struct facts f = {
        .list = t->file,
        .about = incident.len && actor.len
                     ? arena_printf(a, "%.*s, %.*s", STR_ARG(incident), STR_ARG(actor))
                 : incident.len ? incident
                 : actor.len    ? actor
                                : str_base(t->file),
        .caveat = cell_of(t, row, COLUMN_NOTE),
        .source = cell_of(t, row, COLUMN_SOURCE),
        .id = cell_of(t, row, COLUMN_ID),
        .confidence = CONFIDENCE_UNKNOWN,
        .from = time_parse(cell_of(t, row, COLUMN_FROM)),
        .until = time_parse(cell_of(t, row, COLUMN_UNTIL)),
        .benign = str_eq_nocase(actor, STR("benign")),
        .caveat_only = t->caveats,
    };
    if (str_u64(confidence, &number) && number <= 100) {
        f.confidence = (int)number;
    }
    return f;
}

static void add_row(struct table_read *t, const struct row *row)
{
    str type = cell_of(t, row, COLUMN_TYPE), value = cell_of(t, row, COLUMN_VALUE);
    enum indicator_kind k;
    if (type.len == 0 && value.len == 0) {
        return;
    }
    if (!kind_of_type(type, &k)) {
        indicators_refuse(t->set, t->file, t->line, type,
                          N_("not understood: no kind of indicator is called so"));
        return;
    }
    struct facts f = facts_of(t, row);
    (void)indicators_add(t->set, k, value, indicators_facts(t->set, &f), t->line);
}

static void read_header(struct table_read *t)
{
    struct row row;
    bool said = false;
    t->line = 1;
    t->ncolumns = next_row(t, &row) ? row.count : 0;
    for (size_t i = 0; i < t->ncolumns; i++) {
        enum column c = column_of(row.cell[i]);
        t->of[i] = c;
        said |= c != COLUMN_TYPE && c != COLUMN_VALUE && c != COLUMN_NOTE;
        t->caveats |= c == COLUMN_NOTE;
    }
    t->caveats &= !said;
}

void read_csv(struct indicators *set, str file, str text)
{
    struct table_read t = {.set = set, .file = file, .rest = text};
    struct row row;
    read_header(&t);
    while (t.rest.len) {
        arena_reset(&set->scratch);
        t.line++;
        uint32_t line = t.line;
        if (next_row(&t, &row)) {
            add_row(&t, &row);
        } else {
            indicators_refuse(set, file, line, STR_NONE, N_("a quote that is not closed"));
        }
    }
}
