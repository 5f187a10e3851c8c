#include "attribute/actors.h"

#include "base/catalog.h"

static const struct {
    const char *name;
    enum family family;
    bool plantable;
} kinds[ITEM_KINDS] = {
    [ITEM_TECHNIQUE] = {"technique",      FAMILY_TECHNIQUES,     false},
    [ITEM_PARENT] = {"parent",         FAMILY_TECHNIQUES,     false},
    [ITEM_SOFTWARE] = {"software",       FAMILY_SOFTWARE,       true },
    [ITEM_INFRASTRUCTURE] = {"infrastructure", FAMILY_INFRASTRUCTURE, true },
    [ITEM_CODE] = {"code",           FAMILY_CODE,           true },
    [ITEM_FLAW] = {"flaw",           FAMILY_TECHNIQUES,     false},
    [ITEM_TARGET] = {"target",         FAMILY_TARGETS,        false},
    [ITEM_HABIT] = {"habit",          FAMILY_HABITS,         false},
};

enum {
    ACTORS_MAX = 1 << 16,
    COUNT_MAX = 1 << 20,
    COLUMNS = 6,
    COLUMNS_MAX = 7,
    VALUE_MAX = 256,
    SUCCESSIONS_MAX = 4, /* of ids that were revoked more than once */
};

struct reading {
    struct actors *k;
    struct err *err;
    const char *source;
    size_t line;
};

static bool refuse(const struct reading *r, const char *what, str value)
{
    return err_set(r->err, ERR_INPUT, "%s:%zu: %s: %.*s", r->source, r->line, what,
                   (int)(value.len < 60 ? value.len : 60), value.p);
}

static bool out_of_memory(const struct reading *r)
{
    return err_set(r->err, ERR_FULL, "%s:%zu: more knowledge than fits into memory", r->source,
                   r->line);
}

static bool is_digits(str s, size_t len)
{
    bool all = s.len == len;
    for (size_t i = 0; all && i < len; i++) {
        all = ascii_is_digit(s.p[i]);
    }
    return all;
}

/* The first releases of ATT&CK had ids of their own for phones and for preparation. */
static str without_matrix(str id)
{
    bool other = str_starts(id, STR("MOB-")) || str_starts(id, STR("PRE-"));
    return str_from(id, other ? 4 : 0);
}

bool is_technique_id(str s)
{
    s = without_matrix(s);
    str number = str_sub(s, 1, 4), rest = str_from(s, 5);
    return str_starts(s, STR("T")) && is_digits(number, 4) &&
           (!rest.len || (rest.p[0] == '.' && is_digits(str_from(rest, 1), 3)));
}

bool is_software_id(str s)
{
    s = without_matrix(s);
    return str_starts(s, STR("S")) && is_digits(str_from(s, 1), 4);
}

const char *item_kind_name(enum item_kind kind)
{
    return kinds[kind].name;
}

enum family item_family(enum item_kind kind)
{
    return kinds[kind].family;
}

bool item_plantable(enum item_kind kind)
{
    return kinds[kind].plantable;
}

const char *family_name(enum family f)
{
    static const char *const names[FAMILIES] = {
        N_("techniques"), N_("software"), N_("infrastructure"),
        N_("code"),       N_("targets"),  N_("habits"),
    };
    return names[f];
}

bool item_is_spelled(enum item_kind kind, str s)
{
    switch (kind) {
    case ITEM_TECHNIQUE:
    case ITEM_PARENT:
        return is_technique_id(s);
    case ITEM_SOFTWARE:
        return is_software_id(s);
    case ITEM_FLAW:
        return str_starts(s, STR("CVE-")) && s.len > 8;
    default:
        return s.len > 0 && s.len <= VALUE_MAX;
    }
}

str technique_parent(str technique)
{
    return str_sub(technique, 0, str_find_char(technique, '.'));
}

