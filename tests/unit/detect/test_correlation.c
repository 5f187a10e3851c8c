/* Correlations against a naive oracle: every window that begins at a match, counted afresh. */
#include "load.h"

enum { MOST = 60, USERS = 3, RULES_BELOW = 3 };

static struct arena arena;
static struct names names;
static struct sigma *s;

static const char *const base =
    "title: A\nname: a\nlogsource: {product: test}\ndetection: {sel: {E: 1}, condition: sel}\n---\n"
    "title: B\nname: b\nlogsource: {product: test}\ndetection: {sel: {E: 2}, condition: sel}\n---\n"
    "title: C\nname: c\nlogsource: {product: test}\ndetection: {sel: {E: 3}, condition: sel}\n---\n"
    "title: X\ncorrelation:\n  rules: [a, b, c]\n  group-by: [User]\n  timespan: 10s\n";

static void begin(const char *rest)
{
    char yaml[2048];
    struct err err = {0};
    (void)snprintf(yaml, sizeof yaml, "%s%s", base, rest);
    arena_init(&arena, 64 << 20);
    CHECK(names_init(&names, &arena));
    s = sigma_new(&arena, &names);
    CHECK_INT(sigma_add(s, STR("x"), bytes_of_str(str_of(yaml))), 4);
    CHECK(sigma_compile(s, &err));
}

static void end(void)
{
    sigma_done(s);
    arena_done(&arena);
}

struct match {
    usec time;
    uint32_t rule;
    int user, value;
};

static uint64_t state;

static unsigned pick(unsigned below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 11) % below);
}

static size_t random_matches(struct match *out)
{
    size_t n = pick(MOST);
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct match){(usec)pick(60) * USEC_PER_SEC, pick(RULES_BELOW), (int)pick(USERS),
                                (int)pick(5)};
    }
    return n;
}

/* ---- the oracle */

static bool inside(const struct match *m, int user, usec from)
{
    return m->user == user && m->time >= from && m->time <= from + 10 * USEC_PER_SEC;
}

/* Is the window that begins at `from` part of the one that begins earlier? */
static bool is_part(const struct match *m, size_t n, int user, usec from)
{
    for (size_t i = 0; i < n; i++) {
        if (m[i].user != user || m[i].time >= from) {
            continue;
        }
        bool holds_all = true;
        for (size_t j = 0; j < n; j++) {
            if (inside(&m[j], user, from) && !inside(&m[j], user, m[i].time)) {
                holds_all = false;
            }
        }
        if (holds_all) {
            return true;
        }
    }
    return false;
}

typedef bool oracle(const struct match *m, size_t n, int user, usec from);

static bool fires(const struct match *m, size_t n, int user, oracle *holds)
{
    for (size_t i = 0; i < n; i++) {
        if (m[i].user == user && !is_part(m, n, user, m[i].time) && holds(m, n, user, m[i].time)) {
            return true;
        }
    }
    return false;
}

static bool four_or_more(const struct match *m, size_t n, int user, usec from)
{
    int count = 0;
    for (size_t i = 0; i < n; i++) {
        count += inside(&m[i], user, from);
    }
    return count >= 4;
}

static bool exactly_three(const struct match *m, size_t n, int user, usec from)
{
    int count = 0;
    for (size_t i = 0; i < n; i++) {
        count += inside(&m[i], user, from);
    }
    return count == 3;
}

static bool three_values(const struct match *m, size_t n, int user, usec from)
{
    unsigned seen = 0;
    for (size_t i = 0; i < n; i++) {
        seen |= inside(&m[i], user, from) ? 1u << m[i].value : 0;
    }
    return __builtin_popcount(seen) >= 3;
}

static bool all_rules(const struct match *m, size_t n, int user, usec from)
{
    unsigned seen = 0;
    for (size_t i = 0; i < n; i++) {
        seen |= inside(&m[i], user, from) ? 1u << m[i].rule : 0;
    }
    return seen == 7;
}

static bool in_order(const struct match *m, size_t n, int user, usec from)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            for (size_t k = 0; k < n; k++) {
                bool in = inside(&m[i], user, from) && inside(&m[j], user, from) &&
                          inside(&m[k], user, from);
                bool rules = m[i].rule == 0 && m[j].rule == 1 && m[k].rule == 2;
                if (in && rules && m[i].time <= m[j].time && m[j].time <= m[k].time) {
                    return true;
                }
            }
        }
    }
    return false;
}

static bool sum_over_nine(const struct match *m, size_t n, int user, usec from)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += inside(&m[i], user, from) ? m[i].value : 0;
    }
    return sum > 9;
}

