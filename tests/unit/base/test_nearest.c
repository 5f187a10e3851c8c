#include "cli/command.h"

#include "kit.h"

static const char *const names[] = {"scan", "report", "explain", "dump", "match", "rules"};

static const char *nearest(const char *word)
{
    const char *meant = nearest_word(word, names, ARRAY_LEN(names));
    return meant ? meant : "(none)";
}

static void one_slip_is_understood(void)
{
    CHECK_STR(str_of(nearest("scna")), "scan"); /* exchanged */
    CHECK_STR(str_of(nearest("sacn")), "scan");
    CHECK_STR(str_of(nearest("scann")), "scan");    /* one too many */
    CHECK_STR(str_of(nearest("scn")), "scan");      /* one missing */
    CHECK_STR(str_of(nearest("repart")), "report"); /* a wrong one */
}

static void a_beginning_is_understood(void)
{
    CHECK_STR(str_of(nearest("expl")), "explain");
    CHECK_STR(str_of(nearest("rep")), "report");
}

static void what_is_far_from_everything_is_not_guessed(void)
{
    CHECK_STR(str_of(nearest("frobnicate")), "(none)");
    CHECK_STR(str_of(nearest("")), "(none)");
    CHECK_STR(str_of(nearest("x")), "(none)");
    CHECK_STR(str_of(nearest("a-word-that-is-much-longer-than-any-command-there-is")), "(none)");
}

int main(void)
{
    RUN(one_slip_is_understood);
    RUN(a_beginning_is_understood);
    RUN(what_is_far_from_everything_is_not_guessed);
    return kit_end();
}
