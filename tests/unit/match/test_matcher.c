#include "match/matcher.h"

#include "base/text.h"

#include "kit.h"

#define ANY  "\xff"
#define ONE  "\xfe"
#define DASH "\xfd"

/* The plain twin: one pattern, one value, code point by code point, over a table of what
 * matches what. It shares nothing with the matcher but the folding of one character. */

enum { TWIN_MAX = 200, WILD_ANY = -1, WILD_ONE = -2, WILD_DASH = -3 };

static size_t twin_decode(str s, bool cased, int32_t out[TWIN_MAX])
{
    size_t n = 0;
    for (size_t at = 0; at < s.len && n < TWIN_MAX;) {
        if ((uint8_t)s.p[at] >= 0xfd) {
            out[n++] = (uint8_t)s.p[at++] - 0x100;
            continue;
        }
        uint32_t c = utf8_next(s, &at);
        out[n++] = (int32_t)(cased ? c : unicode_fold(c));
    }
    return n;
}

static bool twin_takes(int32_t want, int32_t c)
{
    bool dash = c == '-' || c == '/' || (c >= 0x2013 && c <= 0x2015);
    return want == WILD_ONE || want == c || (want == WILD_DASH && dash);
}

static bool twin_matches(const struct pattern *p, str value)
{
    int32_t pattern[TWIN_MAX], text[TWIN_MAX];
    bool cased = p->flags & PATTERN_CASED;
    size_t np = twin_decode(p->text, cased, pattern), nt = twin_decode(value, cased, text);
    static bool fits[TWIN_MAX + 1][TWIN_MAX + 1];
    memset(fits, 0, sizeof fits);
    fits[0][0] = true;
    for (size_t i = 1; i <= np; i++) {
        for (size_t j = 0; j <= nt; j++) {
            int32_t c = pattern[i - 1];
            bool takes = j > 0 && twin_takes(c, text[j - 1]);
            fits[i][j] = c == WILD_ANY ? fits[i - 1][j] || (j > 0 && fits[i][j - 1])
                                       : takes && fits[i - 1][j - 1];
        }
    }
    return fits[np][nt];
}

/* ---- one pattern, one value */

static bool matches(unsigned flags, str text, str value)
{
    struct arena a;
    arena_init(&a, 16 << 20);
    struct err err = {0};
    struct matcher *m = matcher_new(&a);
    struct match_scratch *s = match_scratch_new();
    bool ready = m && matcher_add(m, &(struct pattern){text, flags}, 7, &err) &&
                 matcher_build(m, &err) && match_scratch_fit(s, m, &err);
    if (!ready) {
        (void)fprintf(stderr, "%s\n", err.text);
    }
    CHECK(ready);
    bool found = ready && matcher_run(m, s, value, MATCH_ALL).count == 1;
    match_scratch_free(s);
    matcher_done(m);
    arena_done(&a);
    return found;
}

static void an_exact_text_takes_the_whole_value(void)
{
    CHECK(matches(0, STR("cmd.exe"), STR("CMD.exe")));
    CHECK(!matches(0, STR("cmd.exe"), STR("cmd.exe ")));
    CHECK(!matches(0, STR("cmd.exe"), STR("cmd.ex")));
    CHECK(matches(0, STR(""), STR("")));
    CHECK(!matches(0, STR(""), STR("x")));
}

static void any_takes_nothing_too(void)
{
    CHECK(matches(0, STR(ANY), STR("")));
    CHECK(matches(0, STR("a" ANY), STR("a")));
    CHECK(matches(0, STR(ANY "a" ANY), STR("a")));
    CHECK(matches(0, STR(ANY "\\cmd.exe"), STR("C:\\x\\CMD.EXE")));
}

static void one_takes_exactly_one_character_of_any_width(void)
{
    CHECK(matches(0, STR("a" ONE "c"),
                  STR("a\xc3\xa9"
                      "c")));
    CHECK(!matches(0, STR("a" ONE ONE "c"),
                   STR("a\xc3\xa9"
                       "c")));
    CHECK(matches(0, STR(ONE), STR("\xf0\x9f\x98\x80")));
    CHECK(!matches(0, STR(ONE), STR("")));
    CHECK(matches(0, STR(ONE ANY), STR("\n")));
}

