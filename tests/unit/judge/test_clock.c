#include "judge/judge.h"
#include "kit.h"

static void corrects_a_clock_that_always_lies(void)
{
    /* the recorded run: Sysmon's UtcTime stands five hours ahead of TimeCreated, 4,679 times */
    const struct clock_vote votes[] = {
        {20, 4679}
    };
    CHECK_INT(clock_shift(votes, 1), 5 * 3600);
}

static void leaves_a_true_clock_alone(void)
{
    const struct clock_vote votes[] = {
        {0, 4679},
        {1, 2   }
    };
    CHECK_INT(clock_shift(votes, 2), 0);
}

static void does_not_believe_mixed_votes(void)
{
    const struct clock_vote votes[] = {
        {20, 60},
        {16, 40}
    };
    CHECK_INT(clock_shift(votes, 2), 0);
}

static void does_not_believe_a_few_votes(void)
{
    const struct clock_vote votes[] = {
        {20, 4}
    };
    CHECK_INT(clock_shift(votes, 1), 0);
    CHECK_INT(clock_shift(NULL, 0), 0);
}

static void lets_a_few_delayed_events_pass(void)
{
    const struct clock_vote votes[] = {
        {-8, 97},
        {-7, 3 }
    };
    CHECK_INT(clock_shift(votes, 2), -2 * 3600);
}

int main(void)
{
    RUN(corrects_a_clock_that_always_lies);
    RUN(leaves_a_true_clock_alone);
    RUN(does_not_believe_mixed_votes);
    RUN(does_not_believe_a_few_votes);
    RUN(lets_a_few_delayed_events_pass);
    return kit_end();
}
