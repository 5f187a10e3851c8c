/* Test vectors: rules, events and the expected answers in one YAML file, as conformance suites
 * write them. Each case runs through the fast path and the slow one. */
#ifndef DETECT_SIGMA_VECTORS_H
#define DETECT_SIGMA_VECTORS_H

#include "base/yaml.h"

/* One item of the list:
 *
 *   id, rule           the case's name; YAML text of one or more Sigma documents
 *   placeholders       values for `expand`
 *   events             flat maps: field to value, or to a list of values; `_time` is the time
 *   expect             the events that match, by number from 0, or `reject`
 *   expect_rules       the same by rule title
 *   fires              correlations: each {rule, group} that fires, and no other does
 *   silent             titles of rules that must not report
 *
 * Log sources are not looked at. */
struct vectors {
    void (*on_failed)(void *ctx, str id, str why); /* may be NULL */
    void *ctx;
    uint64_t budget; /* of memory for one case */
    size_t passed, failed;
};

/* False with `*error` when the file is no list of cases. */
bool vectors_run(struct vectors *v, bytes yaml, struct yaml_error *error);

#endif
