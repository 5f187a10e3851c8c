#include "match/needed.h"

#include "match/matcher.h"

#include "kit.h"

/* The literals of the expression with `|` between them. */
static bool needs(str regex, str expected)
{
    char text[512];
    size_t len = 0;
    struct arena a;
    struct needed n;
    arena_init(&a, 1 << 20);
    CHECK(needed_of_regex(&a, regex, &n));
    for (size_t i = 0; i < n.count; i++) {
        text[len] = '|';
        len += i > 0;
        memcpy(text + len, n.literals[i].p, n.literals[i].len);
        len += n.literals[i].len;
    }
    bool same = str_eq((str){text, len}, expected);
    if (!same) {
        (void)fprintf(stderr, "%.*s needs %.*s\n", STR_ARG(regex), (int)len, text);
    }
    arena_done(&a);
    return same;
}

static void the_longest_literal_is_needed(void)
{
    CHECK(needs(STR("cmd.{0,5}(?:/c|/r).+PowerShell.+"), STR("powershell")));
    CHECK(needs(STR("net\\s+stop SuperBackupMan"), STR("stop superbackupman")));
    CHECK(needs(STR("\\$env:ComSpec\\[(\\s*\\d{1,3}\\s*,){2}"), STR("$env:comspec[")));
    CHECK(needs(STR("[Rr][Uu][Nn]32(?:\\.exe)?"), STR("run32")));
    CHECK(needs(STR("(?i)ab+cd"), STR("ab")));
}

static void what_may_be_absent_is_not_needed(void)
{
    CHECK(needs(STR("abcd*"), STR("abc")));
    CHECK(needs(STR("ab(longer)?c"), STR("ab")));
    CHECK(needs(STR("ab(longer){0,3}"), STR("ab")));
    CHECK(needs(STR("ab(longer){2,3}"), STR("longer")));
    CHECK(needs(STR("x{2}yz"), STR("yz")));
    CHECK(needs(STR("[^a]bc"), STR("bc")));
    CHECK(needs(STR("[a-c]x"), STR("x")));
}

static void one_of_the_alternatives_is_needed(void)
{
    CHECK(needs(STR("(Copy-Item|cpi) .x"), STR("copy-item|cpi")));
    CHECK(needs(STR("abc|x[yY]|\\."), STR("abc|xy|.")));
    CHECK(needs(STR("abc|[0-9]+"), STR("")));
}

static void nothing_is_known_of_what_is_not_plain(void)
{
    CHECK(needs(STR("(?!abc)def"), STR("")));
    CHECK(needs(STR("(?x)a b c"), STR("")));
    CHECK(needs(STR("\\x41bc"), STR("")));
    CHECK(needs(STR("\\Qa|b\\E"), STR("")));
    CHECK(needs(STR("ab{,3}c"), STR("")));
    CHECK(needs(STR("(*UTF)abc"), STR("")));
    CHECK(needs(STR("[[:alpha:]]abc"), STR("")));
    CHECK(needs(STR("(abc"), STR("")));
}

/* ---- the law: an expression that matches has one of its literals in the value */

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t random_pieces(uint64_t *state, const char *const *pieces, size_t count, char *out)
{
    size_t len = 0;
    for (size_t i = random_next(state) % 10; i-- > 0;) {
        const char *piece = pieces[random_next(state) % count];
        memcpy(out + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return len;
}

static const char *const of_regex[] = {
    "a",   "b",    "B",  "s", "k",   ".",     "\\.",  "|",    "(",        "(?:", ")",
    ")",   "*",    "+",  "?", "{2}", "{0,2}", "[aA]", "[ab]", "[^a]",     "^",   "$",
    "\\s", "(?i)", "ab", "K", "\\d", "{1,}",  "[]a]", "\\\\", "\xc3\xa9", "(?i:"};
static const char *const of_value[] = {
    "a",        "b", "A", "B", "s", "k", "K", ".", "]", "\\", "\n", "\xc5\xbf", "\xe2\x84\xaa",
    "\xc3\xa9", "1", "ab"};

static bool matcher_finds(struct matcher *m, str value)
{
    struct err err = {0};
    struct match_scratch *s = match_scratch_new();
    CHECK(match_scratch_fit(s, m, &err));
    bool found = matcher_run(m, s, value, MATCH_REGEXES).count == 1;
    match_scratch_free(s);
    return found;
}

static size_t agree_on(str regex, uint64_t *state)
{
    struct arena a;
    struct err err = {0};
    size_t hits = 0;
    arena_init(&a, 1 << 20);
    struct matcher *m = matcher_new(&a);
    bool takes = matcher_add(m, &(struct pattern){regex, PATTERN_REGEX}, 1, &err);
    CHECK(!takes || matcher_build(m, &err));
    for (size_t i = 0; takes && i < 20; i++) {
        char room[64];
        str value = {room, random_pieces(state, of_value, ARRAY_LEN(of_value), room)};
        bool found = matcher_search(regex, PATTERN_REGEX, value);
        CHECK(matcher_finds(m, value) == found);
        hits += found;
    }
    matcher_done(m);
    arena_done(&a);
    return hits;
}

static void a_match_is_never_missed_for_its_literals(void)
{
    uint64_t state = 7;
    size_t hits = 0;
    for (size_t i = 0; i < 3000; i++) {
        char room[128];
        str regex = {room, random_pieces(&state, of_regex, ARRAY_LEN(of_regex), room)};
        hits += agree_on(regex, &state);
    }
    CHECK(hits > 2000);
}

static void a_costly_expression_is_decided_in_linear_time(void)
{
    char value[64];
    memset(value, 'a', sizeof value);
    memcpy(value + 60, "baac", 4);
    CHECK(matcher_search(STR("(a+)+[cd]"), PATTERN_REGEX, (str){value, 64}));
    CHECK(!matcher_search(STR("(a+)+[cd]"), PATTERN_REGEX, (str){value, 63}));
}

int main(void)
{
    RUN(the_longest_literal_is_needed);
    RUN(what_may_be_absent_is_not_needed);
    RUN(one_of_the_alternatives_is_needed);
    RUN(nothing_is_known_of_what_is_not_plain);
    RUN(a_match_is_never_missed_for_its_literals);
    RUN(a_costly_expression_is_decided_in_linear_time);
    return kit_end();
}
