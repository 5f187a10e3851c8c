#include "kit.h"
#include "model/summary.h"

static const struct named_value fields[] = {
    {STR_INIT("Image"), STR_INIT("C:\\cmd.exe")},
    {STR_INIT("User"),  STR_INIT(" SYSTEM ")   },
};

static str english(const char *sentence, struct arena *a)
{
    struct rule_info rule = {.title = STR("A title")};
    rule.summary.in[LANG_EN] = str_of(sentence);
    return summary_of(&rule, fields, ARRAY_LEN(fields), a).in[LANG_EN];
}

static void fills_in_values(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    CHECK_STR(english("{User} ran {image}", &a), "SYSTEM ran C:\\cmd.exe");
    CHECK_STR(english("{Missing} {", &a), "? {");
    CHECK_STR(english("{Missing|image|User}", &a), "C:\\cmd.exe");
    CHECK_STR(english("{Missing|}", &a), "?");
    CHECK_STR(english("", &a), "A title");
    CHECK_STR(english("} odd { braces", &a), "} odd { braces");
    arena_done(&a);
}

static void french_falls_back_to_english(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct rule_info rule = {.title = STR("A title")};
    rule.summary.in[LANG_EN] = STR("ran {Image}");
    CHECK_STR(summary_of(&rule, fields, 2, &a).in[LANG_FR], "ran C:\\cmd.exe");
    arena_done(&a);
}

static void long_values_are_cut_at_a_whole_character(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    char value[400];
    for (size_t i = 0; i < sizeof value; i += 2) {
        memcpy(value + i, "\xc3\xa9", 2);
    }
    struct named_value f = {
        STR("X"), {value + 1, sizeof value - 1}
    };
    struct rule_info rule = {0};
    rule.summary.in[LANG_EN] = STR("{X}");
    str s = summary_of(&rule, &f, 1, &a).in[LANG_EN];
    CHECK(s.len <= 164 && str_ends(s, STR("\xc3\xa9\xe2\x80\xa6")));
    arena_done(&a);
}

int main(void)
{
    RUN(fills_in_values);
    RUN(french_falls_back_to_english);
    RUN(long_values_are_cut_at_a_whole_character);
    return kit_end();
}
