#include "judge/dossier.h"
#include "kit.h"

static const struct dossier *read(struct arena *a, const char *yaml, struct yaml_error *error)
{
    *error = (struct yaml_error){0};
    return dossier_read(a, STR("t.yml"), bytes_of_str(str_of(yaml)), error);
}

static bytes file(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "rb");
    bytes b = {NULL, 0};
    if (f) {
        enum { ROOM = 1 << 20 };
        uint8_t *room = arena_alloc(a, ROOM);
        b = (bytes){room, fread(room, 1, ROOM, f)};
        (void)fclose(f);
    }
    return b;
}

#define HEAD                 \
    "dossier: x\n"           \
    "name: {en: X, fr: X}\n" \
    "summary: {en: X, fr: X}\n"

static void refuses_with_the_place(const char *yaml, unsigned line, const char *what)
{
    struct arena a;
    arena_init(&a, 1 << 22);
    struct yaml_error error;
    CHECK(read(&a, yaml, &error) == NULL);
    CHECK_INT(error.line, line);
    if (!strstr(error.text, what)) {
        CHECK_STR(str_of(error.text), what);
    }
    arena_done(&a);
}

static void says_what_is_wrong_and_where(void)
{
    refuses_with_the_place("[]\n", 1, "expected a map");
    refuses_with_the_place("dossier: x\nname: {en: X, fr: X}\n", 1, "'summary' is missing");
    refuses_with_the_place(HEAD "nmaes: []\n", 4, "unknown key 'nmaes'");
    refuses_with_the_place("dossier: x\nname: {en: X}\nsummary: {en: X, fr: X}\n", 2,
                           "'fr' is missing");
    refuses_with_the_place(HEAD "names: one\n", 4, "'names' must be a list");
    refuses_with_the_place(HEAD "fixed: ['Exchange 2016 CU19 2176.9']\n", 4,
                           "does not end in a build");
    refuses_with_the_place(HEAD "general: perhaps\n", 4, "must be true or false");
    refuses_with_the_place(HEAD "actions:\n  - {id: a, when: soon, rung: 1}\n", 5,
                           "must be now, today or this_week");
    refuses_with_the_place(HEAD "actions:\n  - {id: a, when: now, rung: 8}\n", 5,
                           "'rung' must be a number from 0 to 7");
}

static void what_one_part_names_another_must_hold(void)
{
    refuses_with_the_place(HEAD "limits:\n  - {id: l, steps: [nowhere], text: {en: a, fr: a},\n"
                                "     remedy: {en: a, fr: a}}\n",
                           1, "there is no step 'nowhere'");
    refuses_with_the_place(HEAD "limits:\n  - {id: l, needs: [iis], text: {en: a, fr: a},\n"
                                "     remedy: {en: a, fr: a}}\n",
                           1, "'logs' says nothing of 'iis'");
}

static void channels_may_end_in_a_star(void)
{
    CHECK(channel_matches(STR("exchange-*"), STR("exchange-httpproxy")));
    CHECK(!channel_matches(STR("exchange-*"), STR("MSExchange Management")));
    CHECK(channel_matches(STR("security"), STR("Security")));
    CHECK(!channel_matches(STR("Sec"), STR("Security")));
}

/* Ours. dossier_read() already insists on both languages and on references that hold. */
static void the_dossiers_of_the_project_can_be_read(void)
{
    static const char *const paths[] = {PROJECT "/dossiers/proxylogon.yml",
                                        PROJECT "/dossiers/general.yml"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct arena a;
        arena_init(&a, UINT64_C(16) << 20);
        struct yaml_error error = {0};
        const struct dossier *d = dossier_read(&a, str_of(paths[i]), file(&a, paths[i]), &error);
        if (!d) {
            (void)fprintf(stderr, "%s:%u:%u: %s\n", paths[i], error.line, error.column, error.text);
        }
        CHECK(d && d->nsteps && d->nlimits && d->nactions && d->nlogs);
        arena_done(&a);
    }
}

static void proxylogon_names_its_flaws_and_its_public_users(void)
{
    struct arena a;
    arena_init(&a, UINT64_C(16) << 20);
    struct yaml_error error = {0};
    bytes text = file(&a, PROJECT "/dossiers/proxylogon.yml");
    const struct dossier *d = dossier_read(&a, STR("p"), text, &error);
    CHECK(d && words_have(d->cves, STR("CVE-2021-26855")) &&
          words_have(d->cves, STR("cve-2021-27065")));
    bool several = false; /* ESET alone counted more than ten groups */
    for (size_t i = 0; d && i < d->nattributions; i++) {
        size_t groups = 1;
        for (size_t k = 0; k < d->attributions[i].actor.len; k++) {
            groups += d->attributions[i].actor.p[k] == ';';
        }
        several = several || groups > 10;
    }
    CHECK(several);
    arena_done(&a);
}

static void any_budget_ends_in_an_answer(void)
{
    for (uint64_t budget = 0; budget < 200000; budget = budget * 2 + 64) {
        struct arena big, a;
        arena_init(&big, UINT64_C(16) << 20);
        arena_init(&a, budget);
        struct yaml_error error = {0};
        bytes text = file(&big, PROJECT "/dossiers/general.yml");
        (void)dossier_read(&a, STR("g"), text, &error);
        arena_done(&a);
        arena_done(&big);
    }
    CHECK(true);
}

int main(void)
{
    RUN(says_what_is_wrong_and_where);
    RUN(what_one_part_names_another_must_hold);
    RUN(channels_may_end_in_a_star);
    RUN(the_dossiers_of_the_project_can_be_read);
    RUN(proxylogon_names_its_flaws_and_its_public_users);
    RUN(any_budget_ends_in_an_answer);
    return kit_end();
}