static struct item *item_of(struct actors *k, enum item_kind kind, str id)
{
    struct items *items = &k->items[kind];
    uint32_t at;
    if (!table_put(&items->table, id, (uint32_t)items->count, &at)) {
        return NULL;
    }
    if (at < items->count) {
        return &items->list[at];
    }
    struct item *grown =
        arena_grow(k->arena, items->list, &items->cap, items->count + 1, sizeof *grown);
    if (!grown) {
        return NULL;
    }
    items->list = grown;
    items->list[items->count] = (struct item){.id = id};
    return &items->list[items->count++];
}

static struct holder *holder_in(const struct item *item, uint32_t actor)
{
    for (uint32_t i = item->nholders; i > 0; i--) {
        if (item->holders[i - 1].actor == actor) {
            return &item->holders[i - 1];
        }
    }
    return NULL;
}

/* Credits it to an actor; said again, the larger count stands. */
static bool credit(struct actors *k, enum item_kind kind, str id, struct holder h)
{
    struct item *item = item_of(k, kind, id);
    struct holder *had = item ? holder_in(item, h.actor) : NULL;
    if (had) {
        had->count = had->count > h.count ? had->count : h.count;
        had->reliability = had->reliability > h.reliability ? had->reliability : h.reliability;
        return true;
    }
    if (!item) {
        return false;
    }
    size_t cap = item->cap;
    struct holder *grown =
        arena_grow(k->arena, item->holders, &cap, item->nholders + (size_t)1, sizeof *grown);
    if (!grown) {
        return false;
    }
    item->holders = grown;
    item->cap = (uint32_t)cap;
    item->holders[item->nholders++] = h;
    return true;
}

static uint32_t count_of(str list, char separator)
{
    uint32_t n = 0;
    for (str one; str_cut(&list, separator, &one);) {
        n++;
    }
    return n;
}

/* What stands behind the id: =2, or @12+77. */
static bool read_credit(str rest, struct holder *out)
{
    uint64_t count = 0;
    if (str_starts(rest, STR("@"))) {
        out->sources = str_from(rest, 1);
        count = count_of(out->sources, '+');
    } else if (!str_starts(rest, STR("=")) || !str_u64(str_from(rest, 1), &count)) {
        return false;
    }
    out->count = (uint32_t)count;
    return count >= 1 && count <= COUNT_MAX;
}

static bool read_items(const struct reading *r, enum item_kind kind, str column)
{
    str pair;
    while (column.len && str_cut(&column, ',', &pair)) {
        size_t equals = str_find_char(pair, '='), at = str_find_char(pair, '@');
        str id = str_sub(pair, 0, equals < at ? equals : at);
        struct holder h = {.actor = (uint32_t)r->k->count - 1, .reliability = 1};
        bool known = kind == ITEM_SOFTWARE ? is_software_id(id) : is_technique_id(id);
        if (!known || !read_credit(str_from(pair, id.len), &h)) {
            return refuse(r, "this is not ID=NUMBER", pair);
        }
        bool kept = credit(r->k, kind, id, h) &&
                    (kind == ITEM_SOFTWARE || credit(r->k, ITEM_PARENT, technique_parent(id), h));
        if (!kept) {
            return out_of_memory(r);
        }
    }
    return true;
}

static bool read_actor(const struct reading *r, const str *columns)
{
    struct actors *k = r->k;
    if (!columns[0].len || actors_named(k, columns[0]) || k->count == ACTORS_MAX) {
        return refuse(r, "no id, or one that was there before", columns[0]);
    }
    uint32_t at;
    struct actor *grown = arena_grow(k->arena, k->list, &k->cap, k->count + 1, sizeof *grown);
    if (!grown || !table_put(&k->by_id, columns[0], (uint32_t)k->count, &at)) {
        return out_of_memory(r);
    }
    bool live = columns[4].len || columns[5].len;
    k->list = grown;
    k->list[k->count++] = (struct actor){
        .id = columns[0],
        .name = columns[1],
        .country = columns[2],
        .aliases = columns[6],
        .reports = live || columns[3].len ? count_of(columns[3], ',') : 0,
        .live = live,
    };
    k->live += live;
    return read_items(r, ITEM_TECHNIQUE, columns[4]) && read_items(r, ITEM_SOFTWARE, columns[5]);
}