static bool average_over_two(const struct match *m, size_t n, int user, usec from)
{
    int sum = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        sum += inside(&m[i], user, from) ? m[i].value : 0;
        count += inside(&m[i], user, from);
    }
    return sum > 2 * count;
}

static bool a_without_b(const struct match *m, size_t n, int user, usec from)
{
    unsigned seen = 0;
    for (size_t i = 0; i < n; i++) {
        seen |= inside(&m[i], user, from) ? 1u << m[i].rule : 0;
    }
    return (seen & 3) == 1;
}

/* ---- comparing */

static size_t correlate(const struct match *m, size_t n, bool fired[USERS])
{
    static const char *const users[USERS] = {"ann", "bob", "eve"};
    static const char *const digits[] = {"0", "1", "2", "3", "4"};
    struct named_value fields[MOST][2];
    struct sigma_observation seen[MOST + 1];
    for (size_t i = 0; i < n; i++) {
        fields[i][0] = (struct named_value){STR("User"), str_of(users[m[i].user])};
        fields[i][1] = (struct named_value){STR("V"), str_of(digits[m[i].value])};
        seen[i] = (struct sigma_observation){m[i].rule, m[i].time, fields[i], 2};
    }
    struct sigma_fired *out = NULL;
    size_t count = 0;
    CHECK(sigma_correlate(s, seen, n, &arena, &out, &count));
    for (size_t i = 0; i < count; i++) {
        CHECK(out[i].ngroup == 1 && out[i].first <= out[i].last && out[i].count > 0);
        for (int u = 0; u < USERS; u++) {
            fired[u] = fired[u] || str_eq(out[i].group[0].value, str_of(users[u]));
        }
    }
    return count;
}

static void agree(const char *rest, oracle *holds)
{
    size_t yes = 0, no = 0;
    begin(rest);
    state = 88172645463325252;
    for (int round = 0; round < 300; round++) {
        struct match m[MOST];
        size_t n = random_matches(m);
        bool fired[USERS] = {0};
        struct arena_mark mark = arena_mark(&arena);
        (void)correlate(m, n, fired);
        arena_rewind(&arena, mark);
        for (int u = 0; u < USERS; u++) {
            bool want = fires(m, n, u, holds);
            CHECK(fired[u] == want);
            yes += want;
            no += !want;
        }
    }
    CHECK(yes > 20 && no > 20);
    end();
}

static void event_counts_agree(void)
{
    agree("  type: event_count\n  condition: {gte: 4}\n", four_or_more);
    agree("  type: event_count\n  condition: {eq: 3}\n", exactly_three);
}

static void value_counts_agree(void)
{
    agree("  type: value_count\n  condition: {field: V, gte: 3}\n", three_values);
}

static void temporal_types_agree(void)
{
    agree("  type: temporal\n", all_rules);
    agree("  type: temporal_ordered\n", in_order);
    agree("  type: temporal\n  condition: a and not b\n", a_without_b);
}

static void sums_and_averages_agree(void)
{
    agree("  type: value_sum\n  condition: {field: V, gt: 9}\n", sum_over_nine);
    agree("  type: value_avg\n  condition: {field: V, gt: 2}\n", average_over_two);
}

static void the_order_of_arrival_does_not_count(void)
{
    begin("  type: event_count\n  condition: {gte: 4}\n");
    state = 7;
    for (int round = 0; round < 100; round++) {
        struct match m[MOST], turned[MOST];
        size_t n = random_matches(m);
        for (size_t i = 0; i < n; i++) {
            turned[n - 1 - i] = m[i];
        }
        bool one[USERS] = {0}, two[USERS] = {0};
        size_t a = correlate(m, n, one), b = correlate(turned, n, two);
        CHECK(a == b && !memcmp(one, two, sizeof one));
    }
    end();
}

static void a_long_stream_takes_no_longer_than_it_must(void)
{
    enum { MANY = 200000 };
    begin("  type: value_count\n  condition: {field: V, gte: 1000000}\n");
    struct sigma_observation *seen = calloc(MANY, sizeof *seen);
    static const struct named_value one = {STR_INIT("User"), STR_INIT("x")};
    for (size_t i = 0; i < MANY; i++) {
        seen[i] = (struct sigma_observation){0, (usec)i, &one, 1};
    }
    struct sigma_fired *out = NULL;
    size_t count = 0;
    CHECK(sigma_correlate(s, seen, MANY, &arena, &out, &count));
    CHECK_INT(count, 0);
    free(seen);
    end();
}

int main(void)
{
    RUN(event_counts_agree);
    RUN(value_counts_agree);
    RUN(temporal_types_agree);
    RUN(sums_and_averages_agree);
    RUN(the_order_of_arrival_does_not_count);
    RUN(a_long_stream_takes_no_longer_than_it_must);
    return kit_end();
}
