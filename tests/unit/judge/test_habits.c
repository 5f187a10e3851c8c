/* Rules of others on a host whose log covers four days. */
#include "evidence.h"

static str tactic = STR_INIT("execution");

static void new_host(struct evidence *e)
{
    evidence_init(e);
    has_unit(e, "unit", OUTCOME_PARSED, 1000);
    has_log(e, "Security", 0, 96 * HOUR_S);
}

/* As often as `count`, each `every` seconds, all by one rule. */
static void matches(struct evidence *e, size_t count, int64_t first, int64_t every)
{
    const struct rule_info *rule = NULL;
    for (size_t i = 0; i < count; i++) {
        struct finding *f = saw_of_others(e, LEVEL_HIGH, &tactic, first + (int64_t)i * every);
        rule = rule ? rule : f->rule;
        f->rule = rule;
    }
}

static void what_matches_all_the_time_is_a_habit_and_said(void)
{
    struct evidence e;
    new_host(&e);
    matches(&e, 32, HOUR_S, 3 * HOUR_S);
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_NONE);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_LOW);
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "taken for habits of this host"));
    CHECK_INT(as.verdict.rung_possible, 5); /* not excluded by that */
    evidence_done(&e);
}

static void what_comes_in_a_burst_is_none(void)
{
    struct evidence e;
    new_host(&e);
    matches(&e, 32, 50 * HOUR_S, 600);
    CHECK_INT(judged(&e).verdict.state, VERDICT_CANNOT_TELL);
    evidence_done(&e);
    new_host(&e);
    matches(&e, 12, 48 * HOUR_S, 4 * HOUR_S); /* it began in the middle, and never stopped */
    CHECK_INT(judged(&e).verdict.state, VERDICT_CANNOT_TELL);
    evidence_done(&e);
}

static void a_job_runs_each_day_at_its_time(void)
{
    struct evidence e;
    new_host(&e);
    matches(&e, 4, HOUR_S, 24 * HOUR_S);
    CHECK_INT(judged(&e).verdict.state, VERDICT_NONE);
    e.findings[2].time += 20 * 60 * USEC_PER_SEC; /* a hand, not a clock */
    CHECK_INT(judged(&e).verdict.state, VERDICT_CANNOT_TELL);
    evidence_done(&e);
    new_host(&e);
    matches(&e, 2, 49 * HOUR_S, 24 * HOUR_S); /* not from the beginning */
    CHECK_INT(judged(&e).verdict.state, VERDICT_CANNOT_TELL);
    evidence_done(&e);
}

static void critical_rules_and_ours_know_no_habits(void)
{
    struct evidence e;
    new_host(&e);
    matches(&e, 32, HOUR_S, 3 * HOUR_S);
    e.rules[0].level = LEVEL_CRITICAL;
    CHECK_INT(judged(&e).verdict.state, VERDICT_CANNOT_TELL);
    e.rules[0].level = LEVEL_HIGH;
    e.rules[0].rung = 5;
    CHECK_INT(judged(&e).verdict.state, VERDICT_CANNOT_TELL);
    evidence_done(&e);
}

static void a_short_log_shows_no_habits(void)
{
    struct evidence e;
    new_host(&e);
    e.sources[0].last = AT(47 * HOUR_S);
    matches(&e, 32, 0, HOUR_S);
    CHECK_INT(judged(&e).verdict.state, VERDICT_CANNOT_TELL);
    evidence_done(&e);
}

int main(void)
{
    RUN(what_matches_all_the_time_is_a_habit_and_said);
    RUN(what_comes_in_a_burst_is_none);
    RUN(a_job_runs_each_day_at_its_time);
    RUN(critical_rules_and_ours_know_no_habits);
    RUN(a_short_log_shows_no_habits);
    return kit_end();
}
