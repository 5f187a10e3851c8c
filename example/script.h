/* A play in acts: what somebody does, each act at its time. */
#ifndef EXAMPLE_SCRIPT_H
#define EXAMPLE_SCRIPT_H

#include "scene.h"

struct act {
    int64_t after; /* milliseconds after the play begins; may be before */
    void (*happens)(struct scene *s, usec t);
    const char *stage; /* of an intrusion, which the truth notes; NULL: of none */
};

#define ACT_SECOND  INT64_C(1000)
#define ACT_MINUTE  (60 * ACT_SECOND)
#define ACT_HOUR    (60 * ACT_MINUTE)
#define AT(seconds) ((seconds)*ACT_SECOND)

/* The acts that fall into this hour, each with a chance of its own, so that what else happens
 * stays what it is without them. Acts stand in the order of time. */
void script_play(struct scene *s, usec hour, usec begins, const struct act *acts, size_t count);

#endif
