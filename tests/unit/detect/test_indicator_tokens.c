/* What texts are cut into: the search for marks and hashes tells the tokens that a walk over every
 * byte tells; and what is remembered to match nothing is nothing else. */
#include "detect/indicators/quiet.h"
#include "detect/indicators/tokens.h"
#include "kit.h"

/* Where the next run of bytes that end no token begins and ends; false: there is none. */
static bool next_run(const struct token_classes *classes, str s, size_t *from, size_t *to)
{
    const uint8_t *p = (const uint8_t *)s.p;
    while (*from < s.len && (classes->of[p[*from]] & TOKEN_ENDS)) {
        ++*from;
    }
    for (*to = *from; *to < s.len && !(classes->of[p[*to]] & TOKEN_ENDS);) {
        ++*to;
    }
    return *from < s.len;
}

static bool is_marked_or_hash(str run)
{
    bool marked = false, hex = true;
    for (size_t i = 0; i < run.len; i++) {
        char c = run.p[i];
        marked |= c == '.' || c == ':' || c == '@' || c == '\\';
        hex &= ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
    }
    return marked || (hex && (run.len == 32 || run.len == 40 || run.len == 64));
}

static void the_search_tells_what_a_walk_tells(void)
{
    static const char letters[] = "0123456789abcdefABCDEF0123456789abcdefxyz.:@\\/ ,=-";
    const struct token_classes classes = token_classes();
    char text[400];
    uint32_t dice = 1;
    size_t told = 0;
    for (int round = 0; round < 3000; round++) {
        size_t kinds = round % 2 ? sizeof letters - 1 : 36; /* of every second no letter ends one */
        for (size_t i = 0; i < sizeof text; i++) {
            dice = dice * 1664525 + 1013904223;
            text[i] = i % 73 == 0 ? ' ' : letters[(dice >> 8) % kinds];
        }
        size_t cut = (size_t)round % 41; /* hashes of all lengths around those there are */
        memset(text + 100, ' ', cut);
        struct tokens tokens = tokens_of(&classes, (str){text, sizeof text}, true);
        struct token t;
        for (size_t from = 0, to = 0; next_run(&classes, (str){text, sizeof text}, &from, &to);
             from = to) {
            str run = {text + from, to - from};
            if (str_has(run, STR("://"))) {
                break; /* goes on behind what ends others */
            }
            if (is_marked_or_hash(run)) {
                CHECK(token_next(&tokens, &t));
                CHECK(t.text.p == run.p && t.text.len <= run.len);
                told++;
            }
        }
    }
    CHECK(told > 1000);
}

static void a_url_is_one_token_with_its_query(void)
{
    const struct token_classes classes = token_classes();
    struct tokens tokens =
        tokens_of(&classes, STR("get http://a.example/x?y=(1,2);z now, b.example."), true);
    struct token t;
    CHECK(token_next(&tokens, &t));
    CHECK_STR(t.text, "http://a.example/x?y=(1,2);z");
    CHECK(token_next(&tokens, &t));
    CHECK_STR(t.text, "b.example");
    CHECK(!token_next(&tokens, &t));
}

/* The high bits of letters that a weaker hash would let cancel each other. */
static void a_value_is_not_taken_for_one_with_other_bits(void)
{
    static struct quiet q;
    uint8_t value[48];
    uint64_t hash;
    quiet_init(&q, (struct hash_key){3, 5});
    memset(value, 'a', sizeof value);
    for (size_t i = 0; i < sizeof value; i++) {
        for (size_t k = 0; k < i; k++) {
            bytes twin = {value, sizeof value};
            value[i] ^= 0x80;
            value[k] ^= 0x80;
            CHECK(!quiet_has(&q, 2, twin, &hash));
            CHECK(!quiet_has(&q, 1, twin, &hash));
            quiet_keep(&q, hash);
            CHECK(quiet_has(&q, 1, twin, &hash));
            value[i] ^= 0x80;
            value[k] ^= 0x80;
        }
    }
    CHECK(!quiet_has(&q, 1, (bytes){value, 0}, &hash) && hash == 0);
}

static void values_of_every_length_are_remembered_alone(void)
{
    static struct quiet q;
    static const uint8_t zeros[QUIET_LONGEST + 1];
    uint64_t hash, before = 0;
    quiet_init(&q, (struct hash_key){3, 5});
    for (size_t len = 1; len <= QUIET_LONGEST; len++) {
        CHECK(!quiet_has(&q, 1, (bytes){zeros, len}, &hash));
        CHECK(hash != 0 && hash != before);
        quiet_keep(&q, hash);
        CHECK(quiet_has(&q, 1, (bytes){zeros, len}, &hash));
        before = hash;
    }
    CHECK(!quiet_has(&q, 1, (bytes){zeros, sizeof zeros}, &hash) && hash == 0);
}

int main(void)
{
    RUN(the_search_tells_what_a_walk_tells);
    RUN(a_url_is_one_token_with_its_query);
    RUN(a_value_is_not_taken_for_one_with_other_bits);
    RUN(values_of_every_length_are_remembered_alone);
    return kit_end();
}
