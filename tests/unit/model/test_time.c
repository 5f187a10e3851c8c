#include "kit.h"
#include "model/time.h"

static struct arena a;

/* Seconds since 1970 by `date -u -d ... +%s`. */
static const struct {
    const char *text;
    int64_t seconds;
    const char *canonical;
} known[] = {
    {"1970-01-01T00:00:00Z",      0,            "1970-01-01T00:00:00Z"},
    {"2021-03-14 06:40:13",       1615704013,   "2021-03-14T06:40:13Z"},
    {"2021-03-14T01:40:13-05:00", 1615704013,   "2021-03-14T06:40:13Z"},
    {"2020-02-29T23:59:59Z",      1583020799,   "2020-02-29T23:59:59Z"},
    {"1969-12-31T23:59:59Z",      -1,           "1969-12-31T23:59:59Z"},
    {"2000-03-01",                951868800,    "2000-03-01T00:00:00Z"},
    {"1601-01-01T00:00:00Z",      -11644473600, "1601-01-01T00:00:00Z"},
};

static void reads_and_prints_known_times(void)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        usec t = time_parse(str_of(known[i].text));
        CHECK_INT(t, known[i].seconds * USEC_PER_SEC);
        CHECK_STR(time_text(&a, t), known[i].canonical);
    }
}

static void fractions_have_as_many_digits_as_they_need(void)
{
    CHECK_STR(time_text(&a, time_parse(STR("2021-03-14T06:40:13.659Z"))),
              "2021-03-14T06:40:13.659Z");
    CHECK_STR(time_text(&a, time_parse(STR("2021-03-14T06:40:13.6590001Z"))),
              "2021-03-14T06:40:13.659Z");
    CHECK_STR(time_text(&a, time_parse(STR("2021-03-14T06:40:13.000001Z"))),
              "2021-03-14T06:40:13.000001Z");
    CHECK_STR(time_text(&a, -1), "1969-12-31T23:59:59.999999Z");
}

static void refuses_what_is_no_time(void)
{
    static const char *const wrong[] = {"",
                                        "2021",
                                        "2021-02-30",
                                        "2021-13-01",
                                        "2021-03-14T24:00:00Z",
                                        "2021-03-14T06:61:00Z",
                                        "2021-03-14T06:40:13X",
                                        "0000-01-01",
                                        "2021-03-14T06",
                                        "21-03-14",
                                        "2021-03-14T06:40:13.Z"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        CHECK(time_parse(str_of(wrong[i])) == TIME_NONE);
    }
}

static void converts_filetimes(void)
{
    CHECK(time_of_filetime(116444736000000000) == 0);
    CHECK(time_of_filetime(0) == TIME_NONE);
    CHECK(time_of_filetime(UINT64_MAX) == TIME_NONE);
    CHECK_STR(time_text(&a, time_of_filetime(2650467743999999999)), "9999-12-31T23:59:59.999999Z");
    CHECK(time_of_filetime(2650467744000000000) == TIME_NONE);
    CHECK_STR(time_text(&a, time_of_filetime(132601776136590000)), "2021-03-14T06:40:13.659Z");
    CHECK_STR(time_text(&a, TIME_NONE), "");
}

static void every_day_of_ten_thousand_years_reads_back(void)
{
    for (int64_t day = -719162; day < 2932896; day += 13) {
        usec t = day * 86400 * USEC_PER_SEC + 12345678;
        CHECK(time_of_civil(civil_of_time(t)) == t);
    }
}

int main(void)
{
    arena_init(&a, 1 << 20);
    RUN(reads_and_prints_known_times);
    RUN(fractions_have_as_many_digits_as_they_need);
    RUN(refuses_what_is_no_time);
    RUN(converts_filetimes);
    RUN(every_day_of_ten_thousand_years_reads_back);
    arena_done(&a);
    return kit_end();
}
