#include "engine/census.h"
#include "kit.h"

static const usec HOUR = 3600 * USEC_PER_SEC;

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void tell_all(const struct census *part, struct census *whole)
{
    struct source_told told;
    for (size_t i = 0; i < part->count; i++) {
        census_tell(&part->sources[i], &told);
        CHECK(census_add(whole, &told));
    }
}

static bool same(const struct census *a, const struct census *b)
{
    struct arena arena;
    size_t na = 0, nb = 0;
    arena_init(&arena, 1 << 26);
    struct source_row *x = census_rows(a, STR("u"), &arena, &na);
    struct source_row *y = census_rows(b, STR("u"), &arena, &nb);
    bool equal = na == nb;
    for (size_t i = 0; equal && i < na; i++) {
        equal = str_eq(x[i].host, y[i].host) && str_eq(x[i].channel, y[i].channel) &&
                x[i].events == y[i].events && x[i].first == y[i].first && x[i].last == y[i].last &&
                x[i].ngaps == y[i].ngaps;
        for (size_t k = 0; equal && k < x[i].ngaps; k++) {
            equal = x[i].gaps[k].from == y[i].gaps[k].from && x[i].gaps[k].to == y[i].gaps[k].to;
        }
    }
    arena_done(&arena);
    return equal;
}

/* Events over `hours`, cut into parts at random and merged from the last to the first. */
static void parts_and_whole(uint32_t seed, uint32_t hours, unsigned count)
{
    enum { PARTS = 5 };
    struct hash_key key = {1, 2};
    struct census whole, merged, parts[PARTS];
    census_init(&whole, key);
    census_init(&merged, key);
    for (int i = 0; i < PARTS; i++) {
        census_init(&parts[i], key);
    }
    for (unsigned i = 0; i < count; i++) {
        str host = next(&seed) % 2 ? STR("a") : STR("b");
        usec time = (usec)(next(&seed) % hours) * HOUR + next(&seed) % 1000;
        struct census *part = &parts[next(&seed) % PARTS];
        size_t n = census_source(&whole, host, STR("c"), STR_NONE);
        census_event(&whole.sources[n], &whole.arena, time);
        n = census_source(part, host, STR("c"), STR_NONE);
        census_event(&part->sources[n], &part->arena, time);
    }
    for (int i = PARTS; i-- > 0;) {
        tell_all(&parts[i], &merged);
        census_done(&parts[i]);
    }
    CHECK(same(&whole, &merged));
    census_done(&whole);
    census_done(&merged);
}

static void the_parts_together_give_what_the_whole_gives(void)
{
    parts_and_whole(1, 100, 500);
    parts_and_whole(2, 3000, 60);
    parts_and_whole(3, 200000, 30000); /* more hours than are remembered one by one */
}

/* More numbers than are told apart: the largest are counted together, in any order of parts. */
static void numbers_of_events_are_counted(void)
{
    struct census up, down;
    struct hash_key key = {1, 2};
    census_init(&up, key);
    census_init(&down, key);
    size_t n = census_source(&up, STR("h"), STR("c"), STR_NONE);
    size_t m = census_source(&down, STR("h"), STR("c"), STR_NONE);
    for (uint32_t id = 1; id <= 2000; id++) {
        census_ids(&up.sources[n], &up.arena, id, id);
        census_ids(&down.sources[m], &down.arena, 2001 - id, 2001 - id);
    }
    const struct census_source *x = &up.sources[n], *y = &down.sources[m];
    CHECK(x->nids < LIMIT_EVENT_IDS && x->nids == y->nids);
    uint64_t sum = 0;
    for (size_t i = 0; i < x->nids && i < y->nids; i++) {
        CHECK(x->ids[i].id == y->ids[i].id && x->ids[i].events == y->ids[i].events);
        CHECK(i == 0 || (x->ids[i].id == i && x->ids[i].events == i));
        sum += x->ids[i].events;
    }
    CHECK(x->ids[0].id == 0);
    CHECK_INT(sum, 2000 * 2001 / 2);
    census_done(&up);
    census_done(&down);
}

static struct source_row *rows_of(struct census *c, struct arena *a, size_t *count)
{
    arena_init(a, 1 << 24);
    return census_rows(c, STR("u"), a, count);
}

