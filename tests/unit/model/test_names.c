#include "kit.h"
#include "model/names.h"

static void built_in_names_have_their_numbers(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct names n;
    CHECK(names_init(&n, &a));
    CHECK(names_find(&n, STR("CommandLine")) == FIELD_COMMAND_LINE);
    CHECK(names_find(&n, STR("commandline")) == FIELD_COMMAND_LINE);
    CHECK(names_find(&n, STR("NoSuchField")) == FIELD_NONE);
    CHECK(names_find(&n, STR("")) == FIELD_NONE);
    arena_done(&a);
}

static void blanks_in_names_do_not_count(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct names n;
    CHECK(names_init(&n, &a));
    field_id id = names_add(&n, STR("ThreatName"));
    CHECK(id >= FIELD_BUILTIN_COUNT);
    CHECK(names_find(&n, STR("Threat Name")) == id);
    CHECK(names_add(&n, STR("threat name")) == id);
    CHECK_STR(names_text(&n, id), "ThreatName");
    arena_done(&a);
}

static void the_table_ends_at_its_limit(void)
{
    struct arena a;
    arena_init(&a, 1 << 24);
    struct names n;
    CHECK(names_init(&n, &a));
    field_id last = FIELD_NONE;
    for (int i = 0; i < FIELD_MAX + 10; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "f%d", i);
        last = names_add(&n, str_of(name));
    }
    CHECK(last == FIELD_NONE);
    CHECK(n.count <= FIELD_MAX);
    arena_done(&a);
}

int main(void)
{
    RUN(built_in_names_have_their_numbers);
    RUN(blanks_in_names_do_not_count);
    RUN(the_table_ends_at_its_limit);
    return kit_end();
}
