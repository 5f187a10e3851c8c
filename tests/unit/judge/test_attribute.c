#include "attribute/attribute.h"
#include "kit.h"

static const struct public_attribution statements[] = {
    {.who = STR_INIT("A"), .actor = STR_INIT("Otter")              },
    {.who = STR_INIT("B"), .actor = STR_INIT("otter")              },
    {.who = STR_INIT("C"), .actor = STR_INIT("Heron; Otter; Stoat")},
    {.who = STR_INIT("D"), .actor = STR_INIT("unnamed")            },
};

static struct attribution answer(struct arena *a, enum verdict_state state, size_t nstatements)
{
    const struct dossier_match match = {
        .id = STR("flood"),
        .name = {{STR_INIT("Flood"), STR_INIT("Crue")}},
        .attributions = statements,
        .nattributions = nstatements,
    };
    const struct assessment as = {.verdict = {.state = state}, .dossiers = &match, .ndossiers = 1};
    struct attribution out;
    const struct catalog *const none[LANG_COUNT] = {NULL};
    attribute(&(struct attribute_input){.assessment = &as, .catalogs = none}, a, &out);
    return out;
}

static void names_nobody_from_what_many_did(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct attribution out = answer(&a, VERDICT_COMPROMISED, 4);
    CHECK(!out.named && out.actor.len == 0);
    CHECK_INT(out.likelihood, LIKELIHOOD_NONE);
    CHECK_STR(out.claims[0].text.in[LANG_EN], "Who did this cannot be said from this evidence.");
    CHECK(str_has(out.claims[1].text.in[LANG_EN], STR("at least 3 separate groups")));
    arena_done(&a);
}

static void one_public_statement_is_not_many_users(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct attribution out = answer(&a, VERDICT_COMPROMISED, 2);
    CHECK(!str_has(out.claims[1].text.in[LANG_EN], STR("separate groups")));
    arena_done(&a);
}

static void nothing_happened_so_nobody_did_it(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    CHECK_INT(answer(&a, VERDICT_NONE, 4).nclaims, 0);
    CHECK_INT(answer(&a, VERDICT_CANNOT_TELL, 4).nclaims, 0);
    arena_done(&a);
}

int main(void)
{
    RUN(names_nobody_from_what_many_did);
    RUN(one_public_statement_is_not_many_users);
    RUN(nothing_happened_so_nobody_did_it);
    return kit_end();
}
