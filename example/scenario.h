/* What can happen to a server: each scenario is one constant struct. */
#ifndef EXAMPLE_SCENARIO_H
#define EXAMPLE_SCENARIO_H

#include "script.h"

struct scenario {
    const char *name;
    const char *root;               /* the folder that stands for the root of its disk */
    const char *computer;           /* its name in its own events */
    struct civil end;               /* midnight after the last day */
    uint32_t request_bytes;         /* what a request adds to all logs together, measured */
    uint32_t day_bytes;             /* what a day adds without any */
    bool (*files)(struct scene *s); /* what lies on the disk */
    void (*hour)(struct scene *s, usec hour); /* what happens anyway */
    void (*also)(struct scene *s, usec hour); /* NULL: nothing else */
    const struct act *acts;
    size_t nacts;
    int64_t before_end; /* the acts begin that many milliseconds before the end */
    const char *state;  /* the verdict that is true, and its rung */
    int rung;
    uint64_t days; /* that it takes; 0: as many as any */
};

#define SCENARIO(name) extern const struct scenario scenario_##name;
#include "scenarios.def"
#undef SCENARIO

const struct scenario *scenario_find(const char *name); /* NULL: none of this name */
const char *scenario_names(struct arena *a);

/* When its acts begin. */
usec scenario_begins(const struct scene *s, const struct scenario *what);

/* On a mail server with Exchange. */
#define ON_EXCHANGE \
    .root = "C", .computer = SERVER_FQDN, .request_bytes = 1415, .day_bytes = 1520000

#define IN_MARCH                           \
    {                                      \
        .year = 2021, .month = 3, .day = 4 \
    }
#define IN_AUGUST                           \
    {                                       \
        .year = 2021, .month = 8, .day = 21 \
    }

#define ACTS(list) .acts = (list), .nacts = ARRAY_LEN(list)

#endif
