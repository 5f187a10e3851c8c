#include "attribute/decide.h"
#include "attribute/evidence.h"

#include "kit.h"

/* One has two tools and two habits of its own; the others fill the world. */
static const char knowledge[] =
    "G1\tOne\tXX\t2014\tT1001=3,T1002=3,T1003=3,T1004=3\tS0001=3,S0002=3,S0003=3\n"
    "G2\tTwo\tYY\t2014\tT1059=1,T1105=1\tS0009=1\n"
    "G3\tThree\t\t2014\tT1059=1,T1106=1\tS0008=1\n"
    "G4\tFour\t\t2014\tT1059=1,T1107=1\tS0007=1\n"
    "G5\tFive\t\t2014\tT1059=1,T1108=1\tS0006=1\n"
    "G6\tSix\t\t2014\tT1059=1,T1109=1\tS0005=1\n"
    "item\tT0999\told\tT1001\n";

static struct decision decision_on(struct arena *a, const char *json)
{
    struct actors *k = ARENA_NEW(a, struct actors);
    struct observed o;
    struct decision d;
    struct err err = {0};
    CHECK(actors_read(str_of(knowledge), "kb", a, k, &err));
    CHECK(observed_read(bytes_of_str(str_of(json)), &(uint64_t){0}, "o", a, &o, &err));
    CHECK(decide(k, &o, &model_limier, a, &d));
    return d;
}

static void techniques_alone_are_one_family(void)
{
    struct arena a;
    arena_init(&a, 16 << 20);
    struct decision d =
        decision_on(&a, "{\"techniques\":[\"T1001\",\"T1002\",\"T1003\",\"T1004\"]}");
    CHECK_STR(d.answer.list[0].actor->id, "G1");
    CHECK(!d.named && (d.doubts & DOUBT_FAMILIES));
    arena_done(&a);
}

static void planted_software_does_not_name_its_owner(void)
{
    struct arena a;
    arena_init(&a, 16 << 20);
    struct decision d = decision_on(
        &a, "{\"techniques\":[\"T1059\",\"T1105\"],\"software\":[\"S0001\",\"S0002\"]}");
    CHECK_STR(d.answer.list[0].actor->id, "G1");
    CHECK(!d.named && (d.doubts & DOUBT_PLANTED));
    CHECK_INT(d.planted.nids, 2);
    CHECK_STR(d.planted.first->id, "G2");
    arena_done(&a);
}

static void the_ledger_adds_up_and_the_families_are_its_parts(void)
{
    struct arena a;
    arena_init(&a, 16 << 20);
    struct decision d = decision_on(
        &a, "{\"techniques\":[\"T1001\",\"T1059\",\"T1998\"],\"software\":[\"S0001\",\"S0009\"]}");
    for (size_t g = 0; g < d.ncolumns; g++) {
        double sum = 0;
        for (size_t i = 0; i < d.nledger; i++) {
            sum += d.ledger[i].nats[g];
        }
        double off = sum - d.answer.list[g].nats;
        CHECK(off < 1e-9 && off > -1e-9);
    }
    double off = d.family[0] + d.family[1] - d.answer.list[0].nats;
    CHECK(off < 1e-9 && off > -1e-9);
    arena_done(&a);
}

static void an_item_that_was_observed_is_not_among_what_would_tell(void)
{
    struct arena a;
    arena_init(&a, 16 << 20);
    struct decision d = decision_on(&a, "{\"techniques\":[\"T1001\"],\"software\":[\"S0001\"]}");
    CHECK(d.napart > 0);
    for (size_t i = 0; i < d.napart; i++) {
        CHECK(!str_eq(d.apart[i].id, STR("T1001")) && !str_eq(d.apart[i].id, STR("S0001")));
    }
    arena_done(&a);
}

static void nothing_observed_names_nobody(void)
{
    struct arena a;
    arena_init(&a, 16 << 20);
    struct decision d = decision_on(&a, "{}");
    CHECK(!d.named && d.answer.count == 6 && d.nlinchpins == 0);
    arena_done(&a);
}

static void little_memory_is_refused_not_crashed_on(void)
{
    struct arena a;
    struct actors k;
    struct observed o;
    struct err err = {0};
    arena_init(&a, 16 << 20);
    CHECK(actors_read(str_of(knowledge), "kb", &a, &k, &err));
    CHECK(observed_read(bytes_of_str(STR("{\"software\":[\"S0001\"]}")), &(uint64_t){0}, "o", &a,
                        &o, &err));
    bool refused = false, ok = false;
    for (uint64_t budget = 0; !ok && budget < 1 << 20; budget += 500) {
        struct arena small;
        struct decision d;
        arena_init(&small, budget);
        ok = decide(&k, &o, &model_limier, &small, &d);
        refused = refused || !ok;
        arena_done(&small);
    }
    CHECK(refused && ok);
    arena_done(&a);
}

/* A lead counts by half, context not at all, what the trail found neither. */
static void findings_count_as_far_as_their_rules_prove(void)
{
    static const str techniques[] = {STR_INIT("T0999")}, others[] = {STR_INIT("T1059")};
    static const str tags[] = {STR_INIT("attack.s0001"), STR_INIT("attack.stealth")};
    const struct rule_info lead = {.weight = WEIGHT_LEAD, .attack = techniques, .nattack = 1};
    const struct rule_info proof = {.weight = WEIGHT_PROOF, .tags = tags, .ntags = 2};
    const struct rule_info context = {.weight = WEIGHT_CONTEXT, .attack = others, .nattack = 1};
    const struct finding findings[] = {
        {.id = STR("a"), .rule = &lead,    .trail = false},
        {.id = STR("b"), .rule = &lead,    .trail = false},
        {.id = STR("c"), .rule = &proof,   .trail = false},
        {.id = STR("d"), .rule = &context, .trail = false},
        {.id = STR("e"), .rule = &proof,   .trail = true },
    };
    struct arena a;
    struct actors k;
    struct evidence e;
    struct err err = {0};
    arena_init(&a, 16 << 20);
    CHECK(actors_read(str_of(knowledge), "kb", &a, &k, &err));
    CHECK(evidence_of(findings, ARRAY_LEN(findings), &k, &a, &e));
    CHECK_INT(e.nitems, 2);
    CHECK_STR(e.items[0].id, "T1001"); /* the successor of T0999 */
    CHECK(e.items[0].trust < 0.6 && e.items[0].count == 2);
    CHECK_STR(e.items[0].finding, "a");
    CHECK_STR(e.observed.of[ITEM_SOFTWARE].ids[0], "S0001");
    CHECK(e.observed.of[ITEM_SOFTWARE].trust[0] > 0.9 && e.items[1].count == 1);
    arena_done(&a);
}

int main(void)
{
    RUN(techniques_alone_are_one_family);
    RUN(planted_software_does_not_name_its_owner);
    RUN(the_ledger_adds_up_and_the_families_are_its_parts);
    RUN(an_item_that_was_observed_is_not_among_what_would_tell);
    RUN(nothing_observed_names_nobody);
    RUN(little_memory_is_refused_not_crashed_on);
    RUN(findings_count_as_far_as_their_rules_prove);
    return kit_end();
}
