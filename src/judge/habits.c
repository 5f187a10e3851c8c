/* Rules of others that match on a host all the time: a backup that saves the registry each night,
 * programs that services start all day. What happens often in each part of a log, or each day at
 * the same time, is how the host lives; an intrusion begins, and comes in bursts. Never of critical
 * rules, nor of ours. */
#include "judge/bench.h"

enum { PARTS = 8, PARTS_NEEDED = 7, OFTEN = 24, DAYS_NEEDED = 3, DAYS_MAX = 64, RULES_MAX = 512 };

#define DAY (INT64_C(24) * 3600 * USEC_PER_SEC)

/* Of a log that covers less, nothing can be called a habit. */
#define LONG_ENOUGH (2 * DAY)

/* Jobs start at their minute, and wait for one another. */
#define SAME_TIME (INT64_C(10) * 60 * USEC_PER_SEC)

struct habit {
    const struct rule_info *rule;
    uint32_t parts;        /* of the time of its logs: a bit each */
    uint64_t days;         /* likewise, from the first of the log on; the last ones are one */
    usec length;           /* of the log */
    usec earliest, latest; /* of the day */
    size_t count;
};

static struct gap window_of(const struct bench *b, const struct finding *f)
{
    struct gap w = {TIME_NONE, TIME_NONE};
    for (size_t i = 0; i < b->in->nsources; i++) {
        const struct source_row *s = &b->in->sources[i];
        if (s->first != TIME_NONE && str_eq(s->channel, f->channel) &&
            bench_same_host(b, s->host, f->host)) {
            w.from = w.from == TIME_NONE || s->first < w.from ? s->first : w.from;
            w.to = s->last > w.to ? s->last : w.to;
        }
    }
    return w;
}

static bool may_be_habit(const struct bench *b, size_t i)
{
    const struct finding *f = &b->in->findings[i];
    return !b->grades[i].ours && b->grades[i].weight == WEIGHT_LEAD && f->time != TIME_NONE &&
           f->rule->level < LEVEL_CRITICAL;
}

static void note(const struct bench *b, struct habit *h, const struct finding *f)
{
    struct gap w = window_of(b, f);
    if (w.from == TIME_NONE || f->time < w.from || f->time > w.to) {
        return;
    }
    usec midnight = w.from - (w.from % DAY + DAY) % DAY;
    usec day = (f->time - midnight) / DAY, hour = (f->time - midnight) % DAY;
    h->length = w.to - w.from > h->length ? w.to - w.from : h->length;
    h->parts |= UINT32_C(1) << (f->time - w.from) / ((w.to - w.from) / PARTS + 1);
    h->days |= UINT64_C(1) << (day < DAYS_MAX ? day : DAYS_MAX - 1);
    h->earliest = h->count == 0 || hour < h->earliest ? hour : h->earliest;
    h->latest = h->count == 0 || hour > h->latest ? hour : h->latest;
    h->count++;
}

static bool is_habit(const struct habit *h)
{
    int days = __builtin_popcountll(h->days);
    bool all_day = h->count >= OFTEN && __builtin_popcount(h->parts) >= PARTS_NEEDED;
    bool each_day =
        days >= DAYS_NEEDED && days >= h->length / DAY && h->latest - h->earliest <= SAME_TIME;
    return h->length >= LONG_ENOUGH && (all_day || each_day);
}

static struct habit *habit_of(struct habit *all, size_t count, const struct rule_info *rule)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].rule == rule) {
            return &all[i];
        }
    }
    return NULL;
}

/* Marks what is a habit as context. */
void bench_set_habits_aside(struct bench *b)
{
    struct habit *all = ARENA_ARRAY(b->arena, struct habit, RULES_MAX);
    size_t count = 0;
    for (size_t i = 0; all && i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        struct habit *h = may_be_habit(b, i) ? habit_of(all, count, f->rule) : NULL;
        if (!h && may_be_habit(b, i) && count < RULES_MAX) {
            h = &all[count++];
            *h = (struct habit){.rule = f->rule};
        }
        if (h) {
            note(b, h, f);
        }
    }
    for (size_t i = 0; all && i < b->in->nfindings; i++) {
        struct habit *h = may_be_habit(b, i) ? habit_of(all, count, b->in->findings[i].rule) : NULL;
        b->grades[i].habit = h && is_habit(h);
    }
}

struct text bench_habits(const struct bench *b)
{
    enum { NAMED = 3 };
    struct words told = {NULL, 0};
    str *titles = ARENA_ARRAY(b->arena, str, NAMED + 1);
    struct text list = {{STR_NONE}};
    told.items = titles;
    for (size_t i = 0; titles && i < b->in->nfindings && told.count < NAMED; i++) {
        str title = b->in->findings[i].rule->title;
        if (b->grades[i].habit && !words_have(told, title)) {
            titles[told.count++] = title;
            list = text_join(b->arena, list, STR(", "), text_same(title));
        }
    }
    struct said what = {"what", list};
    return told.count == 0 ? list
                           : say(&b->speaker,
                                 N_("Rules of others that match here all the time were taken for "
                                    "habits of this "
                                    "host; make sure of them once: {what}."),
                                 &what, 1);
}
