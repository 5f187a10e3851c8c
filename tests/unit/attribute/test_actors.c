#include "attribute/actors.h"
#include "attribute/observed.h"

#include "kit.h"

static bool reads(const char *text, struct actors *k, struct err *err, struct arena *a)
{
    *err = (struct err){0};
    return actors_read(str_of(text), "kb.tsv", a, k, err);
}

static void what_is_known_is_read_by_columns(void)
{
    struct arena a;
    struct actors k;
    struct err err;
    arena_init(&a, 1 << 20);
    CHECK(reads("# a remark\n"
                "G0001\tOne\tXX\t2014-10,2014-11\tT1003.001=2,T1003.002=1\tS0002=1\n"
                "G0002\tTwo\t\t\t\t\n",
                &k, &err, &a));
    CHECK_INT(k.count, 2);
    CHECK_INT(k.live, 1);
    CHECK_INT(k.list[0].reports, 2);
    CHECK_STR(k.list[0].country, "XX");
    const struct item *parent = actors_item(&k, ITEM_PARENT, STR("T1003"));
    CHECK(parent && parent->nholders == 1 && parent->holders[0].count == 2);
    CHECK(!actors_item(&k, ITEM_TECHNIQUE, STR("T1003")));
    CHECK(actors_named(&k, STR("G0002")) == &k.list[1]);
    arena_done(&a);
}

static void what_does_not_follow_the_form_is_refused_with_its_line(void)
{
    static const char *const texts[] = {
        "G1\tOne\tXX\n",
        "G1\tOne\tXX\t2014\tT1003=1\tS0002=1\talias\tmore\n",
        "G1\tOne\tXX\t2014\tT1003\tS0002=1\n",
        "G1\tOne\tXX\t2014\tT1003=0\t\n",
        "G1\tOne\tXX\t2014\tT1003=-1\t\n",
        "G1\tOne\tXX\t2014\tT99=1\t\n",
        "G1\tOne\tXX\t2014\t\tS2=1\n",
        "\tOne\tXX\t2014\tT1003=1\t\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arena a;
        struct actors k;
        struct err err;
        arena_init(&a, 1 << 20);
        CHECK(!reads(texts[i], &k, &err, &a));
        CHECK(strncmp(err.text, "kb.tsv:1: ", 10) == 0);
        arena_done(&a);
    }
}

static void an_actor_stands_there_once(void)
{
    struct arena a;
    struct actors k;
    struct err err;
    arena_init(&a, 1 << 20);
    CHECK(!reads("G1\tOne\t\t2014\tT1003=1\t\nG1\tAgain\t\t2014\tT1003=1\t\n", &k, &err, &a));
    CHECK(strncmp(err.text, "kb.tsv:2: ", 10) == 0);
    CHECK(!reads("# nothing\n", &k, &err, &a));
    arena_done(&a);
}

static bool observes(const char *json, struct observed *o, struct err *err, struct arena *a)
{
    *err = (struct err){0};
    return observed_read(bytes_of_str(str_of(json)), &(uint64_t){0}, "obs.json", a, o, err);
}

static void observations_are_read_and_what_is_no_id_is_told(void)
{
    struct arena a;
    struct observed o;
    struct err err;
    arena_init(&a, 1 << 20);
    CHECK(observes("{\"id\":\"x\",\"techniques\":[\"T1003\",\"T1003\",\"nonsense\"],"
                   "\"software\":[\"S0002\"],\"date\":\"2021\",\"other\":{\"deep\":[1]}}",
                   &o, &err, &a));
    CHECK_STR(o.id, "x");
    CHECK_INT(o.of[ITEM_TECHNIQUE].count, 1);
    CHECK_INT(o.of[ITEM_SOFTWARE].count, 1);
    CHECK(o.nunknown == 1 && str_eq(o.unknown[0], STR("nonsense")));
    CHECK(observes("{\"techniques\":null}", &o, &err, &a) && o.of[ITEM_TECHNIQUE].count == 0);
    arena_done(&a);
}

static void observations_that_are_none_are_refused_with_their_line(void)
{
    static const char *const texts[] = {"",
                                        "[]",
                                        "{\"techniques\":1}",
                                        "{\"techniques\":[1]}",
                                        "{\"techniques\":[\"T1003\"",
                                        "{\"id\":\"x\"",
                                        "{\"techniques\":[[\"T1003\"]]}"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arena a;
        struct observed o;
        struct err err;
        arena_init(&a, 1 << 20);
        CHECK(!observes(texts[i], &o, &err, &a));
        CHECK(strncmp(err.text, "obs.json:1: ", 12) == 0);
        arena_done(&a);
    }
}

int main(void)
{
    RUN(what_is_known_is_read_by_columns);
    RUN(what_does_not_follow_the_form_is_refused_with_its_line);
    RUN(an_actor_stands_there_once);
    RUN(observations_are_read_and_what_is_no_id_is_told);
    RUN(observations_that_are_none_are_refused_with_their_line);
    return kit_end();
}