static void a_silence_is_a_gap_when_it_is_unusual(void)
{
    struct arena a;
    size_t count = 0;
    struct census c;
    census_init(&c, (struct hash_key){0});
    for (usec hour = 0; hour < 24 * 60; hour++) {
        bool silent = hour >= 24 * 20 && hour < 24 * 23; /* three days */
        size_t n = census_source(&c, STR("h"), STR("Security"), STR_NONE);
        if (!silent) {
            census_event(&c.sources[n], &c.arena, hour * HOUR);
        }
    }
    struct source_row *rows = rows_of(&c, &a, &count);
    CHECK_INT(count, 1);
    CHECK_INT(rows[0].ngaps, 1);
    CHECK(rows[0].gaps[0].from == 24 * 20 * HOUR && rows[0].gaps[0].to == 24 * 23 * HOUR);
    arena_done(&a);
    census_done(&c);
}

static void weekends_are_no_gaps(void)
{
    struct arena a;
    size_t count = 0;
    struct census c;
    census_init(&c, (struct hash_key){0});
    for (usec day = 0; day < 70; day++) {
        for (usec hour = 8; hour < 18 && day % 7 < 5; hour++) {
            size_t n = census_source(&c, STR("h"), STR("iis"), STR_NONE);
            census_event(&c.sources[n], &c.arena, (day * 24 + hour) * HOUR);
        }
    }
    struct source_row *rows = rows_of(&c, &a, &count);
    CHECK_INT(count, 1);
    CHECK_INT(rows[0].ngaps, 0);
    arena_done(&a);
    census_done(&c);
}

static void events_without_a_time_count_and_nothing_else(void)
{
    struct arena a;
    size_t count = 0;
    struct census c;
    census_init(&c, (struct hash_key){0});
    size_t n = census_source(&c, STR(""), STR("page"), STR_NONE);
    census_event(&c.sources[n], &c.arena, TIME_NONE);
    struct source_row *rows = rows_of(&c, &a, &count);
    CHECK(count == 1 && rows[0].events == 1 && rows[0].first == TIME_NONE);
    CHECK(rows[0].last == TIME_NONE && rows[0].ngaps == 0);
    arena_done(&a);
    census_done(&c);
}

static void a_flood_of_hosts_shares_one_line(void)
{
    struct census c;
    census_init(&c, (struct hash_key){0});
    for (unsigned i = 0; i < LIMIT_SOURCES * 2; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "h%u", i);
        size_t n = census_source(&c, str_of(name), STR("c"), STR_NONE);
        census_event(&c.sources[n], &c.arena, 0);
    }
    CHECK_INT(c.count, LIMIT_SOURCES);
    CHECK(c.full && c.sources[LIMIT_SOURCES - 1].events == LIMIT_SOURCES + 1);
    census_done(&c);
}

static void lies_are_refused(void)
{
    struct census c;
    int64_t falling[] = {5, 4}, far[] = {INT64_MAX};
    census_init(&c, (struct hash_key){0});
    CHECK(!census_add(
        &c, &(struct source_told){.first = 1, .last = 2, .stretches = falling, .nstretches = 2}));
    CHECK(!census_add(
        &c, &(struct source_told){.first = 1, .last = 2, .stretches = far, .nstretches = 1}));
    CHECK(!census_add(&c, &(struct source_told){.first = 3, .last = 2}));
    CHECK(!census_add(&c, &(struct source_told){.first = TIME_NONE, .last = 2}));
    CHECK_INT(c.count, 0);
    census_done(&c);
}

static void builds_made_up_leave_room_for_logs(void)
{
    struct census c;
    census_init(&c, (struct hash_key){1, 2});
    for (unsigned i = 0; i < 2 * LIMIT_SOURCES; i++) {
        char build[32];
        (void)snprintf(build, sizeof build, "15.1.%u.%u", 1 + i / 100, i % 100);
        (void)census_source(&c, STR("h"), STR("exchange-httpproxy"), str_of(build));
    }
    size_t n = census_source(&c, STR("h"), STR("Security"), STR_NONE);
    CHECK(!c.full);
    CHECK_STR(c.sources[n].channel, "Security");
    census_done(&c);
}

int main(void)
{
    RUN(the_parts_together_give_what_the_whole_gives);
    RUN(numbers_of_events_are_counted);
    RUN(a_silence_is_a_gap_when_it_is_unusual);
    RUN(weekends_are_no_gaps);
    RUN(events_without_a_time_count_and_nothing_else);
    RUN(a_flood_of_hosts_shares_one_line);
    RUN(lies_are_refused);
    RUN(builds_made_up_leave_room_for_logs);
    return kit_end();
}
