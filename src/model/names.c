#include "model/names.h"

static const str builtin[] = {
    STR_INIT(""),
#define FIELD(symbol, name, meaning) STR_INIT(name),
#include "model/fields.def"
#undef FIELD
};

enum { NAME_MAX_LEN = 256 };

/* Without blanks, in `room`. Longer names are nobody's. */
static str squeeze(str name, char room[NAME_MAX_LEN])
{
    if (str_find_char(name, ' ') == name.len) {
        return name;
    }
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < NAME_MAX_LEN; i++) {
        if (name.p[i] != ' ') {
            room[len++] = name.p[i];
        }
    }
    return (str){room, len};
}

bool names_init(struct names *n, struct arena *arena)
{
    *n = (struct names){.arena = arena, .count = 1};
    table_init(&n->table, arena, true);
    n->text = ARENA_ARRAY(arena, str, FIELD_MAX);
    n->cap = n->text ? FIELD_MAX : 0;
    for (size_t i = 1; i < ARRAY_LEN(builtin); i++) {
        if (names_add(n, builtin[i]) != i) {
            return false;
        }
    }
    return true;
}

field_id names_add(struct names *n, str name)
{
    char room[NAME_MAX_LEN];
    str key = squeeze(name, room);
    field_id known = names_find(n, key);
    if (known != FIELD_NONE || key.len == 0 || n->count >= n->cap) {
        return known;
    }
    uint32_t number = 0;
    str text = arena_str(n->arena, name);
    if (!text.p || !table_put(&n->table, key, n->count, &number)) {
        return FIELD_NONE;
    }
    n->text[number] = text;
    return n->count++;
}

field_id names_find(const struct names *n, str name)
{
    char room[NAME_MAX_LEN];
    uint32_t number = table_get(&n->table, squeeze(name, room));
    return number == TABLE_NONE ? FIELD_NONE : (field_id)number;
}

str names_text(const struct names *n, field_id id)
{
    return id < n->count ? n->text[id] : STR_NONE;
}
