/* The STIX patterning language (STIX 2.1, section 9), whole: conformance level 3.
 *
 *     struct stix_pattern *p = stix_pattern_new(arena, text, STIX_2_1,
 *                                               STIX_AS_THE_TEXT_SAYS, &fault);
 *     struct stix_observations seen;
 *     stix_observations_init(&seen, arena, key);
 *     stix_observations_read(&seen, trees, count);
 *     struct stix_result r = stix_match(p, &seen, arena);
 *
 * Patterns and observations come from strangers. Whatever they hold, an answer costs no more than
 * a number of steps set in advance: when these are used up, or a regular expression passes its
 * limits, the answer is STIX_UNDECIDED, never "no match". A pattern is compiled once and only read
 * afterwards. */
#ifndef DETECT_STIX_STIX_H
#define DETECT_STIX_STIX_H

#include "base/hash.h"
#include "base/json_tree.h"

/* Steps of one answer: so many, and more for each bracket that is asked of an observation. */
#define STIX_WORK         UINT64_C(20000000)
#define STIX_WORK_BRACKET UINT64_C(1000)

enum { STIX_DEPTH_MAX = 200 }; /* of parentheses */

enum stix_edition { STIX_2_1, STIX_2_0 /* START and STOP take plain strings */ };

/* The reference implementation differs from the text here and there: docs/stix.md lists it. */
enum stix_reading { STIX_AS_THE_TEXT_SAYS, STIX_AS_THE_REFERENCE_DOES };

struct stix_fault {
    uint32_t line, column; /* from 1 and from 0, in characters, as the reference counts */
    const char *why;       /* a message id */
};

/* ---- patterns */

struct stix_pattern;

/* In the arena, but for compiled regular expressions: stix_pattern_done. NULL with `*fault`. */
struct stix_pattern *stix_pattern_new(struct arena *a, str text, enum stix_edition edition,
                                      enum stix_reading reading, struct stix_fault *fault);
void stix_pattern_done(struct stix_pattern *p); /* NULL is fine */

/* Does it say what its author can have meant? False for a hash that its algorithm cannot give. */
bool stix_pattern_is_plausible(const struct stix_pattern *p, struct stix_fault *fault);

/* ---- observations */

/* Nanoseconds since 1970; what lies before 1677 or after 2262 is taken as the end of that. */
typedef int64_t stix_time;

struct stix_object {
    str id;
    const struct json_value *body; /* with its `type` */
};

struct stix_observation {
    str id; /* of the observed-data; empty when it has none */
    stix_time first, last;
    uint64_t number; /* how often it was seen: so often it may be counted */
    const struct stix_object *objects;
    size_t nobjects;
    const struct table *by_id; /* of objects; NULL: they are few */
};

struct stix_observations {
    struct arena *arena;
    struct hash_key key;
    struct stix_observation *items;
    size_t count, cap;
    uint64_t refused; /* observed-data that are none */
    str reason;       /* of the first */
};

void stix_observations_init(struct stix_observations *o, struct arena *a, struct hash_key key);

/* Bundles and observed-data of 2.1 and 2.0, alone or in arrays; what several hold is looked up
 * among all. The trees have to live as long as `o`. False over budget. */
bool stix_observations_read(struct stix_observations *o, const struct json_value *const *trees,
                            size_t count);

/* "2021-03-02T04:00:00.5Z": false when it is no time of STIX. */
bool stix_time_parse(str s, stix_time *out);

/* ---- matching */

enum stix_answer { STIX_NO, STIX_YES, STIX_UNDECIDED };

struct stix_result {
    enum stix_answer answer;
    const uint32_t *bound; /* the observations of one way to match, ascending; in the arena */
    size_t nbound;
};

struct stix_result stix_match(const struct stix_pattern *p, const struct stix_observations *seen,
                              struct arena *a);

#endif