/* ---- lines of other kinds */

static bool read_source(const struct reading *r, const str *columns)
{
    struct actors *k = r->k;
    uint32_t at;
    struct cited *grown =
        arena_grow(k->arena, k->sources, &k->sources_cap, k->nsources + 1, sizeof *grown);
    if (!grown || !table_put(&k->by_source, columns[1], (uint32_t)k->nsources, &at)) {
        return out_of_memory(r);
    }
    k->sources = grown;
    k->sources[k->nsources++] = (struct cited){columns[1], columns[2], columns[3]};
    return at == k->nsources - 1 || refuse(r, "this source was there before", columns[1]);
}

static bool read_item_name(const struct reading *r, const str *columns)
{
    struct actors *k = r->k;
    uint32_t at;
    if (!is_technique_id(columns[1]) && !is_software_id(columns[1])) {
        return refuse(r, "this is no id of a technique or software", columns[1]);
    }
    struct item_name *grown =
        arena_grow(k->arena, k->names, &k->names_cap, k->nnames + 1, sizeof *grown);
    if (!grown || !table_put(&k->by_name, columns[1], (uint32_t)k->nnames, &at)) {
        return out_of_memory(r);
    }
    k->names = grown;
    k->names[k->nnames++] = (struct item_name){columns[1], columns[2], columns[3], columns[4]};
    return at == k->nnames - 1 || refuse(r, "this item was there before", columns[1]);
}

static bool read_alias(const struct reading *r, const str *columns)
{
    uint32_t at = table_get(&r->k->by_id, columns[1]);
    if (at == TABLE_NONE) {
        return refuse(r, "an actor that is not known", columns[1]);
    }
    r->k->list[at].more_aliases = columns[2];
    return true;
}

static bool read_said(const struct reading *r, const str *columns)
{
    struct actors *k = r->k;
    if (!actors_named(k, columns[1])) {
        return refuse(r, "an actor that is not known", columns[1]);
    }
    struct statement *grown =
        arena_grow(k->arena, k->said, &k->said_cap, k->nsaid + 1, sizeof *grown);
    if (!grown) {
        return out_of_memory(r);
    }
    k->said = grown;
    k->said[k->nsaid++] = (struct statement){
        .actor = columns[1],
        .words = columns[2],
        .who = columns[3],
        .date = columns[4],
        .confidence = columns[5],
        .where = columns[6],
    };
    return true;
}

static enum item_kind kind_named(str name)
{
    for (int kind = ITEM_INFRASTRUCTURE; kind < ITEM_KINDS; kind++) {
        if (str_eq(name, str_of(kinds[kind].name))) {
            return (enum item_kind)kind;
        }
    }
    return ITEM_KINDS;
}

/* Each line is one report. */
static bool read_known(const struct reading *r, const str *columns)
{
    struct actors *k = r->k;
    enum item_kind kind = kind_named(columns[2]);
    uint32_t actor = table_get(&k->by_id, columns[1]);
    uint64_t percent = 0;
    if (actor == TABLE_NONE) {
        return refuse(r, "an actor that is not known", columns[1]);
    }
    if (kind == ITEM_KINDS || !item_is_spelled(kind, columns[3])) {
        return refuse(r, "a kind of item that is not known, or a value that it cannot have",
                      columns[2].len ? columns[2] : columns[3]);
    }
    if (!str_u64(columns[5], &percent) || percent > 100) {
        return refuse(r, "a reliability is between 0 and 100", columns[5]);
    }
    const struct item *item = actors_item(k, kind, columns[3]);
    const struct holder *had = item ? holder_in(item, actor) : NULL;
    struct holder h = {
        .actor = actor, .count = had ? had->count + 1 : 1, .reliability = (float)percent / 100};
    k->live += !k->list[actor].live;
    k->list[actor].live = true;
    k->list[actor].reports += !k->list[actor].reports;
    return credit(k, kind, columns[3], h) || out_of_memory(r);
}

