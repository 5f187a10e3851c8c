#include "base/reader.h"
#include "detect/sigma/cache.h"
#include "detect/sigma/correlation.h"
#include "detect/sigma/lane.h"
#include "detect/sigma/number.h"
#include "detect/sigma/predicate.h"
#include "detect/sigma/rows.h"
#include "detect/sigma/witness.h"
#include "match/ascii.h"
#include "match/fold.h"
#include "model/value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROOMS_MEMORY = 64 << 20,
    SCRATCH_MEMORY = 256 << 20,
    NUMBERS_MAX = 1 << 20, /* origins of one unit that are looked up by number */
};

struct sigma_run {
    const struct sigma *s;
    bool any_source;
    struct match_scratch *match;
    struct cache cache;
    struct arena scratch; /* of one event */
    struct fold narrowed, folded;

    struct arena rooms_arena;
    struct table rooms; /* by channel, provider and event id, into `room` */
    const struct room **room;
    size_t nrooms, cap_rooms;
    const struct room **by_number; /* of this unit */
    size_t cap_numbers;

    /* Of the event in hand: chains of its fields by field_id. They hold for the next event too
     * when both are rows of one layout. */
    const struct event *event;
    uint32_t *first, *next; /* index + 1; 0 ends */
    field_id *chained_ids;
    size_t cap_next, nchained;
    bool chained;
    const struct rows *layout_of; /* NULL: the event is no row */
    uint32_t layout;

    /* Of the lane in hand: */
    const struct lane *lane;
    uint64_t *truth; /* a bit a predicate */
    uint32_t *true_ones;
    size_t ntrue;
    uint8_t *matched; /* by field: the stages that are done */
    field_id *matched_fields;
    size_t nmatched;
    uint64_t *is_candidate; /* a bit a rule */
    uint32_t *candidates;
    size_t ncandidates;

    uint64_t *is_hit;
    uint32_t *hits;
    size_t nhits;

    sigma_observer *observe;
    void *observe_ctx;
};

static void *zeroed(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p) {
        abort();
    }
    return p;
}

static void fit_scratch(struct sigma_run *r)
{
    struct err err;
    for (size_t i = 0; i < r->s->compiled->nmatchers; i++) {
        const struct matcher *m = r->s->compiled->matchers[i].matcher;
        if (m && !match_scratch_fit(r->match, m, &err)) {
            abort(); /* the heap failed */
        }
    }
}

struct sigma_run *sigma_run_new(const struct sigma *s, struct hash_key key)
{
    struct sigma_run *r = zeroed(1, sizeof *r);
    size_t fields = s->compiled->nmatchers, rules = s->nrules / 64 + 1;
    r->s = s;
    r->match = match_scratch_new();
    fit_scratch(r);
    cache_init(&r->cache, key);
    arena_init(&r->scratch, SCRATCH_MEMORY);
    arena_init(&r->rooms_arena, ROOMS_MEMORY);
    table_init(&r->rooms, &r->rooms_arena, false);
    r->rooms.key = key;
    r->first = zeroed(fields, sizeof *r->first);
    r->truth = zeroed(s->npredicates / 64 + 1, sizeof *r->truth);
    r->true_ones = zeroed(s->npredicates, sizeof *r->true_ones);
    r->matched = zeroed(fields, sizeof *r->matched);
    r->matched_fields = zeroed(fields, sizeof *r->matched_fields);
    r->is_candidate = zeroed(rules, sizeof *r->is_candidate);
    r->candidates = zeroed(s->nrules, sizeof *r->candidates);
    r->is_hit = zeroed(rules, sizeof *r->is_hit);
    r->hits = zeroed(s->nrules, sizeof *r->hits);
    return r;
}

void sigma_run_free(struct sigma_run *r)
{
    if (!r) {
        return;
    }
    match_scratch_free(r->match);
    fold_done(&r->narrowed);
    fold_done(&r->folded);
    cache_done(&r->cache);
    arena_done(&r->scratch);
    arena_done(&r->rooms_arena);
    free(r->by_number);
    free(r->first);
    free(r->next);
    free(r->chained_ids);
    free(r->truth);
    free(r->true_ones);
    free(r->matched);
    free(r->matched_fields);
    free(r->is_candidate);
    free(r->candidates);
    free(r->is_hit);
    free(r->hits);
    free(r);
}

