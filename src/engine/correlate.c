#include "engine/correlate.h"

#include "base/buf.h"
#include "base/table.h"

#include <stdlib.h>

/* Names of fields beside those that the rule groups by. */
static const str field_first = STR_INIT("FirstTime"), field_last = STR_INIT("LastTime"),
                 field_count = STR_INIT("EventCount"), field_records = STR_INIT("Records");
enum { OWN_FIELDS = 4 };

/* And of rules that count values: how far what was counted goes. */
static const str field_first_value = STR_INIT("FirstValue"), field_values = STR_INIT("Values"),
                 field_folders = STR_INIT("Folders"), field_pace = STR_INIT("PerMinute");
enum { EXTENT_FIELDS = 4 };

static int by_time(const void *a, const void *b)
{
    const struct sight *x = a, *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    int order = str_cmp(x->unit, y->unit);
    if (order) {
        return order;
    }
    if (x->hit.offset != y->hit.offset) {
        return x->hit.offset < y->hit.offset ? -1 : 1;
    }
    if (x->hit.record != y->hit.record) {
        return x->hit.record < y->hit.record ? -1 : 1;
    }
    return (x->hit.which > y->hit.which) - (x->hit.which < y->hit.which);
}

void sights_sort(struct sight *sights, size_t count)
{
    if (count > 0) {
        qsort(sights, count, sizeof *sights, by_time);
    }
}

/* What rests on other correlations alone came true at the moment of some record: the first of
 * that moment. */
static const struct sight *last_of(const struct sight *sights, size_t count,
                                   const struct sigma_fired *f)
{
    if (f->count > 0) {
        return &sights[f->observations[f->count - 1]];
    }
    size_t from = 0, to = count - 1;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (sights[middle].time < f->last) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return &sights[from];
}

/* `Security.evtx: 12, 13; System.evtx: 5`, as far as it fits. */
str sights_told(const struct sight *sights, const uint32_t *which, size_t count, struct arena *a)
{
    enum { ROOM_FOR_ONE = 32 };
    struct buf b;
    str unit = STR_NONE;
    buf_init(&b, LIMIT_FIELD_TEXT);
    for (size_t i = 0; i < count; i++) {
        const struct sight *s = &sights[which[i]];
        bool same = unit.p && str_eq(s->unit, unit);
        if (b.len + (same ? 0 : s->unit.len) + ROOM_FOR_ONE > LIMIT_FIELD_TEXT) {
            buf_add(&b, STR(", \xe2\x80\xa6"));
            break;
        }
        if (!same) {
            buf_printf(&b, "%s%.*s: ", unit.p ? "; " : "", STR_ARG(s->unit));
        }
        buf_printf(&b, "%s%llu", same ? ", " : "", (unsigned long long)s->hit.record);
        unit = s->unit;
    }
    str text = arena_str(a, buf_str(&b));
    buf_done(&b);
    return text;
}

/* The value that the rule counts: the one that it does not group by. */
static str counted(const struct sight *s, const struct sigma_fired *f)
{
    for (size_t i = 0; i < s->hit.nfields; i++) {
        size_t k = 0;
        while (k < f->ngroup && !str_eq_nocase(f->group[k].name, s->hit.fields[i].name)) {
            k++;
        }
        if (k == f->ngroup) {
            return s->hit.fields[i].value;
        }
    }
    return STR_NONE;
}

static void add_once(struct table *seen, str value, size_t *count)
{
    uint32_t ignored = 0;
    if (table_get(seen, value) == TABLE_NONE && table_put(seen, value, 0, &ignored)) {
        ++*count;
    }
}

/* The first value, how many there are, in how many folders if they are paths, and how fast they
 * came. Gives the number of fields; none when the rule counts events, or sums numbers. */
static size_t tell_extent(const struct sight *sights, const struct sigma_fired *f, struct arena *a,
                          struct named_value *out)
{
    str first = f->count > 0 ? counted(&sights[f->observations[0]], f) : STR_NONE;
    size_t values = 0, folders = 0;
    struct table known, below;
    uint64_t number = 0;
    if (first.len == 0 || str_u64(first, &number)) {
        return 0;
    }
    table_init(&known, a, false);
    table_init(&below, a, false);
    for (size_t i = 0; i < f->count; i++) {
        str value = counted(&sights[f->observations[i]], f), folder = str_dir(value);
        add_once(&known, value, &values);
        if (folder.len > 0) {
            add_once(&below, folder, &folders);
        }
    }
    const usec minute = 60 * USEC_PER_SEC, length = f->last - f->first;
    size_t minutes = (size_t)((length + minute - 1) / minute);
    out[0] = (struct named_value){field_first_value, first};
    out[1] = (struct named_value){field_values, arena_printf(a, "%zu", values)};
    out[2] = (struct named_value){field_folders, arena_printf(a, "%zu", folders)};
    out[3] = (struct named_value){field_pace,
                                  arena_printf(a, "%zu", f->count / (minutes ? minutes : 1))};
    return EXTENT_FIELDS;
}

static bool tell(const struct sight *sights, const struct sigma_fired *f, struct arena *a,
                 struct correlated *c)
{
    struct named_value *fields =
        ARENA_ARRAY(a, struct named_value, f->ngroup + OWN_FIELDS + EXTENT_FIELDS);
    struct buf group;
    if (!fields) {
        return false;
    }
    buf_init(&group, LIMIT_MESSAGE);
    for (size_t i = 0; i < f->ngroup; i++) {
        fields[i] = f->group[i];
        buf_printf(&group, "%c%.*s", 0, STR_ARG(f->group[i].value));
    }
    struct named_value *own = fields + f->ngroup;
    own[0] = (struct named_value){field_first, time_text(a, f->first)};
    own[1] = (struct named_value){field_last, time_text(a, f->last)};
    own[2] = (struct named_value){field_count, arena_printf(a, "%zu", f->count)};
    own[3] = (struct named_value){field_records, sights_told(sights, f->observations, f->count, a)};
    c->group = arena_str(a, buf_str(&group));
    c->hit = c->last->hit;
    c->hit.which = f->rule;
    c->hit.fields = fields;
    /* What rests on correlations alone counts no events of its own. */
    size_t own_fields = f->count > 0 ? OWN_FIELDS : 2;
    own_fields += tell_extent(sights, f, a, own + own_fields);
    c->hit.nfields = (uint32_t)(f->ngroup + own_fields);
    buf_done(&group);
    return true;
}

bool correlate(const struct sigma *s, struct sight *sights, size_t count, struct arena *a,
               struct correlated **out, size_t *nout)
{
    struct sigma_observation *seen = ARENA_ARRAY(a, struct sigma_observation, count + 1);
    struct sigma_fired *fired = NULL;
    *nout = 0;
    if (!seen) {
        return false;
    }
    sights_sort(sights, count);
    for (size_t i = 0; i < count; i++) {
        const struct hit *h = &sights[i].hit;
        seen[i] = (struct sigma_observation){h->which, sights[i].time, h->fields, h->nfields};
    }
    size_t nfired = 0;
    *out = sigma_correlate(s, seen, count, a, &fired, &nfired)
               ? ARENA_ARRAY(a, struct correlated, nfired + 1)
               : NULL;
    for (size_t i = 0; *out && i < nfired; i++) {
        struct correlated *c = &(*out)[i];
        c->rule = sigma_rule(s, fired[i].rule);
        c->last = last_of(sights, count, &fired[i]);
        if (!tell(sights, &fired[i], a, c)) {
            return false;
        }
        *nout = i + 1;
    }
    return *out != NULL;
}