static const struct {
    str kind;
    size_t least, most; /* columns */
    bool (*read)(const struct reading *r, const str *columns);
} line_kinds[] = {
    {STR_INIT("source"), 4, 4, read_source   },
    {STR_INIT("item"),   4, 5, read_item_name},
    {STR_INIT("alias"),  3, 3, read_alias    },
    {STR_INIT("said"),   7, 7, read_said     },
    {STR_INIT("known"),  7, 7, read_known    },
};

static bool read_line(const struct reading *r, str line)
{
    str columns[COLUMNS_MAX] = {0}, rest = line;
    size_t n = 0;
    while (n < COLUMNS_MAX && str_cut(&rest, '\t', &columns[n])) {
        n++;
    }
    for (size_t i = 0; i < ARRAY_LEN(line_kinds); i++) {
        if (str_eq(columns[0], line_kinds[i].kind)) {
            return (n >= line_kinds[i].least && n <= line_kinds[i].most && !rest.len)
                       ? line_kinds[i].read(r, columns)
                       : refuse(r, "this line has other columns than its kind", line);
        }
    }
    return (n >= COLUMNS && !rest.len) ? read_actor(r, columns)
                                       : refuse(r, "six columns between tabs are wanted", line);
}

void actors_init(struct actors *k, struct arena *a)
{
    *k = (struct actors){.arena = a};
    table_init(&k->by_id, a, false);
    table_init(&k->by_source, a, false);
    table_init(&k->by_name, a, false);
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        table_init(&k->items[kind].table, a, false);
    }
}

bool actors_add(struct actors *k, str text, const char *source, struct err *err)
{
    struct reading r = {.k = k, .err = err, .source = source};
    str line;
    while (str_cut(&text, '\n', &line)) {
        r.line++;
        if (str_ends(line, STR("\r"))) {
            line.len--;
        }
        if (line.len && line.p[0] != '#' && !read_line(&r, line)) {
            return false;
        }
    }
    return true;
}

bool actors_read(str text, const char *source, struct arena *a, struct actors *out, struct err *err)
{
    actors_init(out, a);
    return actors_add(out, text, source, err) &&
           (out->live > 0 || err_set(err, ERR_INPUT, "%s: it knows no actor", source));
}

const struct item *actors_item(const struct actors *k, enum item_kind kind, str id)
{
    uint32_t at = table_get(&k->items[kind].table, id);
    return at == TABLE_NONE ? NULL : &k->items[kind].list[at];
}

const struct actor *actors_named(const struct actors *k, str id)
{
    uint32_t at = table_get(&k->by_id, id);
    return at == TABLE_NONE ? NULL : &k->list[at];
}

static bool is_among(str list, str name)
{
    for (str one; str_cut(&list, '|', &one);) {
        if (one.len && str_eq_nocase(one, name)) {
            return true;
        }
    }
    return false;
}

const struct actor *actors_called(const struct actors *k, str name)
{
    const struct actor *found = actors_named(k, name);
    for (size_t i = 0; i < k->count && !found; i++) {
        found = str_eq_nocase(k->list[i].name, name) ? &k->list[i] : NULL;
    }
    for (size_t i = 0; i < k->count && !found; i++) {
        const struct actor *g = &k->list[i];
        found = is_among(g->aliases, name) || is_among(g->more_aliases, name) ? g : NULL;
    }
    return found;
}

const struct cited *actors_source(const struct actors *k, str number)
{
    uint32_t at = table_get(&k->by_source, number);
    return at == TABLE_NONE ? NULL : &k->sources[at];
}

const struct item_name *actors_item_name(const struct actors *k, str id)
{
    uint32_t at = table_get(&k->by_name, id);
    return at == TABLE_NONE ? NULL : &k->names[at];
}

str actors_current(const struct actors *k, str id)
{
    for (int i = 0; i < SUCCESSIONS_MAX; i++) {
        const struct item_name *name = actors_item_name(k, id);
        if (!name || !name->successor.len) {
            break;
        }
        id = name->successor;
    }
    return id;
}