void sigma_run_any_source(struct sigma_run *r)
{
    r->any_source = true;
}

void sigma_run_cache(struct sigma_run *r, bool on)
{
    r->cache.off = !on;
}

void sigma_run_observe(struct sigma_run *r, sigma_observer *observe, void *ctx)
{
    r->observe = observe;
    r->observe_ctx = ctx;
}

/* ---- rooms */

void sigma_run_unit(struct sigma_run *r)
{
    if (r->cap_numbers) {
        memset(r->by_number, 0, r->cap_numbers * sizeof(struct room *));
    }
}

static void forget_rooms(struct sigma_run *r)
{
    arena_reset(&r->rooms_arena);
    struct hash_key key = r->rooms.key;
    table_init(&r->rooms, &r->rooms_arena, false);
    r->rooms.key = key;
    r->room = NULL;
    r->nrooms = r->cap_rooms = 0;
    r->layout_of = NULL;
    cache_forget(&r->cache); /* it knows rooms by their numbers */
    sigma_run_unit(r);
}

/* Event id, length of the channel, channel, provider: bytes, because names may hold any. */
static str room_key(struct sigma_run *r, const struct origin *o)
{
    uint64_t head[] = {o->event_id, o->channel.len};
    size_t len = sizeof head + o->channel.len + o->provider.len;
    char *key = arena_alloc(&r->scratch, len);
    assert(key); /* origins are bounded by their formats */
    memcpy(key, head, sizeof head);
    if (o->channel.len) {
        memcpy(key + sizeof head, o->channel.p, o->channel.len);
    }
    if (o->provider.len) {
        memcpy(key + sizeof head + o->channel.len, o->provider.p, o->provider.len);
    }
    return (str){key, len};
}

static const struct room *room_find(struct sigma_run *r, const struct origin *o)
{
    struct arena_mark mark = arena_mark(&r->scratch);
    str key = room_key(r, o);
    uint32_t known = table_get(&r->rooms, key);
    const struct room *room = known == TABLE_NONE ? NULL : r->room[known];
    for (int attempt = 0; !room && attempt < 2; attempt++) {
        room = room_new(r->s, &r->rooms_arena, o, r->any_source, (uint32_t)r->nrooms);
        r->room = arena_grow(&r->rooms_arena, r->room, &r->cap_rooms, r->nrooms + 1,
                             sizeof(struct room *));
        uint32_t number = 0;
        if (!room || !r->room || !table_put(&r->rooms, key, (uint32_t)r->nrooms, &number)) {
            room = NULL;
            forget_rooms(r); /* full of origins: begin anew */
            continue;
        }
        r->room[r->nrooms++] = room;
    }
    arena_rewind(&r->scratch, mark);
    assert(room); /* one room fits into an empty arena */
    return room;
}

static const struct room *room_of(struct sigma_run *r, const struct origin *o)
{
    if (o->number >= NUMBERS_MAX) {
        return room_find(r, o);
    }
    if (o->number >= r->cap_numbers) {
        size_t cap = r->cap_numbers ? r->cap_numbers : 64;
        while (cap <= o->number) {
            cap *= 2;
        }
        const struct room **grown = zeroed(cap, sizeof(struct room *));
        if (r->cap_numbers) {
            memcpy(grown, r->by_number, r->cap_numbers * sizeof(struct room *));
        }
        free(r->by_number);
        r->by_number = grown;
        r->cap_numbers = cap;
    }
    if (!r->by_number[o->number]) {
        const struct room *room = room_find(r, o); /* may forget all others */
        r->by_number[o->number] = room;
    }
    return r->by_number[o->number];
}

bool sigma_run_wants(struct sigma_run *r, const struct origin *origin)
{
    return room_of(r, origin)->nlanes > 0;
}

/* ---- what is true of the event */

static void add_candidate(struct sigma_run *r, uint32_t rule)
{
    if (!bit_get(r->is_candidate, rule)) {
        bit_set(r->is_candidate, rule);
        r->candidates[r->ncandidates++] = rule;
    }
}

static void set_true(struct sigma_run *r, uint32_t predicate)
{
    if (bit_get(r->truth, predicate)) {
        return;
    }
    bit_set(r->truth, predicate);
    r->true_ones[r->ntrue++] = predicate;
    const struct compiled *c = r->s->compiled;
    for (uint32_t i = c->trigger_start[predicate]; i < c->trigger_start[predicate + 1]; i++) {
        if (bit_get(r->lane->rules, c->triggers[i])) {
            add_candidate(r, c->triggers[i]);
        }
    }
}

