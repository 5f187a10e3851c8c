#include "judge/judge.h"

/* A clock that lies does so all the time: an export that wrote local time with a Z, a virtual
 * machine in the wrong zone. Fewer votes than these, or mixed ones, prove nothing. */
enum { VOTES_NEEDED = 5, PERCENT_NEEDED = 95, SECONDS_A_STEP = 900 };

int64_t clock_shift(const struct clock_vote *votes, size_t count)
{
    uint64_t total = 0;
    const struct clock_vote *best = NULL;
    for (size_t i = 0; i < count; i++) {
        total += votes[i].count;
        if (!best || votes[i].count > best->count) {
            best = &votes[i];
        }
    }
    if (!best || best->count < VOTES_NEEDED ||
        best->count < total / 100 * PERCENT_NEEDED + total % 100 * PERCENT_NEEDED / 100) {
        return 0;
    }
    return (int64_t)best->quarter_hours * SECONDS_A_STEP;
}
