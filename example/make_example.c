/* Makes the evidence of a small mail server: logs, events and web root as they would lie on a
 * copied C: drive. Two of them from the same seed: one that was broken into, and its healthy twin.
 *
 *     make_example OUT_DIR [--breached|--healthy] [--seed N] [--days N] [--requests N] [--size
 * BYTES] */
#include "breach.h"
#include "noise.h"
#include "pages.h"

#include <stdlib.h>
#include <string.h>

#define DAY  (INT64_C(86400) * USEC_PER_SEC)
#define HOUR (INT64_C(3600) * USEC_PER_SEC)

enum {
    DAYS = 3,
    DAYS_MAX = 366,
    REQUESTS = 2000,
    REQUEST_BYTES = 1370, /* what a request adds to all logs together, measured */
    DAY_BYTES = 1540000,  /* what a day adds without any */
    EXIT_USAGE = 2,
};

struct options {
    const char *out;
    bool breached;
    uint64_t seed, days, requests, size;
};

static int usage(const char *problem, const char *about)
{
    (void)fprintf(stderr,
                  "make_example: %s%s\n"
                  "usage: make_example OUT_DIR [--breached|--healthy] [--seed N] [--days N]\n"
                  "                    [--requests N a day] [--size BYTES, about]\n",
                  problem, about);
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

static int read_options(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (strcmp(arg, "--breached") == 0 || strcmp(arg, "--healthy") == 0) {
            o->breached = strcmp(arg, "--breached") == 0;
        } else if (arg[0] == '-') {
            const char *value = i + 1 < argc ? argv[i + 1] : NULL;
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
    bool days_ok = o->days >= 1 && o->days <= DAYS_MAX;
    return o->out && days_ok ? 0 : usage(o->out ? "between 1 and 366 days" : "no folder given", "");
}

static uint32_t requests_a_day(const struct options *o)
{
    uint64_t fixed = o->days * DAY_BYTES;
    uint64_t wanted = o->requests;
    if (o->size) {
        wanted = (o->size > fixed ? o->size - fixed : 0) / (REQUEST_BYTES * o->days);
    }
    return wanted > UINT32_MAX ? UINT32_MAX : (uint32_t)wanted;
}

static bool play(struct scene *s, bool breached)
{
    s->arena = ledger_arena(s->ledger);
    s->chance = chance_of(s->seed, 0);
    bool written = pages_shipped(s) && (!breached || breach_files(s));
    for (usec hour = s->begin; hour < s->end && written; hour += HOUR) {
        s->arena = ledger_arena(s->ledger);
        s->chance = chance_of(s->seed, (uint64_t)hour);
        noise_hour(s, hour);
        if (breached) {
            breach_hour(s, hour);
        }
        written = ledger_settle(s->ledger, hour + HOUR);
    }
    return written;
}

int main(int argc, char **argv)
{
    struct options o = {.breached = true, .seed = 1, .days = DAYS, .requests = REQUESTS};
    int wrong = read_options(argc, argv, &o);
    if (wrong) {
        return wrong;
    }
    char drive[1024];
    (void)snprintf(drive, sizeof drive, "%s/C", o.out);
    usec end = time_of_civil((struct civil){.year = 2021, .month = 3, .day = 4});
    struct scene s = {.ledger = ledger_open(drive, SERVER_FQDN),
                      .seed = o.seed,
                      .begin = end - (int64_t)o.days * DAY,
                      .end = end,
                      .requests = requests_a_day(&o)};
    bool written = play(&s, o.breached);
    written = ledger_close(s.ledger) && written;
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
