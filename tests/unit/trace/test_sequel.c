/* An attempt at 0, by 198.51.100.1, on a server whose log began a day before. */
#include "kit.h"
#include "trace/sequel.h"

#define AT(seconds) ((usec)(seconds)*USEC_PER_SEC)
#define DAY_S       86400

enum { HOME, SHELL, OTHERS, MORE = 8 };

static const struct rule_info refused = {.rung = 2, .weight = WEIGHT_LEAD};
static const struct entity_ref client = {STR_INIT("address"), STR_INIT("client"),
                                         STR_INIT("198.51.100.1")};

struct scene {
    struct finding attempt;
    struct visit visits[MORE];
    size_t count;
};

static struct visit use(const char *page, const char *address, int64_t seconds, uint64_t size)
{
    return (struct visit){.page = str_of(page),
                          .address = str_of(address),
                          .requests = 3,
                          .ok = 3,
                          .posts = 3,
                          .out = 3 * size,
                          .sized = 3,
                          .first = AT(seconds),
                          .last = AT(seconds),
                          .ok_first = AT(seconds),
                          .ok_last = AT(seconds)};
}

static struct scene scene(void)
{
    struct scene s = {
        .attempt = {.rule = &refused, .time = AT(0), .entities = &client, .nentities = 1},
        .count = 2
    };
    s.visits[HOME] = use("/owa/", "", -DAY_S, 900);
    s.visits[SHELL] = use("/owa/auth/wq2.aspx", "198.51.100.1", 40, 120);
    return s;
}

static bool follows(const struct scene *s)
{
    const struct traffic_seen t = {s->visits, s->count, NULL, NULL};
    return sequel_of(&s->attempt, 1, &t, SHELL) == &s->attempt;
}

static void a_page_that_is_new_and_used_at_once_follows_the_attempt(void)
{
    struct scene s = scene();
    CHECK(follows(&s));
    s.visits[SHELL].ok_first = AT(16 * 60); /* too late to be the same hand */
    CHECK(!follows(&s));
    s.visits[SHELL].ok_first = AT(-1); /* before it */
    CHECK(!follows(&s));
}

static void who_did_not_try_is_no_intruder(void)
{
    struct scene s = scene();
    s.visits[SHELL].address = STR("198.51.100.2");
    CHECK(!follows(&s));
    s.visits[SHELL].address = STR("10.0.0.4"); /* through a proxy everybody does everything */
    CHECK(!follows(&s));
}

static void a_page_that_answered_others_before_is_not_new(void)
{
    struct scene s = scene();
    s.visits[s.count++] = use("/owa/auth/wq2.aspx", "192.0.2.9", -9, 120);
    CHECK(!follows(&s));
    s.visits[OTHERS].ok_first = AT(300); /* later: somebody else found it, or was told of it */
    CHECK(follows(&s));
    s.visits[OTHERS].address = STR_NONE; /* everybody's */
    CHECK(!follows(&s));
}

static void one_look_is_no_use(void)
{
    struct scene s = scene();
    s.visits[SHELL].posts = 0;
    CHECK(!follows(&s));
    s = scene();
    s.visits[SHELL].ok = s.visits[SHELL].posts = s.visits[SHELL].requests = 1;
    CHECK(!follows(&s));
    s = scene();
    s.visits[SHELL].account = STR("CONTOSO\\anna");
    CHECK(!follows(&s));
    s = scene();
    s.visits[SHELL].page = STR("/owa/auth/frowny.aspx"); /* Exchange ships it */
    CHECK(!follows(&s));
}

static void in_a_log_that_has_just_begun_everything_is_new(void)
{
    struct scene s = scene();
    s.visits[HOME].first = AT(-60);
    CHECK(!follows(&s));
}

static void a_server_that_answers_everything_alike_tells_nothing(void)
{
    struct scene s = scene();
    s.visits[s.count++] = use("/a1.aspx", "198.51.100.1", 41, 120);
    s.visits[s.count++] = use("/a2.aspx", "198.51.100.1", 42, 120);
    CHECK(follows(&s));
    s.visits[s.count++] = use("/a3.aspx", "198.51.100.1", 43, 120);
    CHECK(!follows(&s));
    s.visits[s.count - 1].out = 3 * 121;
    CHECK(follows(&s));
}

static void rules_of_others_name_attempts_too(void)
{
    static const str entry[] = {STR_INIT("initial-access")};
    const struct rule_info high = {
        .rung = RUNG_NONE, .level = LEVEL_HIGH, .tactics = entry, .ntactics = 1};
    const struct rule_info medium = {
        .rung = RUNG_NONE, .level = LEVEL_MEDIUM, .tactics = entry, .ntactics = 1};
    struct scene s = scene();
    s.attempt.rule = &high;
    CHECK(follows(&s));
    s.attempt.rule = &medium;
    CHECK(!follows(&s));
}

int main(void)
{
    RUN(a_page_that_is_new_and_used_at_once_follows_the_attempt);
    RUN(who_did_not_try_is_no_intruder);
    RUN(a_page_that_answered_others_before_is_not_new);
    RUN(one_look_is_no_use);
    RUN(in_a_log_that_has_just_begun_everything_is_new);
    RUN(a_server_that_answers_everything_alike_tells_nothing);
    RUN(rules_of_others_name_attempts_too);
    return kit_end();
}
