#include "engine/census.h"

#include <stdlib.h>
#include <string.h>

#define CENSUS_BUDGET (LIMIT_SOURCES * (uint64_t)((LIMIT_STRETCHES + LIMIT_EVENT_IDS) * 64))

static const usec HOUR = 3600 * USEC_PER_SEC;

void census_init(struct census *c, struct hash_key key)
{
    *c = (struct census){0};
    arena_init(&c->arena, CENSUS_BUDGET);
    table_init(&c->index, &c->arena, false);
    c->index.key = key;
}

void census_done(struct census *c)
{
    arena_done(&c->arena);
    *c = (struct census){0};
}

static size_t add_source(struct census *c, str key, str host, str channel, str build)
{
    uint32_t ignored = 0;
    struct census_source *grown =
        arena_grow(&c->arena, c->sources, &c->cap, c->count + 1, sizeof *c->sources);
    if (!grown || !table_put(&c->index, key, (uint32_t)c->count, &ignored)) {
        abort(); /* the budget is made for LIMIT_SOURCES */
    }
    c->sources = grown;
    c->sources[c->count] = (struct census_source){
        .host = arena_str(&c->arena, host),
        .channel = arena_str(&c->arena, channel),
        .build = arena_str(&c->arena, build),
        .first = TIME_NONE,
        .last = TIME_NONE,
    };
    return c->count++;
}

size_t census_source(struct census *c, str host, str channel, str build)
{
    char room[3 * (LIMIT_NAME_TEXT + 1)];
    str parts[] = {str_sub(host, 0, LIMIT_NAME_TEXT), str_sub(channel, 0, LIMIT_NAME_TEXT),
                   str_sub(build, 0, LIMIT_NAME_TEXT)};
    str key = {room, 0};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].len > 0) {
            memcpy(room + key.len, parts[i].p, parts[i].len);
        }
        key.len += parts[i].len;
        room[key.len++] = 0;
    }
    uint32_t known = table_get(&c->index, key);
    if (known != TABLE_NONE) {
        return known;
    }
    if (build.len > 0 && c->count >= LIMIT_SOURCES / 2) { /* made up: logs matter more */
        return census_source(c, host, channel, STR_NONE);
    }
    if (c->count < LIMIT_SOURCES - 1) {
        return add_source(c, key, parts[0], parts[1], parts[2]);
    }
    c->full = true;
    known = table_get(&c->index, STR("*"));
    return known != TABLE_NONE ? known : add_source(c, STR("*"), STR("*"), STR("*"), STR_NONE);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static void widen(struct stretches *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        int64_t at = floor_div(s->at[i], 2);
        if (kept == 0 || s->at[kept - 1] != at) {
            s->at[kept++] = at;
        }
    }
    s->count = kept;
    s->width++;
}