/* Only what is not ASCII takes memory. Valid until the next call. */
static str text_of(struct sigma_run *r, const struct field *f)
{
    size_t units = f->len / 2;
    if (f->type == VALUE_UTF16) {
        char *text = fold_reserve(&r->narrowed, units + FOLD_PADDING);
        size_t len = ascii_narrow(text, f->data, units);
        if (len == units || load_u16le(f->data + 2 * len) == 0) {
            return (str){text, len};
        }
    }
    return value_text(f, &r->scratch);
}

/* The predicates of the field that the text satisfies, in the scratch arena. */
static struct match_ids find_matches(struct sigma_run *r, field_id field, str text,
                                     enum match_stage stage)
{
    const struct field_matcher *m = &r->s->compiled->matchers[field];
    struct match_ids found = {0};
    if (m->matcher && matcher_has(m->matcher, stage)) {
        found = matcher_run(m->matcher, r->match, text, stage);
    }
    struct number number;
    bool numeric = stage & MATCH_TEXTS && m->numbers.count && number_parse(text, &number);
    str canonical = numeric ? number_text(&number, &r->scratch) : STR_NONE;
    uint32_t same_number = numeric ? table_get(&m->numbers, canonical) : TABLE_NONE;
    if (same_number == TABLE_NONE) {
        return found;
    }
    uint32_t *all = ARENA_ARRAY(&r->scratch, uint32_t, found.count + 1);
    if (!all) {
        return found; /* a value of hundreds of megabytes, and no number of any rule's */
    }
    if (found.count) {
        memcpy(all, found.id, found.count * sizeof *all);
    }
    all[found.count] = same_number;
    return (struct match_ids){all, found.count + 1};
}

static void set_all(struct sigma_run *r, struct match_ids ids)
{
    for (size_t i = 0; i < ids.count; i++) {
        set_true(r, ids.id[i]);
    }
}

/* A value as the source holds it is known by its bytes, before it is made into text. */
static void match_value(struct sigma_run *r, field_id field, const struct field *f,
                        enum match_stage stage)
{
    if (f->type == VALUE_NULL) {
        return;
    }
    struct cached_value v = {
        {f->data, f->len},
        (uint32_t)field << 16 | (uint32_t)f->type << 8 | (uint32_t)stage
    };
    struct match_ids ids = {0};
    uint64_t hash = 0;
    struct arena_mark mark = arena_mark(&r->scratch);
    if (!cache_get(&r->cache, &v, &hash, &ids)) {
        ids = find_matches(r, field, text_of(r, f), stage);
        cache_put(&r->cache, &v, hash, ids);
    }
    set_all(r, ids);
    arena_rewind(&r->scratch, mark);
}

static void unchain(struct sigma_run *r)
{
    for (size_t i = 0; i < r->nchained; i++) {
        r->first[r->chained_ids[i]] = 0;
    }
    r->nchained = 0;
}

/* Only now: of most events nothing is asked but keywords. */
static void chain_fields(struct sigma_run *r)
{
    const struct event *e = r->event;
    unchain(r);
    if (e->nfields > r->cap_next) {
        free(r->next);
        free(r->chained_ids);
        r->next = zeroed(e->nfields, sizeof *r->next);
        r->chained_ids = zeroed(e->nfields, sizeof *r->chained_ids);
        r->cap_next = e->nfields;
    }
    for (size_t i = e->nfields; i-- > 0;) {
        field_id id = e->fields[i].id;
        r->chained_ids[i] = id;
        r->next[i] = r->first[id];
        r->first[id] = id == FIELD_NONE ? 0 : (uint32_t)i + 1;
    }
    r->nchained = e->nfields;
    r->chained = true;
}

static struct look look_of(struct sigma_run *r)
{
    if (!r->chained) {
        chain_fields(r);
    }
    return (struct look){r->s, r->lane->lens, r->event, r->first, r->next};
}

/* What the origin says is remembered like a field; the event id as a number, so that it
 * need not be spelled. */
