#include "kit.h"
#include "trace/trace.h"

static struct arena arena;

static const struct quarry quarries[] = {
    {STR_INIT("path"),    STR_INIT("C:\\owa\\max.aspx"), STR_INIT("max.aspx")             },
    {STR_INIT("address"), STR_INIT("192.0.2.1"),         STR_INIT("192.0.2.1")            },
    {STR_INIT("path"),    STR_INIT("C:\\t\\logon.aspx"), STR_INIT("resources\\logon.aspx")},
};

static int hunted(const char *first, const char *second)
{
    struct err err = {0};
    struct hunt *h = hunt_new(&arena, quarries, ARRAY_LEN(quarries), &err);
    struct hunt_scratch *s = h ? hunt_scratch_new(h) : NULL;
    if (!s) {
        (void)fprintf(stderr, "no hunt: %s\n", err.text);
        return -2;
    }
    struct field fields[2] = {0};
    const char *const texts[] = {first, second};
    for (size_t i = 0; i < 2; i++) {
        fields[i] = (struct field){.name = STR("f"),
                                   .data = (const uint8_t *)texts[i],
                                   .len = (uint32_t)strlen(texts[i]),
                                   .type = VALUE_TEXT};
    }
    const struct event e = {.fields = fields, .nfields = 2};
    int found = hunt_event(h, s, &e, &arena);
    hunt_scratch_free(s);
    hunt_done(h);
    return found;
}

static void finds_a_name_wherever_it_stands(void)
{
    CHECK_INT(hunted("POST", "/owa/auth/max.aspx"), 0);
    CHECK_INT(hunted("C:\\inetpub\\MAX.ASPX.cdcab7d2.compiled", "x"), 0);
    CHECK_INT(hunted("from 192.0.2.1:443", "x"), 1);
    CHECK_INT(hunted("nothing", "here"), -1);
}

static void part_of_a_longer_word_is_another_word(void)
{
    CHECK_INT(hunted("/owa/auth/climax.aspx", "x"), -1);
    CHECK_INT(hunted("192.0.2.10", "x"), -1);
    CHECK_INT(hunted("1192.0.2.1", "x"), -1);
    CHECK_INT(hunted("climax.aspx and max.aspx", "x"), 0);
}

static void both_slashes_are_one(void)
{
    CHECK_INT(hunted("/owa/auth/Current/themes/resources/logon.aspx", "x"), 2);
    CHECK_INT(hunted("C:\\themes\\resources\\LOGON.aspx", "x"), 2);
    CHECK_INT(hunted("/owa/auth/logon.aspx", "x"), -1);
}

static void the_first_quarry_wins(void)
{
    CHECK_INT(hunted("192.0.2.1", "max.aspx"), 0);
}

static void empty_values_are_nothing(void)
{
    CHECK_INT(hunted("", ""), -1);
}

/* Eight bytes in the log, ten letters in the needle. */
static void the_number_of_a_session_is_found_as_it_is_held(void)
{
    static const struct quarry session = {STR_INIT("session"), STR_INIT("0x1d701701"),
                                          STR_INIT("0x1d701701")};
    static const uint8_t raw[8] = {0x01, 0x17, 0x70, 0x1d};
    struct field f = {.name = STR("SubjectLogonId"), .data = raw, .len = 8, .type = VALUE_HEX};
    const struct event e = {.fields = &f, .nfields = 1};
    struct err err = {0};
    struct hunt *h = hunt_new(&arena, &session, 1, &err);
    struct hunt_scratch *s = h ? hunt_scratch_new(h) : NULL;
    CHECK(s != NULL);
    CHECK_INT(s ? hunt_event(h, s, &e, &arena) : -2, 0);
    f.type = VALUE_UINT; /* printed 493885185 */
    CHECK_INT(s ? hunt_event(h, s, &e, &arena) : -2, -1);
    hunt_scratch_free(s);
    hunt_done(h);
}

int main(void)
{
    arena_init(&arena, UINT64_C(64) << 20);
    RUN(finds_a_name_wherever_it_stands);
    RUN(part_of_a_longer_word_is_another_word);
    RUN(both_slashes_are_one);
    RUN(the_first_quarry_wins);
    RUN(empty_values_are_nothing);
    RUN(the_number_of_a_session_is_found_as_it_is_held);
    arena_done(&arena);
    return kit_end();
}