static void letters_fold_beyond_ascii(void)
{
    CHECK(matches(0, STR(ANY "GR\xc3\x9cN" ANY), STR("ein gr\xc3\xbcner Baum")));
    CHECK(!matches(PATTERN_CASED, STR("Abc"), STR("abc")));
    CHECK(matches(PATTERN_CASED, STR(ANY "Abc" ANY), STR("abcAbc")));
}

static void a_dash_is_any_that_begins_an_option(void)
{
    CHECK(matches(0, STR(ANY " " DASH "enc" ANY), STR("x /enc")));
    CHECK(matches(0, STR(ANY " " DASH "enc" ANY),
                  STR("x \xe2\x80\x94"
                      "enc")));
    CHECK(!matches(0, STR(ANY " " DASH "enc" ANY), STR("x _enc")));
}

static void broken_text_is_compared_all_the_same(void)
{
    CHECK(matches(0, STR(ANY "needle" ANY), STR("\xff\xfe\x80needle\xc3")));
    CHECK(matches(PATTERN_REGEX, STR("need.e"), STR("\xff\xfe\x80needle\xc3")));
}

static void expressions_search(void)
{
    CHECK(matches(PATTERN_REGEX, STR("b+c"), STR("abbcd")));
    CHECK(!matches(PATTERN_REGEX, STR("b+c"), STR("ABBCD")));
    CHECK(matches(PATTERN_REGEX | PATTERN_IGNORE_CASE, STR("b+c"), STR("ABBCD")));
    CHECK(!matches(PATTERN_REGEX, STR("a.c"), STR("a\nc")));
    CHECK(matches(PATTERN_REGEX | PATTERN_DOTALL, STR("a.c"), STR("a\nc")));
    CHECK(!matches(PATTERN_REGEX, STR("^b"), STR("a\nb")));
    CHECK(matches(PATTERN_REGEX | PATTERN_MULTILINE, STR("^b"), STR("a\nb")));
}

static void what_vectorscan_refuses_still_matches(void)
{
    CHECK(matches(PATTERN_REGEX, STR("(?<=a)b"), STR("xab")));
    CHECK(!matches(PATTERN_REGEX, STR("(?<=a)b"), STR("xcb")));
    CHECK(matches(PATTERN_REGEX, STR("(ab)\\1"), STR("xababx")));
}

static void a_length_test_counts_characters_of_one_line(void)
{
    CHECK(matches(PATTERN_REGEX, STR(".{4,}"), STR("x\nabcd\n")));
    CHECK(!matches(PATTERN_REGEX, STR(".{4,}"), STR("abc\nabc")));
    CHECK(!matches(PATTERN_REGEX, STR(".{4,}"), STR("\xc3\xa9\xc3\xa9\xc3\xa9")));
    CHECK(matches(PATTERN_REGEX | PATTERN_DOTALL, STR(".{4,}"), STR("abc\nabc")));
    CHECK(matches(PATTERN_REGEX, STR("(.){4,}"), STR("abcd")));
    CHECK(!matches(PATTERN_REGEX, STR("(.){4,}"), STR("abc")));
    CHECK(matches(PATTERN_REGEX, STR(".{4}"), STR("abcde")));
    CHECK(!matches(PATTERN_REGEX, STR(".{4}"), STR("abc")));
    CHECK(matches(PATTERN_REGEX, STR(".{1,2}"), STR("abc")));
}

static void an_expression_that_does_not_compile_is_refused_with_the_place(void)
{
    struct err err = {0};
    CHECK(!matcher_check_regex(STR("(unclosed"), 0, &err));
    CHECK(strstr(err.text, "character 10"));
    CHECK(!matcher_check_regex(STR("a\0b"), 0, &err));
}

static void backtracking_is_bounded(void)
{
    char value[40];
    memset(value, 'a', sizeof value);
    CHECK(!matches(PATTERN_REGEX, STR("(?<!x)(a+)+$(?<=b)"), (str){value, sizeof value}));
}