static bool match_own(struct sigma_run *r, field_id field, field_id source, enum match_stage stage)
{
    uint32_t id = r->event->origin->event_id;
    if (source == FIELD_EVENT_ID && id) {
        const uint8_t raw[] = {(uint8_t)id, (uint8_t)(id >> 8), (uint8_t)(id >> 16),
                               (uint8_t)(id >> 24)};
        struct field f = {.data = raw, .len = sizeof raw, .type = VALUE_UINT};
        match_value(r, field, &f, stage);
        return true;
    }
    str origin = origin_text(r->event->origin, source, &r->scratch);
    if (origin.len) {
        struct field f = {
            .data = (const uint8_t *)origin.p, .len = (uint32_t)origin.len, .type = VALUE_TEXT};
        match_value(r, field, &f, stage);
        return true;
    }
    if (!r->chained) {
        chain_fields(r);
    }
    for (uint32_t i = r->first[source]; i; i = r->next[i - 1]) {
        match_value(r, field, &r->event->fields[i - 1], stage);
    }
    return r->first[source] != 0;
}

static void match_looked_at(struct sigma_run *r, field_id field, enum match_stage stage)
{
    struct look look = look_of(r);
    struct seen *seen = NULL;
    size_t count = look_at(&look, field, &r->scratch, &seen);
    for (size_t i = 0; i < count; i++) {
        struct field f = {.data = (const uint8_t *)seen[i].text.p,
                          .len = (uint32_t)seen[i].text.len,
                          .type = seen[i].null ? VALUE_NULL : VALUE_TEXT};
        match_value(r, field, &f, stage);
    }
}

static void match_stage_of(struct sigma_run *r, field_id field, enum match_stage stage)
{
    const struct field_source *f = look_source(r->lane->lens, field);
    if (field == FIELD_NONE) {
        for (size_t i = 0; i < r->event->nfields; i++) {
            match_value(r, field, &r->event->fields[i], stage);
        }
    } else if (f && (f->nparts > 1 || f->conversion || f->nvalues || f->nprefixes)) {
        match_looked_at(r, field, stage);
    } else if (f) {
        (void)match_own(r, field, f->parts[0], stage);
    } else if (!match_own(r, field, field, stage)) {
        field_id alias = look_alias(r->s, field);
        (void)(alias != FIELD_NONE && match_own(r, field, alias, stage));
    }
}

static void match_field(struct sigma_run *r, field_id field, unsigned stages)
{
    unsigned missing = stages & ~(unsigned)r->matched[field];
    if (!missing) {
        return;
    }
    if (!r->matched[field]) {
        r->matched_fields[r->nmatched++] = field;
    }
    r->matched[field] |= (uint8_t)missing;
    match_stage_of(r, field, missing);
}

/* ---- rules */

static bool is_any_true(const uint64_t *truth, uint32_t first, uint32_t count)
{
    uint32_t from = first % 64;
    const uint64_t *word = truth + first / 64;
    for (; from + count > 64; from = 0, word++) {
        if (*word >> from) {
            return true;
        }
        count -= 64 - from;
    }
    return (*word >> from & UINT64_MAX >> (64 - count)) != 0;
}

static bool is_asked(struct sigma_run *r, uint32_t predicate)
{
    struct look look = look_of(r);
    str value = STR_NONE;
    return predicate_holds(r->s->predicates[predicate], &look, &r->scratch, &value);
}

static bool step_holds(struct sigma_run *r, const struct step *s)
{
    if (!s->stage) {
        return is_asked(r, s->first);
    }
    if (!(r->matched[s->field] & s->stage)) {
        match_field(r, s->field, s->stage);
    }
    return is_any_true(r->truth, s->first, s->count);
}

static bool holds(struct sigma_run *r, const struct program *p)
{
    uint32_t at = p->begin;
    while (at < p->count) {
        const struct step *s = &p->steps[at];
        at = step_holds(r, s) ? s->yes : s->no;
    }
    return at == p->count;
}

static void leave_lane(struct sigma_run *r)
{
    for (size_t i = 0; i < r->ntrue; i++) {
        r->truth[r->true_ones[i] / 64] = 0;
    }
    for (size_t i = 0; i < r->nmatched; i++) {
        r->matched[r->matched_fields[i]] = 0;
    }
    for (size_t i = 0; i < r->ncandidates; i++) {
        r->is_candidate[r->candidates[i] / 64] = 0;
    }
    r->ntrue = r->nmatched = r->ncandidates = 0;
}

