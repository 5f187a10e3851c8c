/* Names spelled once are the names that were asked for, whatever came before. */
#include "base/buf.h"
#include "engine/known_names.h"
#include "engine/spell.h"
#include "kit.h"

enum { FIELDS = 2 * KNOWN_NAMES_MAX, BUDGET = 1 << 16 };

static struct field fields[FIELDS];

/* One letter, one field. */
static struct event event_of(const char *names)
{
    size_t count = strlen(names);
    for (size_t i = 0; i < count; i++) {
        fields[i] = (struct field){
            .name = {names + i, 1}
        };
    }
    return (struct event){.fields = fields, .nfields = count};
}

static void check_keys(const struct event *e, const struct known_name *const *way)
{
    for (size_t i = 0; i < e->nfields; i++) {
        struct buf b;
        buf_init(&b, 1000);
        spell_json_key(&b, known_name_of(&e->fields[i]), i == 0);
        CHECK(str_eq(way[i]->key, buf_str(&b)));
        buf_done(&b);
    }
}

static void names_are_found_again(void)
{
    static const char *const kinds[] = {"abc", "abd", "abc", "b", "", "abcde", "ab", "abc"};
    struct known_names k = {0};
    const struct known_name *way[KNOWN_NAMES_MAX], *first = NULL;
    arena_init(&k.arena, BUDGET);
    known_names_tidy(&k);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct event e = event_of(kinds[i]);
        CHECK(known_names_of(&k, &e, way));
        check_keys(&e, way);
        CHECK(e.nfields == 0 || !way[e.nfields - 1]->any_repeat);
        first = i == 0 ? way[2] : first;
    }
    CHECK(way[2] == first);
    arena_done(&k.arena);
}

static void names_that_repeat_are_told(void)
{
    struct known_names k = {0};
    const struct known_name *way[KNOWN_NAMES_MAX];
    arena_init(&k.arena, BUDGET);
    known_names_tidy(&k);
    struct event e = event_of("abcbab");
    static const uint32_t first[] = {0, 1, 2, 1, 0, 1};
    CHECK(known_names_of(&k, &e, way));
    for (size_t i = 0; i < e.nfields; i++) {
        CHECK_INT(way[i]->first, first[i]);
        CHECK_INT(way[i]->any_repeat, i >= 3);
    }
    arena_done(&k.arena);
}

static void names_are_told_apart_to_the_last_byte(void)
{
    struct known_names k = {0};
    const struct known_name *way[KNOWN_NAMES_MAX];
    arena_init(&k.arena, 16 * BUDGET);
    known_names_tidy(&k);
    for (size_t len = 1; len < 40; len++) {
        for (size_t at = 0; at < len; at++) {
            char name[40];
            memset(name, 'x', sizeof name);
            name[at] = 'y';
            struct field f = {
                .name = {name, len}
            };
            struct event e = {.fields = &f, .nfields = 1};
            if (known_names_of(&k, &e, way)) {
                CHECK(str_eq(way[0]->name, f.name));
                check_keys(&e, way);
            } else {
                k.root->below = NULL; /* so many kinds are not kept */
                k.root->count = 0;
            }
        }
    }
    arena_done(&k.arena);
}

static void what_is_too_much_is_not_kept(void)
{
    struct known_names k = {0};
    const struct known_name *way[KNOWN_NAMES_MAX];
    arena_init(&k.arena, BUDGET);
    known_names_tidy(&k);
    char many[FIELDS + 1];
    memset(many, 'x', FIELDS);
    many[FIELDS] = 0;
    struct event e = event_of(many);
    CHECK(!known_names_of(&k, &e, way));
    bool kept = true;
    for (int i = 0; kept && i < 100000; i++) {
        char name[16];
        int len = snprintf(name, sizeof name, "%d", i);
        struct field same[4] = {{.name = {name, (size_t)len}}};
        same[1] = same[2] = same[3] = same[0];
        kept = known_names_of(&k, &(struct event){.fields = same, .nfields = 4}, way);
    }
    CHECK(!kept);
    known_names_tidy(&k);
    e = event_of("abc");
    CHECK(known_names_of(&k, &e, way));
    check_keys(&e, way);
    arena_done(&k.arena);
}

int main(void)
{
    RUN(names_are_found_again);
    RUN(names_that_repeat_are_told);
    RUN(names_are_told_apart_to_the_last_byte);
    RUN(what_is_too_much_is_not_kept);
    return kit_end();
}