/* ---- many patterns, many values */

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* A small alphabet, so that patterns meet values: folding, widths, broken bytes, wildcards. */
static size_t random_text(uint64_t *state, bool pattern, char *out)
{
    static const char *const letters[] = {"a",
                                          "A",
                                          "b",
                                          "B",
                                          "\\",
                                          ".",
                                          "\xc3\x84",
                                          "\xc3\xa4",
                                          "\xe2\x80\x93",
                                          "k",
                                          "\xe2\x84\xaa",
                                          "\x80",
                                          "ab",
                                          "bab.a"};
    size_t len = 0, pieces = random_next(state) % 9;
    for (size_t i = 0; i < pieces; i++) {
        uint64_t pick = random_next(state);
        const char *piece = letters[pick % ARRAY_LEN(letters)];
        if (pattern && (*piece == '\x80' || pick >> 60 < 4)) {
            piece = pick >> 58 & 1 ? DASH : pick >> 60 & 1 ? ONE : ANY;
        }
        memcpy(out + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return len;
}

enum { PATTERNS = 40, VALUES = 40, ROOM = 64 };

static bool has_id(struct match_ids ids, uint32_t id)
{
    size_t times = 0;
    for (size_t i = 0; i < ids.count; i++) {
        times += ids.id[i] == id;
    }
    CHECK(times < 2);
    return times == 1;
}

static size_t agree_on(uint64_t seed)
{
    static char room[PATTERNS][ROOM];
    struct pattern patterns[PATTERNS];
    struct arena a;
    arena_init(&a, 16 << 20);
    struct err err = {0};
    struct matcher *m = matcher_new(&a);
    uint64_t state = seed * 2654435761u + 1;
    for (uint32_t i = 0; i < PATTERNS; i++) {
        size_t len = random_text(&state, true, room[i]);
        unsigned flags = random_next(&state) % 4 ? 0 : PATTERN_CASED;
        patterns[i] = (struct pattern){
            {room[i], len},
            flags
        };
        CHECK(matcher_add(m, &patterns[i], i * 3, &err));
    }
    struct match_scratch *s = match_scratch_new();
    CHECK(matcher_build(m, &err) && match_scratch_fit(s, m, &err));
    size_t hits = 0;
    for (size_t v = 0; v < VALUES; v++) {
        char text[ROOM];
        str value = {text, random_text(&state, false, text)};
        struct match_ids ids = matcher_run(m, s, value, MATCH_ALL);
        for (uint32_t i = 0; i < PATTERNS; i++) {
            bool twin = twin_matches(&patterns[i], value);
            hits += twin;
            CHECK(has_id(ids, i * 3) == twin);
        }
    }
    match_scratch_free(s);
    matcher_done(m);
    arena_done(&a);
    return hits;
}

static void the_matcher_agrees_with_its_plain_twin(void)
{
    size_t hits = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        hits += agree_on(seed);
    }
    CHECK(hits > 10000); /* the twin does say yes */
}

static void a_hostile_value_costs_no_more_than_its_length(void)
{
    static char value[1 << 20];
    memset(value, 'a', sizeof value);
    CHECK(!matches(0, STR(ANY "aaaa" ANY "b"), (str){value, sizeof value}));
}

int main(void)
{
    RUN(an_exact_text_takes_the_whole_value);
    RUN(any_takes_nothing_too);
    RUN(one_takes_exactly_one_character_of_any_width);
    RUN(letters_fold_beyond_ascii);
    RUN(a_dash_is_any_that_begins_an_option);
    RUN(broken_text_is_compared_all_the_same);
    RUN(expressions_search);
    RUN(what_vectorscan_refuses_still_matches);
    RUN(a_length_test_counts_characters_of_one_line);
    RUN(an_expression_that_does_not_compile_is_refused_with_the_place);
    RUN(backtracking_is_bounded);
    RUN(the_matcher_agrees_with_its_plain_twin);
    RUN(a_hostile_value_costs_no_more_than_its_length);
    return kit_end();
}