static void observe(struct sigma_run *r, uint32_t rule)
{
    const struct compiled *c = r->s->compiled;
    struct look look = look_of(r);
    struct named_value *values = ARENA_ARRAY(&r->scratch, struct named_value, c->nneeds[rule]);
    struct sigma_observation o = {.rule = rule, .time = r->event->time, .fields = values};
    for (size_t i = 0; values && i < c->nneeds[rule]; i++) {
        struct seen *seen = NULL;
        field_id field = names_find(r->s->names, c->needs[rule][i]);
        size_t count = field ? look_at(&look, field, &r->scratch, &seen) : 0;
        if (count) {
            values[o.nfields++] = (struct named_value){c->needs[rule][i], seen[0].text};
        }
    }
    r->observe(r->observe_ctx, &o);
}

static void hit(struct sigma_run *r, uint32_t rule)
{
    if (bit_get(r->is_hit, rule)) {
        return; /* through another lens already */
    }
    bit_set(r->is_hit, rule);
    r->hits[r->nhits++] = rule;
    if (r->observe && r->s->rules[rule]->feeds) {
        observe(r, rule);
    }
}

/* What is in no field of the event is no witness of a rule. */
static bool may_hold_keywords(struct sigma_run *r)
{
    for (size_t i = 0; i < r->event->nfields; i++) {
        const struct field *f = &r->event->fields[i];
        if (keywords_matter(r->lane->keywords, f) &&
            keywords_may_be(r->lane->keywords, text_of(r, f), &r->folded)) {
            return true;
        }
    }
    return false;
}

/* Of a row, in the fields that the sieve left open. */
static void look_for_witnesses(struct sigma_run *r, const uint64_t *open)
{
    const struct lane *lane = r->lane;
    for (size_t i = 0; i < lane->nwatched; i++) {
        const struct watched *w = &lane->watched[i];
        unsigned stages = open ? open_stages(*open, i) & w->stages : w->stages;
        if (stages && (open || w->field != FIELD_NONE || may_hold_keywords(r))) {
            match_field(r, w->field, stages);
        }
    }
}

static void run_lane(struct sigma_run *r, const struct lane *lane, const uint64_t *open)
{
    if (open && !*open && !lane->nalways) {
        return; /* most rows */
    }
    r->lane = lane;
    if (holds(r, &lane->when)) {
        for (size_t i = 0; i < lane->nalways; i++) {
            add_candidate(r, lane->always[i]);
        }
        look_for_witnesses(r, open);
        for (size_t i = 0; i < r->ncandidates; i++) {
            if (holds(r, &r->s->compiled->programs[r->candidates[i]])) {
                hit(r, r->candidates[i]);
            }
        }
    }
    leave_lane(r);
}

/* ---- events */

static void take_up(struct sigma_run *r, const struct event *e, const struct rows *row)
{
    uint32_t layout = row ? rows_layout(row) : 0;
    r->event = e;
    r->chained &= row && row == r->layout_of && layout == r->layout;
    r->layout_of = row;
    r->layout = layout;
}

static void put_down(struct sigma_run *r)
{
    for (size_t i = 0; i < r->nhits; i++) {
        r->is_hit[r->hits[i] / 64] = 0;
    }
    r->nhits = 0;
    r->event = NULL;
    arena_reset(&r->scratch);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

bool sigma_run_event(struct sigma_run *r, const struct event *e,
                     bool (*on_hit)(void *ctx, const struct sigma_hit *hit), void *ctx)
{
    const struct room *room = room_of(r, e->origin);
    if (room->nlanes == 0) {
        return true;
    }
    struct openings open;
    bool row = room->rows && rows_sift(room->rows, e, &r->cache, &r->folded, &open);
    take_up(r, e, row ? room->rows : NULL);
    for (size_t i = 0; i < room->nlanes; i++) {
        run_lane(r, &room->lanes[i], row ? &open.lane[i] : NULL);
    }
    if (r->nhits > 1) {
        qsort(r->hits, r->nhits, sizeof *r->hits, by_number);
    }
    bool go_on = true;
    for (size_t i = 0; i < r->nhits && go_on; i++) {
        if (!r->s->rules[r->hits[i]]->silent) {
            go_on = on_hit(ctx, &(struct sigma_hit){r->hits[i], e});
        }
    }
    put_down(r);
    return go_on;
}
