/* Choosing which rules report. */
#include "load.h"

static const char rules[] =
    "title: Low\nlevel: low\nstatus: stable\n"
    "logsource: {product: windows, service: security}\n"
    "detection: {sel: {EventID: 1}, condition: sel}\n"
    "---\n"
    "title: High\nlevel: high\nstatus: test\ntags: [attack.t1059.001]\n"
    "logsource: {product: windows, service: security}\n"
    "detection: {sel: {EventID: 1}, condition: sel}\n"
    "---\n"
    "title: Base\nname: base\nlevel: low\n"
    "logsource: {product: windows, service: security}\n"
    "detection: {sel: {EventID: 1}, condition: sel}\n"
    "---\n"
    "title: Often\nlevel: high\nstatus: stable\n"
    "correlation: {type: event_count, rules: [base], group-by: [User], timespan: 1m,"
    " condition: {gte: 1}}\n";

struct seen {
    struct sigma *s;
    char titles[64];
    size_t observed;
};

static bool on_hit(void *ctx, const struct sigma_hit *hit)
{
    struct seen *seen = ctx;
    str title = sigma_rule(seen->s, hit->rule)->title;
    (void)snprintf(seen->titles + strlen(seen->titles), 20, "%.*s ", STR_ARG(title));
    return true;
}

static void on_observation(void *ctx, const struct sigma_observation *o)
{
    (void)o;
    ((struct seen *)ctx)->observed++;
}

/* What reports of the rules above. */
static struct seen chosen_by(const struct sigma_choice *choice)
{
    struct arena arena;
    struct names names;
    struct err err = {0};
    arena_init(&arena, 64 << 20);
    CHECK(names_init(&names, &arena));
    struct seen seen = {.s = sigma_new(&arena, &names)};
    CHECK(load_sources(seen.s));
    CHECK_INT(sigma_add(seen.s, STR("x.yml"), bytes_of_str(str_of(rules))), 4);
    sigma_choose(seen.s, choice);
    CHECK(sigma_compile(seen.s, &err));
    struct sigma_run *run = sigma_run_new(seen.s, (struct hash_key){1, 2});
    sigma_run_observe(run, on_observation, &seen);
    struct origin origin = {.channel = STR("Security"), .event_id = 1};
    struct event e = {.origin = &origin};
    CHECK(sigma_run_event(run, &e, on_hit, &seen));
    sigma_run_free(run);
    sigma_done(seen.s);
    arena_done(&arena);
    return seen;
}

static void rules_are_chosen_by_level(void)
{
    struct sigma_choice all = {.min_level = LEVEL_INFORMATIONAL};
    struct sigma_choice high = {.min_level = LEVEL_HIGH};
    CHECK_STR(str_of(chosen_by(&all).titles), "Low High ");
    CHECK_STR(str_of(chosen_by(&high).titles), "High ");
}

static void rules_are_chosen_by_status(void)
{
    str stable[] = {STR("Stable")};
    struct sigma_choice choice = {.statuses = stable, .nstatuses = 1};
    CHECK_STR(str_of(chosen_by(&choice).titles), "Low ");
}

static const char given_up[] = "title: Old\nstatus: deprecated\n"
                               "logsource: {product: windows, service: security}\n"
                               "detection: {sel: {EventID: 1}, condition: sel}\n";

static void what_authors_gave_up_is_left_out_unless_asked_for(void)
{
    str any[] = {STR("any")}, old[] = {STR("deprecated")}, stable[] = {STR("stable")};
    const struct {
        struct sigma_choice choice;
        bool chosen;
        size_t told;
    } cases[] = {
        {{0},                                  false, 1},
        {{.statuses = any, .nstatuses = 1},    true,  0},
        {{.statuses = old, .nstatuses = 1},    true,  0},
        {{.statuses = stable, .nstatuses = 1}, false, 0},
        {{.first = 1},                         true,  0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena;
        struct names names;
        arena_init(&arena, 64 << 20);
        CHECK(names_init(&names, &arena));
        struct sigma *s = sigma_new(&arena, &names);
        CHECK_INT(sigma_add(s, STR("x.yml"), bytes_of_str(str_of(given_up))), 1);
        sigma_choose(s, &cases[i].choice);
        CHECK(sigma_chosen(s, 0) == cases[i].chosen);
        CHECK_INT(sigma_problem_count(s), cases[i].told);
        arena_done(&arena);
    }
}

static void rules_are_chosen_by_tag_and_those_below_it(void)
{
    str technique[] = {STR("attack.t1059")}, other[] = {STR("attack.t105")};
    struct sigma_choice choice = {.tags = technique, .ntags = 1};
    CHECK_STR(str_of(chosen_by(&choice).titles), "High ");
    choice.tags = other;
    CHECK_STR(str_of(chosen_by(&choice).titles), "");
}

static void what_a_correlation_rests_on_runs_all_the_same(void)
{
    struct sigma_choice high = {.min_level = LEVEL_HIGH};
    CHECK_INT(chosen_by(&high).observed, 1);
}

int main(void)
{
    RUN(rules_are_chosen_by_level);
    RUN(rules_are_chosen_by_status);
    RUN(what_authors_gave_up_is_left_out_unless_asked_for);
    RUN(rules_are_chosen_by_tag_and_those_below_it);
    RUN(what_a_correlation_rests_on_runs_all_the_same);
    return kit_end();
}
