/* Observation operators: against all bindings there are, enumerated, and at their limits. */
#include "detect/stix/stix.h"
#include "kit.h"

#include "base/buf.h"

enum { OBSERVATIONS = 5, BINDINGS_MAX = 60000, TEXT_MAX = 1 << 16 };

struct moments {
    int first, last, number; /* minutes */
    unsigned letters;        /* a bit for each letter that it shows */
};

static uint64_t seed;

static int random_below(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

/* ---- all bindings of an expression, as numbers of uses an observation */

struct binding {
    int used[OBSERVATIONS];
    int first, last; /* the latest first and the earliest last moment */
};

struct bindings {
    struct binding *items;
    size_t count;
    bool over;
};

static void keep(struct bindings *all, struct binding b)
{
    if (all->count == BINDINGS_MAX) {
        all->over = true;
        return;
    }
    all->items[all->count++] = b;
}

static struct bindings none(void)
{
    struct bindings b = {.items = calloc(BINDINGS_MAX, sizeof *b.items)};
    return b;
}

static struct bindings of_letter(const struct moments *seen, int letter)
{
    struct bindings all = none();
    for (int o = 0; o < OBSERVATIONS; o++) {
        if (seen[o].letters >> letter & 1) {
            struct binding b = {.first = seen[o].first, .last = seen[o].last};
            b.used[o] = 1;
            keep(&all, b);
        }
    }
    return all;
}

static struct bindings joined(const struct moments *seen, struct bindings x, struct bindings y,
                              bool ordered)
{
    struct bindings all = none();
    for (size_t i = 0; i < x.count; i++) {
        for (size_t k = 0; k < y.count; k++) {
            struct binding b = x.items[i];
            const struct binding *c = &y.items[k];
            bool fits = !ordered || b.first <= c->last;
            for (int o = 0; o < OBSERVATIONS; o++) {
                b.used[o] += c->used[o];
                fits = fits && b.used[o] <= seen[o].number;
            }
            b.first = b.first > c->first ? b.first : c->first;
            b.last = b.last < c->last ? b.last : c->last;
            if (fits) {
                keep(&all, b);
            }
        }
    }
    all.over |= x.over || y.over;
    free(x.items);
    free(y.items);
    return all;
}

static struct bindings copied(struct bindings x)
{
    struct bindings all = none();
    memcpy(all.items, x.items, x.count * sizeof *x.items);
    all.count = x.count;
    all.over = x.over;
    return all;
}

static struct bindings within(struct bindings x, int seconds)
{
    size_t n = 0;
    for (size_t i = 0; i < x.count; i++) {
        x.items[n] = x.items[i];
        n += (x.items[i].first - x.items[i].last) * 60 < seconds;
    }
    x.count = n;
    return x;
}

/* A random expression, as text and as its bindings. */
static struct bindings grow(const struct moments *seen, struct buf *text, int depth)
{
    int kind = depth ? random_below(7) : 0;
    if (kind < 2) {
        int letter = random_below(3);
        buf_printf(text, "[x:%c%c%c = 1]", 'a' + letter, 'a' + letter, 'a' + letter);
        return of_letter(seen, letter);
    }
    buf_char(text, '(');
    struct bindings left = grow(seen, text, depth - 1);
    if (kind < 5) {
        static const char *const words[] = {" AND ", " OR ", " FOLLOWEDBY "};
        buf_add(text, str_of(words[kind - 2]));
        struct bindings right = grow(seen, text, depth - 1);
        buf_char(text, ')');
        if (kind != 3) {
            return joined(seen, left, right, kind == 4);
        }
        for (size_t i = 0; i < right.count; i++) {
            keep(&left, right.items[i]);
        }
        left.over |= right.over;
        free(right.items);
        return left;
    }
    if (kind == 5) {
        int seconds = 1 + random_below(4) * 60;
        buf_printf(text, ") WITHIN %d SECONDS", seconds);
        return within(left, seconds);
    }
    int times = 1 + random_below(3);
    buf_printf(text, ") REPEATS %d TIMES", times);
    struct bindings all = copied(left);
    for (int i = 1; i < times; i++) {
        all = joined(seen, all, copied(left), false);
    }
    free(left.items);
    return all;
}

/* ---- observations as a bundle of 2.0 */

static void write_observation(struct buf *out, const struct moments *m)
{
    buf_printf(out,
               "{\"type\":\"observed-data\",\"number_observed\":%d,"
               "\"first_observed\":\"2021-03-02T04:%02d:00Z\","
               "\"last_observed\":\"2021-03-02T04:%02d:00Z\",\"objects\":{\"0\":{\"type\":\"x\"",
               m->number, m->first, m->last);
    for (int letter = 0; letter < 3; letter++) {
        if (m->letters >> letter & 1) {
            buf_printf(out, ",\"%c%c%c\":1", 'a' + letter, 'a' + letter, 'a' + letter);
        }
    }
    buf_add(out, STR("}}}"));
}

static enum stix_answer answer(str pattern, str observations)
{
    struct arena a;
    struct stix_fault fault;
    enum json_fault bad;
    uint64_t at;
    enum stix_answer got = STIX_UNDECIDED;
    arena_init(&a, UINT64_C(1) << 30);
    struct stix_pattern *p = stix_pattern_new(&a, pattern, STIX_2_1, STIX_AS_THE_TEXT_SAYS, &fault);
    const struct json_value *tree = json_tree(bytes_of_str(observations), &a, 1 << 20, &bad, &at);
    struct stix_observations seen;
    stix_observations_init(&seen, &a, (struct hash_key){1, 2});
    CHECK(p && tree && stix_observations_read(&seen, &tree, 1) && seen.refused == 0);
    if (p && tree) {
        got = stix_match(p, &seen, &a).answer;
    }
    stix_pattern_done(p);
    arena_done(&a);
    return got;
}

static enum stix_answer answer_with(str pattern, const struct moments *seen, size_t count)
{
    struct buf out;
    buf_init(&out, 1 << 24);
    buf_char(&out, '[');
    for (size_t i = 0; i < count; i++) {
        buf_add(&out, i ? STR(",") : STR_NONE);
        write_observation(&out, &seen[i]);
    }
    buf_char(&out, ']');
    enum stix_answer got = answer(pattern, buf_str(&out));
    buf_done(&out);
    return got;
}

static void the_answer_is_that_of_all_bindings_enumerated(void)
{
    size_t yes = 0, tried = 0;
    for (seed = 1; tried < 1500; tried++) {
        struct moments seen[OBSERVATIONS];
        struct buf text;
        buf_init(&text, TEXT_MAX);
        for (int i = 0; i < OBSERVATIONS; i++) {
            int first = random_below(6);
            seen[i] = (struct moments){first, first + random_below(2), 1 + random_below(5) / 4,
                                       (unsigned)random_below(8)};
        }
        struct bindings all = grow(seen, &text, 3);
        enum stix_answer want = all.count ? STIX_YES : STIX_NO;
        if (!all.over) {
            enum stix_answer got = answer_with(buf_str(&text), seen, OBSERVATIONS);
            yes += got == STIX_YES;
            CHECK_INT(got, want);
            if (got != want) {
                (void)fprintf(stderr, "%.*s\n", STR_ARG(buf_str(&text)));
            }
        }
        free(all.items);
        buf_done(&text);
    }
    CHECK(yes > 200 && yes < 1300);
}

static void write_chain(struct buf *out, const char *one, const char *between, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_add(out, i ? str_of(between) : STR_NONE);
        buf_add(out, str_of(one));
    }
}

