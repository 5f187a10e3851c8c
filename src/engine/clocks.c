/* Clocks that lie are found by the votes of events that carry UTC beside the time that was
 * recorded for them, and set right for a host in one file or archive. */
#include "engine/scan.h"

#include <stdlib.h>

#define CLOCK_BUDGET LIMIT_GIB

str root_of(str unit)
{
    return str_sub(unit, 0, str_find(unit, STR("!/")));
}

struct voter {
    str root, host;
    struct clock_vote vote;
};

static int by_root_and_host(const void *a, const void *b)
{
    const struct voter *x = a, *y = b;
    int order = str_cmp(x->root, y->root);
    order = order ? order : str_cmp(x->host, y->host);
    return order ? order
                 : (x->vote.quarter_hours > y->vote.quarter_hours) -
                       (x->vote.quarter_hours < y->vote.quarter_hours);
}

static bool same_clock(const struct voter *a, const struct voter *b)
{
    return str_eq(a->root, b->root) && str_eq(a->host, b->host);
}

/* The votes of one clock, each answer once. Returns how many voters were taken. */
static size_t count_votes(const struct voter *voters, size_t count, struct clock_vote *votes,
                          size_t *nvotes)
{
    size_t i = 0, n = 0;
    for (; i < count && same_clock(voters, &voters[i]); i++) {
        if (n > 0 && votes[n - 1].quarter_hours == voters[i].vote.quarter_hours) {
            votes[n - 1].count += voters[i].vote.count;
        } else {
            votes[n++] = voters[i].vote;
        }
    }
    *nvotes = n;
    return i;
}

static struct voter *read_voters(struct case_file *c, struct arena *a, size_t *count,
                                 struct err *err)
{
    str *units = NULL;
    struct clock_vote_row *rows = NULL;
    if (!case_votes(c, a, &units, &rows, count, err)) {
        return NULL;
    }
    struct voter *voters = ARENA_ARRAY(a, struct voter, *count + 1);
    if (!voters) {
        (void)err_set(err, ERR_FULL, "too many clocks");
        return NULL;
    }
    for (size_t i = 0; i < *count; i++) {
        voters[i] = (struct voter){
            root_of(units[i]), rows[i].host, {rows[i].quarter_hours, rows[i].count}
        };
    }
    qsort(voters, *count, sizeof *voters, by_root_and_host);
    return voters;
}

bool shifts_read(struct case_file *c, struct arena *a, struct shifts *out, struct err *err)
{
    size_t count = 0;
    struct voter *voters = read_voters(c, a, &count, err);
    *out = (struct shifts){0};
    if (!voters) {
        return false;
    }
    struct clock_vote *votes = ARENA_ARRAY(a, struct clock_vote, count + 1);
    out->items = ARENA_ARRAY(a, struct shift, count + 1);
    if (!votes || !out->items) {
        return err_set(err, ERR_FULL, "too many clocks");
    }
    for (size_t i = 0; i < count;) {
        size_t nvotes = 0, taken = count_votes(voters + i, count - i, votes, &nvotes);
        int64_t seconds = clock_shift(votes, nvotes);
        out->items[out->count++] = (struct shift){voters[i].root, voters[i].host, seconds};
        i += taken;
    }
    return true;
}

int64_t shift_of(const struct shifts *s, str unit, str host)
{
    str root = root_of(unit);
    for (size_t i = 0; i < s->count; i++) {
        if (str_eq(s->items[i].root, root) && str_eq(s->items[i].host, host)) {
            return s->items[i].seconds;
        }
    }
    return 0;
}

bool scan_clocks(struct scanning *s, struct err *err)
{
    struct arena a;
    struct shifts shifts;
    arena_init(&a, CLOCK_BUDGET);
    bool ok = shifts_read(s->file, &a, &shifts, err);
    for (size_t i = 0; ok && i < shifts.count; i++) {
        const struct shift *t = &shifts.items[i];
        ok = t->seconds == 0 || case_shift_clock(s->file, t->root, t->host, t->seconds, err);
    }
    ok = ok && case_drop_outside(s->file, s->job.from, s->job.to, err);
    arena_done(&a);
    return ok;
}
