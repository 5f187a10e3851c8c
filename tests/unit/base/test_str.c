#include "base/compiler.h"
#include "base/str.h"
#include "kit.h"

static void finds_text_with_and_without_case(void)
{
    CHECK(str_find(STR("hello"), STR("llo")) == 2);
    CHECK(str_find(STR("hello"), STR("lo!")) == 5);
    CHECK(str_find(STR("aaab"), STR("aab")) == 1);
    CHECK(str_find_nocase(STR("HeLLo"), STR("llO")) == 2);
    CHECK(str_has(STR("x"), STR("")));
    CHECK(!str_has(STR(""), STR("x")));
    CHECK(str_starts_nocase(STR("C:\\Windows"), STR("c:\\win")));
    CHECK(str_ends_nocase(STR("cmd.EXE"), STR(".exe")));
    CHECK(!str_ends(STR("exe"), STR("cmd.exe")));
}

static void cuts_into_pieces_empty_ones_too(void)
{
    str rest = STR("a,,b,"), piece;
    const char *const want[] = {"a", "", "b", ""};
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        CHECK(str_cut(&rest, ',', &piece));
        CHECK_STR(piece, want[i]);
    }
    CHECK(!str_cut(&rest, ',', &piece));
}

static void takes_paths_of_both_worlds_apart(void)
{
    CHECK_STR(str_base(STR("C:\\a\\b.aspx")), "b.aspx");
    CHECK_STR(str_base(STR("x/y")), "y");
    CHECK_STR(str_dir(STR("C:\\a\\b.aspx")), "C:\\a");
    CHECK_STR(str_ext(STR("C:\\a.b\\c.tar.gz")), ".gz");
    CHECK_STR(str_ext(STR("C:\\a.b\\c")), "");
    CHECK_STR(str_ext(STR(".htaccess")), "");
}

static void reads_numbers_that_fit_and_no_others(void)
{
    uint64_t u = 0;
    int64_t i = 0;
    CHECK(str_u64(STR("18446744073709551615"), &u) && u == UINT64_MAX);
    CHECK(!str_u64(STR("18446744073709551616"), &u));
    CHECK(str_u64(STR("0x1F"), &u) && u == 31);
    CHECK(!str_u64(STR("0x"), &u) && !str_u64(STR(""), &u) && !str_u64(STR("1a"), &u));
    CHECK(str_i64(STR("-9223372036854775808"), &i) && i == INT64_MIN);
    CHECK(!str_i64(STR("9223372036854775808"), &i) && !str_i64(STR("-"), &i));
}

int main(void)
{
    RUN(finds_text_with_and_without_case);
    RUN(cuts_into_pieces_empty_ones_too);
    RUN(takes_paths_of_both_worlds_apart);
    RUN(reads_numbers_that_fit_and_no_others);
    return kit_end();
}
