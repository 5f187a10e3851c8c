#include "base/json.h"
#include "kit.h"

#include <string.h>

/* One letter a token, so that a document becomes a word. */
static str shape(const char *text, char out[256], bool *bad)
{
    static const char letters[] = ".{}[]ksntfz";
    struct json j = json_of(bytes_of_str(str_of(text)));
    size_t len = 0;
    for (enum json_token t = json_next(&j); t != JSON_END && len < 255; t = json_next(&j)) {
        out[len++] = letters[t];
    }
    *bad = json_bad(&j);
    return (str){out, len};
}

static void reads_what_the_standard_allows(void)
{
    static const char *const good[][2] = {
        {"{}",                                                           "{}"              },
        {" [ ] ",                                                        "[]"              },
        {"{\"a\":1,\"b\":[true,false,null,-1.5e+3],\"c\":{\"d\":\"\"}}", "{knk[tfzn]k{ks}}"},
        {"\"x\"",                                                        "s"               },
        {"-0.0",                                                         "n"               },
        {"[[],[[]]]",                                                    "[[][[]]]"        },
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        char room[256];
        bool bad = true;
        CHECK_STR(shape(good[i][0], room, &bad), good[i][1]);
        CHECK(!bad);
    }
}

static void refuses_what_it_does_not(void)
{
    static const char *const wrong[] = {
        "",         "{",   "[1,]",  "{\"a\"}",    "{a:1}", "01",        "1.", "-",   "\"a",
        "\"a\nb\"", "tru", "[1 2]", "{\"a\":1,}", "]",     "{\"a\" 1}", "+1", "nul", "\"\\"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        char room[256];
        bool bad = false;
        (void)shape(wrong[i], room, &bad);
        CHECK(bad);
        if (!bad) {
            (void)fprintf(stderr, "accepted: %s\n", wrong[i]);
        }
    }
}

static void decodes_escapes_only_when_asked(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    struct json j = json_of(bytes_of_str(
        STR("\"C:\\\\x\\u00e9\\ud83d\\ude00\\ud83d\\n\\/ plain and long enough for words\"")));
    CHECK(json_next(&j) == JSON_STRING && j.escaped);
    CHECK_STR(json_text(&j, &a), "C:\\x\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd\n/ plain and long "
                                 "enough for words");
    j = json_of(bytes_of_str(STR("\"plain\"")));
    CHECK(json_next(&j) == JSON_STRING && !j.escaped);
    CHECK(json_text(&j, &a).p == j.raw.p);
    arena_done(&a);
}

static void skips_whole_values(void)
{
    struct json j = json_of(bytes_of_str(STR("{\"a\":{\"b\":[1,{}]},\"c\":2}")));
    CHECK(json_next(&j) == JSON_OBJECT);
    CHECK(json_next(&j) == JSON_KEY);
    json_skip(&j, json_next(&j));
    CHECK(json_next(&j) == JSON_KEY);
    CHECK_STR(j.raw, "c");
}

static void nesting_has_a_limit(void)
{
    char deep[200];
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    struct json j = json_of((bytes){(const uint8_t *)deep, sizeof deep});
    int tokens = 0;
    while (json_next(&j) != JSON_END) {
        tokens++;
    }
    CHECK(json_bad(&j) && tokens == JSON_MAX_DEPTH);
}

static void cut_anywhere_nothing_is_read_past_the_end(void)
{
    const char text[] = "{\"key\\n\":[1.5,\"v\\u00e9al\",true,null]}";
    for (size_t len = 0; len < sizeof text - 1; len++) {
        uint8_t *exact = malloc(len ? len : 1);
        memcpy(exact, text, len);
        struct json j = json_of((bytes){exact, len});
        while (json_next(&j) != JSON_END) {
        }
        CHECK(json_bad(&j));
        free(exact);
    }
}

/* Two bytes of each become three: the room must be for that. */
static void escapes_without_digits_fit(void)
{
    enum { ESCAPES = 1000 };
    static char text[2 * ESCAPES + 2];
    struct arena a;
    for (size_t i = 0; i < ESCAPES; i++) {
        memcpy(text + 1 + 2 * i, "\\u", 2);
    }
    text[0] = text[sizeof text - 1] = '"';
    arena_init(&a, 1 << 16);
    struct json j = json_of((bytes){(const uint8_t *)text, sizeof text});
    CHECK(json_next(&j) == JSON_STRING && j.escaped);
    str decoded = json_text(&j, &a);
    CHECK_INT(decoded.len, 3 * ESCAPES);
    CHECK(str_ends(decoded, STR("\xef\xbf\xbd")));
    arena_done(&a);
}

int main(void)
{
    RUN(reads_what_the_standard_allows);
    RUN(refuses_what_it_does_not);
    RUN(decodes_escapes_only_when_asked);
    RUN(escapes_without_digits_fit);
    RUN(skips_whole_values);
    RUN(nesting_has_a_limit);
    RUN(cut_anywhere_nothing_is_read_past_the_end);
    return kit_end();
}
