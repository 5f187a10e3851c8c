/* What really happened, noted while it is played, and written beside the evidence: tests compare
 * it with what limier says. */
#ifndef EXAMPLE_TRUTH_H
#define EXAMPLE_TRUTH_H

#include "base/arena.h"
#include "model/time.h"

enum truth_kind { TRUTH_ADDRESS, TRUTH_SHELL, TRUTH_ACCOUNT, TRUTH_KINDS };

enum { TRUTH_NAMES = 128, TRUTH_STAGES = 12 };

struct truth_names {
    str items[TRUTH_NAMES];
    size_t count;
};

struct truth {
    struct arena arena;
    struct truth_names names[TRUTH_KINDS];
    struct {
        str name;
        usec first;
    } stages[TRUTH_STAGES];
    size_t nstages;
    uint64_t loot;     /* bytes of the answers that carried away what was gathered */
    uint64_t answered; /* bytes of all answers to the intruders that a log gives the size of */
};

void truth_init(struct truth *t);
void truth_done(struct truth *t);

void truth_name(struct truth *t, enum truth_kind kind, const char *name);
void truth_stage(struct truth *t, const char *stage, usec when);

/* As JSON. False: the disk refused. */
bool truth_write(const struct truth *t, const char *path, const char *scenario, const char *state,
                 int rung);

#endif
