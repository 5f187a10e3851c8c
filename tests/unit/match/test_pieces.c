#include "match/pieces.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "kit.h"

static size_t pieces_in(str regex)
{
    struct arena a;
    struct pieces p;
    arena_init(&a, 1 << 20);
    CHECK(pieces_of_regex(&a, regex, &p));
    arena_done(&a);
    return p.count;
}

static void only_literals_in_a_row_are_taken(void)
{
    CHECK_INT(pieces_in(STR("\\+.*\\+.*\\+")), 3);
    CHECK_INT(pieces_in(STR("-D")), 1);
    CHECK_INT(pieces_in(STR("a.*")), 0);
    CHECK_INT(pieces_in(STR(".*a")), 0);
    CHECK_INT(pieces_in(STR("a.*?b")), 0);
    CHECK_INT(pieces_in(STR("a.*+b")), 0);
    CHECK_INT(pieces_in(STR("a.*{b")), 0);
    CHECK_INT(pieces_in(STR("ab?.*c")), 0);
    CHECK_INT(pieces_in(STR("a\\d.*c")), 0);
    CHECK_INT(pieces_in(STR("a.*b\\")), 0);
    CHECK_INT(pieces_in(STR("^a")), 0);
    CHECK_INT(pieces_in(STR("")), 0);
}

static bool pcre2_says(str regex, str text, bool dotall)
{
    int code = 0;
    PCRE2_SIZE at = 0;
    pcre2_code *x = pcre2_compile((PCRE2_SPTR)regex.p, regex.len,
                                  PCRE2_UTF | (dotall ? PCRE2_DOTALL : 0u), &code, &at, NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    CHECK(x && data);
    bool found = pcre2_match(x, (PCRE2_SPTR)text.p, text.len, 0, 0, data, NULL) >= 0;
    pcre2_match_data_free(data);
    pcre2_code_free(x);
    return found;
}

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
    for (size_t i = random_next(state) % 12; i-- > 0;) {
        const char *piece = pieces[random_next(state) % count];
        memcpy(out + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return len;
}

static void they_stand_where_pcre2_says(void)
{
    static const char *const of_regex[] = {"a", "\\+", "aa", ".*", ".*", "\\\\", "\xc3\xa9"};
    static const char *const of_text[] = {"a", "+", "aa", "\n", "b", "\\", "\xc3\xa9"};
    uint64_t state = 11;
    size_t taken = 0, found = 0;
    for (size_t i = 0; i < 20000; i++) {
        char regex_room[64], text_room[64];
        str regex = {regex_room, random_pieces(&state, of_regex, ARRAY_LEN(of_regex), regex_room)};
        str text = {text_room, random_pieces(&state, of_text, ARRAY_LEN(of_text), text_room)};
        bool dotall = i % 2;
        struct arena a;
        struct pieces p;
        arena_init(&a, 1 << 20);
        CHECK(pieces_of_regex(&a, regex, &p));
        bool stand = p.count && pieces_stand(&p, text, dotall);
        CHECK(!p.count || stand == pcre2_says(regex, text, dotall));
        taken += p.count > 0;
        found += stand;
        arena_done(&a);
    }
    CHECK(taken > 2000 && found > 300);
}

int main(void)
{
    RUN(only_literals_in_a_row_are_taken);
    RUN(they_stand_where_pcre2_says);
    return kit_end();
}
