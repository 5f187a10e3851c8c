/* What a time window holds, kept up to date while it slides: counts, distinct values, sums. */
#ifndef DETECT_SIGMA_WINDOW_H
#define DETECT_SIGMA_WINDOW_H

#include "detect/sigma/correlation.h"

struct sighting { /* one match, as one correlation sees it */
    usec time;
    uint32_t rule;  /* which of the correlation's rules */
    uint32_t value; /* its value, numbered; UINT32_MAX: it has none */
    double number;  /* its value as a number */
    bool numeric;
    uint32_t observation; /* for the report */
};

struct window {
    const struct correlation *c;
    const struct sighting *sightings; /* of one group, by time */
    size_t from, to;                  /* [from, to) is inside */
    uint32_t *of_rule, *of_value;     /* how many of each are inside */
    size_t rules, values, numbers;    /* how many different, how many numeric */
    double sum;
    struct arena *arena;
};

/* `nvalues`: how many different values the sightings have. False over budget. */
bool window_init(struct window *w, const struct correlation *c, const struct sighting *sightings,
                 size_t nvalues, struct arena *a);
void window_extend(struct window *w); /* takes in the next sighting */
void window_shorten(struct window *w);
bool window_holds(struct window *w); /* the correlation's condition */

#endif
