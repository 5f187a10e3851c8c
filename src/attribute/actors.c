#include "attribute/actors.h"

enum { ACTORS_MAX = 1 << 16, COUNT_MAX = 1 << 20, COLUMNS = 6 };

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

/* Credits it to the actor that is read; said again, the larger count stands. */
static bool credit(struct actors *k, enum item_kind kind, str id, uint32_t count)
{
    uint32_t actor = (uint32_t)k->count - 1;
    struct item *item = item_of(k, kind, id);
    if (!item) {
        return false;
    }
    struct holder *last = item->nholders ? &item->holders[item->nholders - 1] : NULL;
    if (last && last->actor == actor) {
        last->count = last->count > count ? last->count : count;
        return true;
    }
    size_t cap = item->cap;
    struct holder *grown =
        arena_grow(k->arena, item->holders, &cap, item->nholders + (size_t)1, sizeof *grown);
    if (!grown) {
        return false;
    }
    item->holders = grown;
    item->cap = (uint32_t)cap;
    item->holders[item->nholders++] = (struct holder){actor, count};
    return true;
}

static bool read_items(const struct reading *r, enum item_kind kind, str column)
{
    str pair;
    while (column.len && str_cut(&column, ',', &pair)) {
        str id, number = pair;
        uint64_t count;
        bool known = str_cut(&number, '=', &id) &&
                     (kind == ITEM_SOFTWARE ? is_software_id(id) : is_technique_id(id));
        if (!known || !str_u64(number, &count) || count < 1 || count > COUNT_MAX) {
            return refuse(r, "this is not ID=NUMBER", pair);
        }
        bool kept = credit(r->k, kind, id, (uint32_t)count) &&
                    (kind == ITEM_SOFTWARE ||
                     credit(r->k, ITEM_PARENT, technique_parent(id), (uint32_t)count));
        if (!kept) {
            return out_of_memory(r);
        }
    }
    return true;
}

static uint32_t count_of(str list)
{
    uint32_t n = 0;
    for (str one; str_cut(&list, ',', &one);) {
        n++;
    }
    return n;
}

static bool read_line(const struct reading *r, str line)
{
    str columns[COLUMNS], rest = line;
    size_t n = 0;
    while (n < COLUMNS && str_cut(&rest, '\t', &columns[n])) {
        n++;
    }
    if (n < COLUMNS || rest.len) {
        return refuse(r, "six columns between tabs are wanted", line);
    }
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
        .reports = live || columns[3].len ? count_of(columns[3]) : 0,
        .live = live,
    };
    k->live += live;
    return read_items(r, ITEM_TECHNIQUE, columns[4]) && read_items(r, ITEM_SOFTWARE, columns[5]);
}

bool actors_read(str text, const char *source, struct arena *a, struct actors *out, struct err *err)
{
    *out = (struct actors){.arena = a};
    table_init(&out->by_id, a, false);
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        table_init(&out->items[kind].table, a, false);
    }
    struct reading r = {.k = out, .err = err, .source = source};
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
    return out->live > 0 || err_set(err, ERR_INPUT, "%s: it knows no actor", source);
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