static size_t place_of(const struct stretches *s, int64_t at)
{
    size_t low = 0, high = s->count;
    if (high > 0 && s->at[high - 1] < at) {
        return high; /* logs are mostly in order */
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->at[middle] < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void insert(struct stretches *s, struct arena *a, int64_t hour)
{
    int64_t at = floor_div(hour, INT64_C(1) << s->width);
    size_t place = place_of(s, at);
    if (place < s->count && s->at[place] == at) {
        return;
    }
    while (s->count == LIMIT_STRETCHES) {
        widen(s);
        at = floor_div(hour, INT64_C(1) << s->width);
        place = place_of(s, at);
        if (place < s->count && s->at[place] == at) {
            return;
        }
    }
    int64_t *grown = arena_grow(a, s->at, &s->cap, s->count + 1, sizeof *s->at);
    if (!grown) {
        abort();
    }
    s->at = grown;
    memmove(s->at + place + 1, s->at + place, (s->count - place) * sizeof *s->at);
    s->at[place] = at;
    s->count++;
}

static void spread(struct census_source *s, usec first, usec last)
{
    if (first != TIME_NONE && (s->first == TIME_NONE || first < s->first)) {
        s->first = first;
    }
    if (last != TIME_NONE && (s->last == TIME_NONE || last > s->last)) {
        s->last = last;
    }
}

void census_event(struct census_source *s, struct arena *a, usec time)
{
    s->events++;
    if (time != TIME_NONE) {
        spread(s, time, time);
        insert(&s->busy, a, floor_div(time, HOUR));
    }
}

static size_t place_of_id(const struct census_source *s, uint32_t id)
{
    size_t low = 0, high = s->nids;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->ids[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void add_id(struct census_source *s, struct arena *a, uint32_t id, uint64_t events)
{
    size_t at = place_of_id(s, id);
    if (at == s->nids || s->ids[at].id != id) {
        struct event_kind *grown = arena_grow(a, s->ids, &s->ids_cap, s->nids + 1, sizeof *s->ids);
        if (!grown) {
            abort();
        }
        s->ids = grown;
        memmove(s->ids + at + 1, s->ids + at, (s->nids - at) * sizeof *s->ids);
        s->ids[at] = (struct event_kind){.id = id};
        s->nids++;
    }
    s->ids[at].events += events;
}

/* When there are too many, the largest are not told apart: so the order does not matter. */
void census_ids(struct census_source *s, struct arena *a, uint32_t id, uint64_t events)
{
    if (events == 0) {
        return;
    }
    add_id(s, a, id, events);
    while (s->nids > LIMIT_EVENT_IDS - 1) {
        uint64_t last = s->ids[--s->nids].events;
        add_id(s, a, 0, last);
    }
}

static bool well_formed(const struct source_told *t)
{
    const int64_t limit = (INT64_C(1) << 30) >> t->width; /* hours: beyond year 9999 both ways */
    for (uint32_t i = 0; i < t->nstretches; i++) {
        bool rising = i == 0 || t->stretches[i] > t->stretches[i - 1];
        if (!rising || t->stretches[i] < -limit || t->stretches[i] > limit) {
            return false;
        }
    }
    return (t->first == TIME_NONE) == (t->last == TIME_NONE) && t->first <= t->last;
}

bool census_add(struct census *c, const struct source_told *t)
{
    if (!well_formed(t)) {
        return false;
    }
    size_t number = census_source(c, t->host, t->channel, t->build); /* may move the array */
    struct census_source *s = &c->sources[number];
    s->events += t->events;
    spread(s, t->first, t->last);
    while (s->busy.width < t->width) {
        widen(&s->busy);
    }
    for (uint32_t i = 0; i < t->nids; i++) {
        census_ids(s, &c->arena, t->ids[i].id, t->ids[i].events);
    }
    for (uint32_t i = 0; i < t->nstretches; i++) {
        insert(&s->busy, &c->arena, t->stretches[i] * (INT64_C(1) << t->width));
    }
    return true;
}

void census_tell(const struct census_source *s, struct source_told *out)
{
    *out = (struct source_told){
        .host = s->host,
        .channel = s->channel,
        .build = s->build,
        .events = s->events,
        .first = s->first,
        .last = s->last,
        .width = s->busy.width,
        .stretches = s->busy.at,
        .nstretches = (uint32_t)s->busy.count,
        .ids = s->ids,
        .nids = (uint32_t)s->nids,
    };
}

/* The length of the silence behind stretch `i`, in stretches. */
static int64_t silence(const struct stretches *s, size_t i)
{
    return s->at[i + 1] - s->at[i] - 1;
}

static bool is_gap(const struct stretches *s, size_t i)
{
    enum { USUAL = 2, DAY = 24 };
    int64_t length = silence(s, i);
    size_t alike = 0;
    if (length * (INT64_C(1) << s->width) < DAY) {
        return false;
    }
    for (size_t k = 0; k + 1 < s->count && alike <= USUAL; k++) {
        alike += silence(s, k) * 2 >= length;
    }
    return alike <= USUAL;
}

static void find_gaps(const struct stretches *s, struct arena *a, struct source_row *row)
{
    size_t cap = 0;
    struct gap *gaps = NULL;
    usec length = HOUR * (INT64_C(1) << s->width);
    for (size_t i = 0; i + 1 < s->count; i++) {
        struct gap *grown =
            is_gap(s, i) ? arena_grow(a, gaps, &cap, row->ngaps + 1, sizeof *gaps) : NULL;
        if (grown) {
            gaps = grown;
            gaps[row->ngaps++] = (struct gap){(s->at[i] + 1) * length, s->at[i + 1] * length};
        }
    }
    row->gaps = gaps;
}

static int by_host(const void *a, const void *b)
{
    const struct source_row *x = a, *y = b;
    int order = str_cmp(x->host, y->host);
    order = order ? order : str_cmp(x->channel, y->channel);
    return order ? order : str_cmp(x->build, y->build);
}

struct source_row *census_rows(const struct census *c, str unit, struct arena *a, size_t *count)
{
    struct source_row *rows = ARENA_ARRAY(a, struct source_row, c->count + 1);
    *count = rows ? c->count : 0;
    for (size_t i = 0; i < *count; i++) {
        const struct census_source *s = &c->sources[i];
        rows[i] = (struct source_row){
            .unit = unit,
            .host = s->host,
            .channel = s->channel,
            .build = s->build,
            .first = s->first,
            .last = s->last,
            .events = s->events,
            .ids = s->ids,
            .nids = s->nids,
        };
        find_gaps(&s->busy, a, &rows[i]);
    }
    if (*count > 0) {
        qsort(rows, *count, sizeof *rows, by_host);
    }
    return rows;
}
