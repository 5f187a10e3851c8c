#include "base/arena.h"
#include "kit.h"

static void gives_zeroed_aligned_memory(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t size = 0; size < 100; size++) {
        uint8_t *p = arena_alloc(&a, size);
        CHECK(p && (uintptr_t)p % 16 == 0);
        for (size_t i = 0; i < size; i++) {
            CHECK(p[i] == 0);
            p[i] = 0xff;
        }
    }
    arena_done(&a);
}

static void gives_null_past_its_budget_and_works_on(void)
{
    struct arena a;
    arena_init(&a, 10000);
    CHECK(arena_alloc(&a, 20000) == NULL);
    CHECK(arena_array(&a, SIZE_MAX / 2, 4) == NULL);
    CHECK(arena_alloc(&a, SIZE_MAX) == NULL);
    CHECK(arena_alloc(&a, 100) != NULL);
    arena_done(&a);
}

static void any_budget_from_zero_ends_in_null_not_in_a_crash(void)
{
    for (uint64_t budget = 0; budget < 9000; budget += 37) {
        struct arena a;
        arena_init(&a, budget);
        size_t given = 0;
        while (given < 20000 && arena_alloc(&a, 100)) {
            given += 100;
        }
        CHECK(given <= budget);
        arena_done(&a);
    }
}

static void a_rewound_arena_gives_zeroed_memory_again(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    void *kept = arena_alloc(&a, 40);
    struct arena_mark m = arena_mark(&a);
    for (int turn = 0; turn < 1000; turn++) {
        char *p = arena_alloc(&a, 20000);
        CHECK(p && p[0] == 0 && p[19999] == 0);
        if (p) {
            memset(p, 'x', 20000);
        }
        arena_rewind(&a, m);
    }
    CHECK(kept != NULL);
    arena_done(&a);
}

static void grown_arrays_keep_their_items(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    int *items = NULL;
    size_t cap = 0;
    for (int i = 0; i < 1000; i++) {
        items = arena_grow(&a, items, &cap, (size_t)i + 1, sizeof *items);
        CHECK(items != NULL);
        if (items) {
            items[i] = i;
        }
    }
    for (int i = 0; items && i < 1000; i++) {
        CHECK(items[i] == i);
    }
    arena_done(&a);
}

static void copies_text_with_a_nul_behind_it(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    str copy = arena_str(&a, STR("abc"));
    CHECK_STR(copy, "abc");
    CHECK(copy.p[3] == 0);
    CHECK_STR(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    arena_done(&a);
}

static void room_that_is_lent_comes_first_and_is_not_freed(void)
{
    static _Alignas(16) uint8_t room[4096];
    struct arena a;
    arena_init_in(&a, 100000, room, sizeof room);
    struct arena_mark begin = arena_mark(&a);
    uint8_t *first = arena_alloc(&a, 1000);
    CHECK(first > room && first + 1000 <= room + sizeof room);
    uint8_t *beyond = arena_alloc(&a, 8000);
    CHECK(beyond && (beyond < room || beyond >= room + sizeof room));
    arena_rewind(&a, begin);
    CHECK(arena_alloc(&a, 1000) == first);
    CHECK(!arena_alloc(&a, 100000)); /* the room counts */
    arena_reset(&a);
    CHECK(arena_alloc(&a, 16));
    arena_done(&a);
    arena_init_in(&a, 100000, NULL, sizeof room);
    CHECK(arena_alloc(&a, 16));
    arena_done(&a);
}

int main(void)
{
    RUN(gives_zeroed_aligned_memory);
    RUN(gives_null_past_its_budget_and_works_on);
    RUN(any_budget_from_zero_ends_in_null_not_in_a_crash);
    RUN(a_rewound_arena_gives_zeroed_memory_again);
    RUN(grown_arrays_keep_their_items);
    RUN(copies_text_with_a_nul_behind_it);
    RUN(room_that_is_lent_comes_first_and_is_not_freed);
    return kit_end();
}
