/* Correlations: rules over the matches of other rules in time. */
#ifndef DETECT_SIGMA_CORRELATION_H
#define DETECT_SIGMA_CORRELATION_H

#include "detect/sigma/set.h"

enum correlation_type {
    CORRELATION_EVENT_COUNT,
    CORRELATION_VALUE_COUNT,
    CORRELATION_TEMPORAL,
    CORRELATION_TEMPORAL_ORDERED,
    CORRELATION_VALUE_SUM,
    CORRELATION_VALUE_AVG,
    CORRELATION_VALUE_PERCENTILE,
    CORRELATION_VALUE_MEDIAN,
    CORRELATION_TYPES,
};

struct bound {
    enum comparison comparison;
    double number;
};

struct alias { /* `name` in group-by is `field` of the events of rule `rule` */
    str name, rule_name, field;
    uint32_t rule;
};

struct correlation {
    enum correlation_type type;
    struct yaml_node at;   /* its place alone */
    const str *rule_names; /* as written: ids or names */
    uint32_t *rules;
    size_t nrules;
    const str *group_by;
    size_t ngroup_by;
    usec timespan;
    const str *fields; /* whose values count */
    size_t nfields;
    struct bound bounds[2];
    size_t nbounds;
    const struct node *condition; /* over rules; temporal only, or NULL */
    double percentile;
    struct alias *aliases;
    size_t naliases;
    bool generate;
};

/* NULL: a problem was said. */
struct correlation *correlation_read(struct loading *l, const struct yaml_node *document);

/* Finds the rules they name, drops (with a problem) those that name none or themselves, and puts
 * every correlation behind the rules it rests on. */
bool correlations_resolve(struct sigma *s);

/* Lists for each rule the fields that correlations above it ask for. */
bool correlations_needs(struct sigma *s);

#endif
