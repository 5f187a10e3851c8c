#include "match/literals.h"

#include "base/compiler.h"
#include "match/fold.h"

#include "kit.h"

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t random_letters(uint64_t *state, size_t least, size_t most, char *out)
{
    size_t len = least + random_next(state) % (most - least + 1);
    for (size_t i = 0; i < len; i++) {
        out[i] = "aab"[random_next(state) % 3];
    }
    return len;
}

static size_t occurrences(str text, str literal)
{
    size_t n = 0;
    for (size_t at = 0; at + literal.len <= text.len; at++) {
        n += !memcmp(text.p + at, literal.p, literal.len);
    }
    return n;
}

enum { MOST = 3000, LONGEST = 14, ROOM = 64 };

static void count_found(void *ctx, uint32_t number)
{
    ((uint32_t *)ctx)[number]++;
}

static void agree(size_t count, size_t shortest, uint64_t seed)
{
    static char room[MOST][LONGEST];
    static str literals[MOST];
    uint64_t state = seed;
    size_t total = 0;
    struct arena a;
    struct literals l;
    arena_init(&a, 64 << 20);
    literals_init(&l, &a);
    for (uint32_t i = 0; i < count; i++) {
        literals[i] = (str){room[i], random_letters(&state, shortest, LONGEST, room[i])};
        CHECK(literals_add(&l, literals[i], i));
    }
    CHECK(literals_build(&l));
    for (size_t t = 0; t < 50; t++) {
        static uint32_t found[MOST];
        memset(found, 0, sizeof found);
        char text_room[ROOM + FOLD_PADDING] = {0};
        str text = {text_room, random_letters(&state, 0, ROOM, text_room)};
        literals_find(&l, text, count_found, found);
        for (size_t i = 0; i < count; i++) {
            CHECK(found[i] == occurrences(text, literals[i]));
            total += found[i];
        }
    }
    CHECK(total > 100);
    arena_done(&a);
}

static void each_occurrence_of_each_literal_is_told_once(void)
{
    for (uint64_t seed = 1; seed < 40; seed++) {
        agree(40, 1, seed);
        agree(40, 3, seed); /* of three bytes and more, none of two */
        agree(40, 4, seed); /* none shorter than four: pieces of three and four bytes at once */
        agree(12, 1, seed); /* so few that the short ones are looked for one by one */
    }
}

static void many_literals_are_found_as_well(void)
{
    agree(MOST, 4, 5);
}

int main(void)
{
    RUN(each_occurrence_of_each_literal_is_told_once);
    RUN(many_literals_are_found_as_well);
    return kit_end();
}
