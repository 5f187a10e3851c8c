/* Makes the evidence of a small mail server: logs, events and web root as they would lie on a
 * copied disk. The same seed gives the same ordinary days, whatever else happens. Beside the
 * folder stands what really happened, OUT_DIR.truth.json.
 *
 *     make_example OUT_DIR [--scenario NAME] [--seed N] [--days N] [--requests N] [--size BYTES]
 *
 * --breached and --healthy are scenarios by themselves. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#define DAY  (INT64_C(86400) * USEC_PER_SEC)
#define HOUR (INT64_C(3600) * USEC_PER_SEC)

enum {
    DAYS = 3,
    DAYS_MAX = 366,
    DAY_SIZE = 300000000, /* a bigger example is longer, not busier: memory holds an hour */
    REQUESTS = 2000,
    EXIT_USAGE = 2,
};

struct options {
    const char *out;
    const struct scenario *scenario;
    uint64_t seed, days, requests, size; /* days: 0 for what suits the size */
};

static int usage(const char *problem, const char *about)
{
    struct arena a;
    arena_init(&a, UINT64_MAX);
    (void)fprintf(stderr,
                  "make_example: %s%s\n"
                  "usage: make_example OUT_DIR [--scenario NAME] [--seed N] [--days N]\n"
                  "                    [--requests N a day] [--size BYTES, about]\n"
                  "scenarios: %s\n",
                  problem, about, scenario_names(&a));
    arena_done(&a);
    return EXIT_USAGE;
}

static bool read_number(const char *name, const char *value, struct options *o)
{
    const struct {
        const char *name;
        uint64_t *to;
    } numbers[] = {
        {"--seed",     &o->seed    },
        {"--days",     &o->days    },
        {"--requests", &o->requests},
        {"--size",     &o->size    }
    };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (strcmp(name, numbers[i].name) == 0) {
            return value && str_u64(str_of(value), numbers[i].to);
        }
    }
    return false;
}

static bool read_scenario(const char *arg, const char *value, struct options *o)
{
    bool named = strcmp(arg, "--scenario") == 0;
    o->scenario = scenario_find(named && value ? value : arg + 2);
    return o->scenario != NULL;
}

static int read_options(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(arg, "--breached") == 0 || strcmp(arg, "--healthy") == 0) {
            (void)read_scenario(arg, NULL, o);
        } else if (strcmp(arg, "--scenario") == 0) {
            if (!read_scenario(arg, value, o)) {
                return usage("no such scenario: ", value ? value : "none given");
            }
            i++;
        } else if (arg[0] == '-') {
            if (!read_number(arg, value, o)) {
                return usage("not understood: ", arg);
            }
            i++;
        } else if (o->out) {
            return usage("one folder only: ", arg);
        } else {
            o->out = arg;
        }
    }
    bool days_ok = o->days <= DAYS_MAX;
    return o->out && days_ok ? 0 : usage(o->out ? "at most 366 days" : "no folder given", "");
}

static void choose_days(struct options *o)
{
    if (o->days == 0) {
        uint64_t wanted = o->size / DAY_SIZE;
        uint64_t least = o->scenario->days ? o->scenario->days : DAYS;
        o->days = wanted < least ? least : wanted > DAYS_MAX ? DAYS_MAX : wanted;
    }
}

static uint32_t requests_a_day(const struct options *o)
{
    uint64_t fixed = o->days * o->scenario->day_bytes;
    uint64_t wanted = o->requests;
    if (o->size) {
        uint64_t left = o->size > fixed ? o->size - fixed : 0;
        wanted = left / (o->scenario->request_bytes * o->days);
    }
    return wanted > UINT32_MAX ? UINT32_MAX : (uint32_t)wanted;
}

static void play_hour(struct scene *s, const struct scenario *what, usec hour)
{
    s->arena = ledger_arena(s->ledger);
    s->chance = chance_of(s->seed, (uint64_t)hour);
    what->hour(s, hour);
    if (what->also) {
        what->also(s, hour);
    }
    script_play(s, hour, scenario_begins(s, what), what->acts, what->nacts);
}

static bool play(struct scene *s, const struct scenario *what)
{
    s->arena = ledger_arena(s->ledger);
    s->chance = chance_of(s->seed, 0);
    bool written = what->files(s);
    for (usec hour = s->begin; hour < s->end && written; hour += HOUR) {
        play_hour(s, what, hour);
        written = ledger_settle(s->ledger, hour + HOUR);
    }
    return written;
}

/* Beside the folder, however its name was written. */
static bool tell_truth(const struct options *o, const struct truth *t)
{
    const struct scenario *what = o->scenario;
    size_t len = strlen(o->out);
    while (len > 1 && o->out[len - 1] == '/') {
        len--;
    }
    char path[1024];
    (void)snprintf(path, sizeof path, "%.*s.truth.json", (int)len, o->out);
    return truth_write(t, path, what->name, what->state, what->rung);
}

int main(int argc, char **argv)
{
    struct options o = {.scenario = scenario_find("breached"), .seed = 1, .requests = REQUESTS};
    int wrong = read_options(argc, argv, &o);
    if (wrong) {
        return wrong;
    }
    choose_days(&o);
    char root[1024];
    (void)snprintf(root, sizeof root, "%s/%s", o.out, o.scenario->root);
    usec end = time_of_civil(o.scenario->end);
    struct truth truth;
    truth_init(&truth);
    static struct birth births[PIDS];
    struct scene s = {.births = births,
                      .ledger = ledger_open(root, o.scenario->computer),
                      .truth = &truth,
                      .seed = o.seed,
                      .begin = end - (int64_t)o.days * DAY,
                      .end = end,
                      .requests = requests_a_day(&o)};
    bool written = play(&s, o.scenario);
    written = ledger_close(s.ledger) && written;
    written = written && tell_truth(&o, &truth);
    truth_done(&truth);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
