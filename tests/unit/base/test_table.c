#include "base/table.h"
#include "kit.h"

static void keeps_the_first_value_of_a_key(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct table t;
    table_init(&t, &a, false);
    uint32_t got = 0;
    CHECK(table_get(&t, STR("x")) == TABLE_NONE);
    CHECK(table_put(&t, STR("x"), 5, &got) && got == 5);
    CHECK(table_put(&t, STR("x"), 6, &got) && got == 5);
    CHECK(table_get(&t, STR("X")) == TABLE_NONE);
    arena_done(&a);
}

static void holds_many_keys_without_their_case(void)
{
    struct arena a;
    arena_init(&a, 1 << 22);
    struct table t;
    table_init(&t, &a, true);
    char key[16];
    uint32_t got = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        (void)snprintf(key, sizeof key, "Key%u", i);
        CHECK(table_put(&t, str_of(key), i, &got) && got == i);
    }
    for (uint32_t i = 0; i < 5000; i++) {
        (void)snprintf(key, sizeof key, "kEY%u", i);
        CHECK(table_get(&t, str_of(key)) == i);
    }
    CHECK(table_get(&t, STR("key5000")) == TABLE_NONE);
    arena_done(&a);
}

static void says_when_its_arena_is_used_up(void)
{
    struct arena a;
    arena_init(&a, 100);
    struct table t;
    table_init(&t, &a, false);
    uint32_t got = 0;
    CHECK(!table_put(&t, STR("x"), 1, &got));
    arena_done(&a);
}

int main(void)
{
    RUN(keeps_the_first_value_of_a_key);
    RUN(holds_many_keys_without_their_case);
    RUN(says_when_its_arena_is_used_up);
    return kit_end();
}
