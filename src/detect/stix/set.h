/* Patterns of indicators over evidence: what a worker sees in an event or a file, as observation
 * of STIX, against all patterns at once.
 *
 *     stix_set_add(set, text, STIX_2_1, &told, &fault);      any number
 *     stix_set_build(set, names);                            freezes set
 *
 * Of each bracket is known what it cannot hold without: literals, sought in all values of an
 * observation in one pass, so that few brackets are ever asked. A pattern of one bracket, or of
 * several any of which is enough, is decided where it holds. Of the others each bracket that holds
 * is told, with its number, and stix_set_join decides when everything has been read. */
#ifndef DETECT_STIX_SET_H
#define DETECT_STIX_SET_H

#include "detect/stix/stix.h"
#include "model/event.h"
#include "model/finding.h"

struct stix_set;

struct stix_told { /* what its list says of a pattern; texts are borrowed for as long as the set */
    str list, about, id;
    uint32_t line;
    int confidence;   /* 0 to 100, or below 0: not said */
    usec from, until; /* when it was valid; TIME_NONE: not said */
    bool benign;
};

struct stix_set *stix_set_new(struct arena *a, const struct names *names); /* NULL over budget */
void stix_set_names(struct names *names); /* gives numbers to the fields that are looked into */
void stix_set_done(struct stix_set *s);   /* NULL is fine */

/* False with the fault when it is no pattern, or when no log can show what it asks for. */
bool stix_set_add(struct stix_set *s, str pattern, enum stix_edition edition,
                  const struct stix_told *told, struct stix_fault *fault);
/* All patterns of a bundle that are more than lists of values. `lists` keeps them for a compiled
 * set, and what is refused as its problem. */
struct indicators;
void stix_set_read(struct stix_set *s, struct indicators *lists, str file, str text);

/* Those that compiled sets keep, which were opened in `sets`, not yet built; it has to live on. */
void stix_set_open(struct stix_set *s, struct indicators *sets);

bool stix_set_build(struct stix_set *s) MUST_USE; /* false over budget: no pattern is sought then */

/* NULL has none of all of it. */
size_t stix_set_count(const struct stix_set *s);
uint32_t stix_set_brackets(const struct stix_set *s);
uint32_t stix_set_rules(const struct stix_set *s);
const struct rule_info *stix_set_rule(const struct stix_set *s, uint32_t rule);

/* ---- running: one a worker */

struct stix_hit { /* what one rule has to say of an event or file */
    uint32_t rule;
    const struct named_value *fields; /* Indicator, IndicatorAbout, ...: again for each pattern */
    size_t nfields;
};

struct stix_listener {
    void (*on_hit)(void *ctx, const struct stix_hit *hit);
    void (*on_bracket)(void *ctx, uint32_t bracket); /* NULL: nothing is joined */
    void *ctx;
};

struct stix_run;
struct stix_run *stix_run_new(const struct stix_set *s); /* NULL: nothing to find */
void stix_run_free(struct stix_run *r);

/* False when some of it could not be decided. What hits point to lives in `a`. */
bool stix_run_event(struct stix_run *r, const struct event *e, struct arena *a,
                    const struct stix_listener *l);
bool stix_run_file(struct stix_run *r, str path, uint64_t size, const uint8_t *sha256,
                   struct arena *a, const struct stix_listener *l);

/* ---- joining, when everything is read */

struct stix_sight { /* of a bracket */
    uint32_t bracket;
    uint32_t observation; /* the same for what was seen in one record; ascending with time */
    usec time;            /* those without one are no part of any pattern of several */
};

struct stix_joined { /* a pattern that came true */
    uint32_t rule;
    const struct named_value *fields; /* as of a hit */
    size_t nfields;
    str name;              /* of the pattern: its indicator's id, or its text */
    const uint32_t *bound; /* the sights, in their order */
    size_t nbound;
};

/* Calls `found` for each that did; `undecided` counts those for which that would have cost too
 * much. False over budget. */
bool stix_set_join(const struct stix_set *s, const struct stix_sight *sights, size_t count,
                   struct arena *a, void (*found)(void *ctx, const struct stix_joined *j),
                   void *ctx, uint64_t *undecided) MUST_USE;

#endif
