#include "formats/database/database_logs.h"
#include "formats/phone/ios_files.h"
#include "formats/phone/keybag.h"
#include "parsing.h"

enum { FILE_MAX = 1 << 20 };

extern const struct format format_database, format_property_list;

static bytes golden(const char *name)
{
    static uint8_t raw[FILE_MAX];
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/golden/formats/%s", PROJECT, name);
    FILE *f = fopen(path, "rb");
    size_t len = f ? fread(raw, 1, sizeof raw, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    CHECK(len > 0);
    return (bytes){raw, len};
}

static void a_row_found_by_its_number_is_the_row_of_the_walk(void)
{
    struct arena a;
    struct sqlite db;
    struct sqlite_rows rows;
    struct sqlite_row row, again;
    arena_init(&a, PARSING_BUDGET);
    CHECK(sqlite_open(&db, golden("database/History.db"), &a));
    const struct sqlite_table *t = sqlite_table_named(&db, STR("history_visits"));
    CHECK(t != NULL);
    size_t count = 0;
    for (sqlite_rows_begin(&rows, &db, t); sqlite_rows_next(&rows, &row); count++) {
        CHECK(sqlite_find(&db, t, row.number, &again));
        CHECK(again.offset == row.offset && again.nvalues == row.nvalues);
    }
    CHECK_INT(count, 31);
    CHECK(!sqlite_find(&db, t, 0, &again) && !sqlite_find(&db, t, 32, &again));
    CHECK(!sqlite_find(&db, t, INT64_MIN, &again) && !sqlite_find(&db, t, INT64_MAX, &again));
    arena_done(&a);
}

static void columns_are_called_as_the_table_says(void)
{
    struct arena a;
    struct sqlite db;
    arena_init(&a, PARSING_BUDGET);
    CHECK(sqlite_open(&db, golden("database/History.db"), &a));
    const struct sqlite_table *t = sqlite_table_named(&db, STR("HISTORY_VISITS"));
    CHECK(t != NULL);
    CHECK_INT(t->ncolumns, 6);
    CHECK_STR(t->columns[0], "id");
    CHECK_STR(t->columns[5], "redirect_destination");
    CHECK_INT(t->rowid, 0);
    CHECK_INT(sqlite_column(t, STR("nothing")), 6);
    arena_done(&a);
}

static void clocks_of_databases_agree(void)
{
    const usec noon = INT64_C(1625140800) * USEC_PER_SEC;
    struct sqlite_value seconds = {.type = SQLITE_IS_REAL, .real = 646833600.5};
    struct sqlite_value nanoseconds = {.type = SQLITE_IS_INT, .number = 646833600000000000};
    struct sqlite_value ms = {.type = SQLITE_IS_INT, .number = 1625140800000};
    struct sqlite_value since_1601 = {.type = SQLITE_IS_INT, .number = 13269614400000000};
    struct sqlite_value text = {.type = SQLITE_IS_TEXT};
    struct sqlite_value far = {.type = SQLITE_IS_REAL, .real = 1e300};
    CHECK_INT(database_time(CLOCK_APPLE, &seconds), noon + USEC_PER_SEC / 2);
    CHECK_INT(database_time(CLOCK_APPLE, &nanoseconds), noon);
    CHECK_INT(database_time(CLOCK_UNIX_MS, &ms), noon);
    CHECK_INT(database_time(CLOCK_1601, &since_1601), noon);
    CHECK_INT(database_time(CLOCK_APPLE, &text), TIME_NONE);
    for (int clock = CLOCK_NONE; clock <= CLOCK_1601; clock++) {
        CHECK_INT(database_time((enum database_clock)clock, &far), TIME_NONE);
    }
}

static void a_cut_list_is_no_list_or_a_part_of_it(void)
{
    bytes whole = golden("property_list/idstatuscache.plist");
    for (size_t len = 0; len <= whole.len; len++) {
        struct arena a;
        struct plist_read read;
        arena_init(&a, PARSING_BUDGET);
        uint8_t *exact = malloc(len + 1); /* so that a sanitizer sees what is read behind it */
        memcpy(exact, whole.p, len);
        CHECK(plist_read((bytes){exact, len}, &a, &read) == (len == whole.len));
        free(exact);
        arena_done(&a);
    }
}

static void any_budget_ends_in_a_note_or_all_events(void)
{
    bytes unit = golden("database/DataUsage.sqlite");
    for (uint64_t budget = 1; budget < 300000; budget = budget * 5 / 4 + 1) {
        struct parsing r = {.arena_budget = budget, .scratch_budget = budget};
        parsing_all(&r, &format_database, unit);
        CHECK(r.heads == 16 || r.notes[NOTE_OVER_BUDGET] > 0 || r.notes[NOTE_BAD_RECORD] > 0);
        parsing_done(&r);
    }
}

static void paths_are_those_of_the_phone(void)
{
    struct arena a;
    arena_init(&a, PARSING_BUDGET);
    CHECK_STR(ios_path(STR("HomeDomain"), STR("Library/SMS/sms.db"), &a),
              "/private/var/mobile/Library/SMS/sms.db");
    CHECK_STR(ios_path(STR("AppDomain-org.example"), STR("x"), &a),
              "/private/var/mobile/Containers/Data/Application/org.example/x");
    CHECK_STR(ios_path(STR("NewDomain"), STR("x"), &a), "/NewDomain/x");
    arena_done(&a);
}

static void a_keybag_without_what_a_password_needs_is_none(void)
{
    static const uint8_t lies[] = {'S', 'A', 'L', 'T', 0xff, 0xff, 0xff, 0xff, 1};
    static const uint8_t salt[] = {'S', 'A', 'L', 'T', 0, 0, 0, 1, 1};
    struct keybag bag;
    CHECK(!keybag_read((bytes){NULL, 0}, &bag));
    CHECK(!keybag_read((bytes){lies, sizeof lies}, &bag));
    CHECK(!keybag_read((bytes){salt, sizeof salt}, &bag));
}

int main(void)
{
    RUN(a_row_found_by_its_number_is_the_row_of_the_walk);
    RUN(columns_are_called_as_the_table_says);
    RUN(clocks_of_databases_agree);
    RUN(a_cut_list_is_no_list_or_a_part_of_it);
    RUN(any_budget_ends_in_a_note_or_all_events);
    RUN(paths_are_those_of_the_phone);
    RUN(a_keybag_without_what_a_password_needs_is_none);
    return kit_end();
}