/* The reference tries n! ways. */
static void thirty_brackets_that_want_the_same_are_decided(void)
{
    static struct moments seen[30];
    struct buf text;
    buf_init(&text, TEXT_MAX);
    for (int i = 0; i < 30; i++) {
        seen[i] = (struct moments){i, i, 1, 1};
    }
    write_chain(&text, "[x:aaa = 1]", " AND ", 30);
    CHECK_INT(answer_with(buf_str(&text), seen, 30), STIX_YES);
    CHECK_INT(answer_with(buf_str(&text), seen, 29), STIX_NO);
    buf_clear(&text);
    write_chain(&text, "[x:aaa = 1]", " FOLLOWEDBY ", 30);
    CHECK_INT(answer_with(buf_str(&text), seen, 30), STIX_YES);
    CHECK_INT(answer_with(buf_str(&text), seen, 29), STIX_NO);
    buf_done(&text);
}

static void repeats_beyond_what_was_seen_cost_nothing(void)
{
    struct moments seen[] = {
        {1, 1, 3, 1},
        {2, 2, 3, 3},
    };
    CHECK_INT(answer_with(STR("[x:aaa = 1] REPEATS 6 TIMES"), seen, 2), STIX_YES);
    CHECK_INT(answer_with(STR("[x:aaa = 1] REPEATS 7 TIMES"), seen, 2), STIX_NO);
    CHECK_INT(
        answer_with(STR("([x:aaa = 1] FOLLOWEDBY [x:bbb = 1]) REPEATS 4294967295 TIMES"), seen, 2),
        STIX_NO);
    CHECK_INT(answer_with(STR("(([x:aaa = 1] REPEATS 999999999 TIMES) REPEATS 999999999 TIMES) "
                              "REPEATS 999999999 TIMES"),
                          seen, 2),
              STIX_NO);
}

/* Many that compete for few, in windows inside of windows: whatever it is, it ends. */
static void a_hostile_pattern_ends(void)
{
    static struct moments seen[60];
    struct buf text;
    buf_init(&text, TEXT_MAX);
    for (int i = 0; i < 60; i++) {
        seen[i] = (struct moments){i % 59, i % 59, 1, (unsigned)(1 + i % 7)};
    }
    write_chain(&text, "(([x:aaa = 1] FOLLOWEDBY [x:bbb = 1]) WITHIN 300 SECONDS)", " AND ", 40);
    enum stix_answer got = answer_with(buf_str(&text), seen, 60);
    CHECK(got == STIX_NO || got == STIX_UNDECIDED);
    buf_done(&text);
}

int main(void)
{
    RUN(the_answer_is_that_of_all_bindings_enumerated);
    RUN(thirty_brackets_that_want_the_same_are_decided);
    RUN(repeats_beyond_what_was_seen_cost_nothing);
    RUN(a_hostile_pattern_ends);
    return kit_end();
}
