#include "formats/archive/samples.h"

#include "base/text.h"
#include "formats/sheet.h"

bool samples_is_list(str member)
{
    return str_eq_nocase(str_base(member), STR("GetThis.csv"));
}

bool samples_is_sample(str member)
{
    return str_ends_nocase(member, STR("}.data")) || samples_is_list(member);
}

static str with_slashes(struct arena *a, str path)
{
    while (str_starts(path, STR("\\"))) {
        path = str_from(path, 1);
    }
    char *out = arena_alloc(a, path.len + 1);
    for (size_t i = 0; out && i < path.len; i++) {
        out[i] = path.p[i] == '\\' ? '/' : path.p[i];
    }
    return out ? (str){out, path.len} : STR_NONE;
}

static void add(struct samples *s, struct arena *a, str name, struct sample sample)
{
    uint32_t stored = 0;
    struct sample *grown = arena_grow(a, s->items, &s->cap, s->count + 1, sizeof *grown);
    if (!grown) {
        return;
    }
    s->items = grown;
    if (name.len > 0 && sample.path.len > 0 &&
        table_put(&s->names, name, (uint32_t)s->count, &stored) && stored == s->count) {
        s->items[s->count++] = sample;
    }
}

void samples_read(struct samples *s, struct arena *a, str csv)
{
    str rest = csv, line, cells[SHEET_CELLS];
    *s = (struct samples){.count = 0};
    table_init(&s->names, a, true);
    if (!str_cut(&rest, '\n', &line)) {
        return;
    }
    size_t columns = sheet_cells(str_trim(line), ',', cells);
    size_t name = sheet_find(cells, columns, STR("SampleName"));
    size_t path = sheet_find(cells, columns, STR("FullName"));
    size_t time = sheet_find(cells, columns, STR("LastModificationDate"));
    while (str_cut(&rest, '\n', &line)) {
        size_t count = sheet_cells(str_trim(line), ',', cells);
        if (name < count && path < count) {
            usec modified = time < count ? time_parse(cells[time]) : TIME_NONE;
            add(s, a, with_slashes(a, cells[name]),
                (struct sample){with_slashes(a, cells[path]), modified});
        }
    }
}

const struct sample *samples_find(const struct samples *s, str member)
{
    uint32_t at = s->names.arena ? table_get(&s->names, member) : TABLE_NONE;
    return at == TABLE_NONE ? NULL : &s->items[at];
}
