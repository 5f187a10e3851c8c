#include "detect/decode/decode.h"
#include "kit.h"

static struct arena arena;

static str decoded_of(const char *name, const char *field)
{
    struct decoded d;
    if (!decode_value(STR("sunburst-name"), str_of(name), &arena, &d)) {
        return STR("not decoded");
    }
    const struct named_value *v = NULL;
    for (size_t i = 0; i < d.count; i++) {
        v = str_eq(d.fields[i].name, str_of(field)) ? &d.fields[i] : v;
    }
    return v ? v->value : STR("no such field");
}

/* The names stand in FireEye's indicators; NETRESEC published whose they are, when they were asked
 * for, and that these victims had been chosen. */
static void times_and_victims_are_those_that_were_published(void)
{
    static const struct {
        const char *name, *time, *victim, *chosen;
    } published[] = {
        {"02m6hcopd17p6h450gt3", "2020-10-02T21:00:00Z", "F18613981DEC4D1A", "no" },
        {"6a57jk2ba1d9keg15cbg", "2020-06-13T09:00:00Z", "FC07EB59E028D3EE", "yes"},
        {"7sbvaemscs0mc925tb99", "2020-06-11T22:30:00Z", "1D71011E992C3D68", "yes"},
        {"gq1h856599gqh538acqn", "2020-06-13T08:30:00Z", "F90BDDB47E495629", "yes"},
        {"ihvpgv9psvq02ffo77et", "2020-06-20T02:30:00Z", "DB7DE5B93573A3F7", "yes"},
        {"k5kcubuassl3alrf7gm3", "2020-07-22T17:00:00Z", "3C327147876E6EA4", "yes"},
        {"mhdosoksaccf9sni9icp", "2020-07-23T18:30:00Z", "3C327147876E6EA4", "yes"},
    };
    for (size_t i = 0; i < ARRAY_LEN(published); i++) {
        CHECK_STR(decoded_of(published[i].name, "DecodedTime"), published[i].time);
        CHECK_STR(decoded_of(published[i].name, "DecodedVictim"), published[i].victim);
        CHECK_STR(decoded_of(published[i].name, "DecodedSecondStage"), published[i].chosen);
    }
}

/* The examples of RedDrip and of Prevasio. */
static void domains_are_those_that_were_published(void)
{
    CHECK_STR(decoded_of("1fik67gkncg86q6daovthro0love0oe2.appsync-api.us-west-2.avsvmcloud.com",
                         "DecodedDomain"),
              "qingmei-inc.co");
    CHECK_STR(
        decoded_of("FIVU4VJAMVE5VFRTN2HUOV.appsync-api.us-west-2.avsvmcloud.com", "DecodedDomain"),
        "domain");
}

/* Made by the encoding that the analyses describe, written a second time elsewhere, of a victim
 * called 0A1B2C3D4E5F6071. */
static void parts_of_a_domain_say_which_they_are(void)
{
    CHECK_STR(decoded_of("v6m7lle7ar2tt42ae2sd02rmuhd1r02e", "Decoded"),
              "domain=corp.example.c part=1 victim=0A1B2C3D4E5F6071");
    CHECK_STR(decoded_of("v6m7lle7ar2tt4292h", "Decoded"),
              "domain=om part=last victim=0A1B2C3D4E5F6071");
    CHECK_STR(decoded_of("v6m7lle7ar2tt42a00esqifn0ffe62bb", "DecodedDomain"), "CORP.exa");
    CHECK_STR(decoded_of("v6m7lle7ar2tt429u0lc0fe0b1uv", "DecodedDomain"), "a-b_c.lan");
    CHECK_STR(decoded_of("9hi9nasvroqv89qiqroh", "Decoded"),
              "time=2020-07-14T02:30:00Z second-stage=yes victim=0A1B2C3D4E5F6071");
}

static void what_is_not_written_so_is_not_decoded(void)
{
    static const char *const names[] = {
        "",
        "www.example.com",
        "v6m7lle7ar2tt42",
        "v6m7lle7ar2tt429-",
        "v6m7lle7ar2tt4290",
        "aaaaaaaaaaaaaaaaaaaa",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "0123456789012345678901234567890123456789012345678901234567890123456789",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        CHECK_STR(decoded_of(names[i], "Decoded"), "not decoded");
    }
    struct decoded d;
    CHECK(!decode_value(STR("no-such-scheme"), STR("02m6hcopd17p6h450gt3"), &arena, &d));
    CHECK(decode_knows(STR("sunburst-name")) && !decode_knows(STR("")));
}

static void any_bytes_are_survived(void)
{
    char name[80];
    for (unsigned seed = 0; seed < 20000; seed++) {
        size_t len = seed % sizeof name;
        for (size_t i = 0; i < len; i++) {
            name[i] = (char)((seed * 2654435761U >> (i % 24)) ^ (i * 37));
        }
        struct decoded d;
        (void)decode_value(STR("sunburst-name"), (str){name, len}, &arena, &d);
        CHECK(d.count <= DECODED_MAX);
    }
}

int main(void)
{
    arena_init(&arena, 1 << 26);
    RUN(times_and_victims_are_those_that_were_published);
    RUN(domains_are_those_that_were_published);
    RUN(parts_of_a_domain_say_which_they_are);
    RUN(what_is_not_written_so_is_not_decoded);
    RUN(any_bytes_are_survived);
    arena_done(&arena);
    return kit_end();
}
