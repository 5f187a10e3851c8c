/* All that was loaded: the inside of struct sigma, and how its parts are put together.
 *
 *     rule.c          a YAML document becomes a rule, filter or correlation
 *     detection.c     its detection section: fields, values, modifiers, keywords
 *     modifiers.c     `Field|contains|all`, and what they do to a value
 *     text.c          escapes, wildcards, numbers, encodings of values
 *     condition.c     `selection and not 1 of filter_*`
 *     log_source.c    logsources.yml: which events show which log source
 *     filter.c        filters, added to the rules they name
 *     correlation.c   correlations over time
 *     compile.c       distinct predicates, matchers, witnesses
 *     program.c       conditions as lists of steps
 *     lane.c          which rules an event can match at all, told from its origin
 *     sieve.c         what witnesses ask of rows of text logs, as pieces
 *     rows.c          rows of text logs, searched as a whole
 *     run.c           events against rules, the fast way
 *     explain.c       one event against one rule, the obvious way */
#ifndef DETECT_SIGMA_SET_H
#define DETECT_SIGMA_SET_H

#include "base/buf.h"
#include "detect/sigma/log_source.h"
#include "detect/sigma/sigma.h"
#include "detect/sigma/tree.h"
#include "match/matcher.h"

struct placeholder {
    str name;
    const str *values;
    size_t count;
};

struct filter;
struct compiled;

/* What one field is asked; the last one belongs to keywords. */
struct field_matcher {
    struct matcher *matcher; /* NULL: nothing textual is asked */
    struct table numbers;    /* number_text to predicate */
};

/* What the linter remembers; nothing unless it was asked for. */
struct lint {
    bool on;
    struct table ids;
    struct lint_field {
        str file, rule; /* where it was first seen */
        uint32_t line, column;
        uint32_t rules, last; /* how many know it; the last of them, plus one */
    } * fields;               /* by field_id */
    size_t cap_fields;
    field_id known; /* those below are in fields.def or in mappings */
};

struct sigma {
    struct arena *arena;
    struct names *names;
    struct sigma_rule **rules;
    size_t nrules, cap_rules;
    struct rule_problem *problems;
    size_t nproblems, cap_problems;
    bool lost_problems; /* there was no memory to say all of them */
    struct filter **filters;
    size_t nfilters, cap_filters;
    struct placeholder *placeholders;
    size_t nplaceholders, cap_placeholders;
    struct log_sources sources;

    struct table predicate_keys; /* to find an equal predicate again */
    struct predicate **predicates;
    size_t npredicates, cap_predicates;

    struct lint lint;
    struct compiled *compiled; /* made by sigma_compile; read-only from then on */
};

struct loading { /* one file on its way in */
    struct sigma *s;
    str file, rule; /* rule: its title, once known */
    bool failed;    /* a fatal problem was said of this document */
};

/* Says what is wrong at `n` (NULL: no place). Returns false. */
bool problem(struct loading *l, const struct yaml_node *n, const char *fmt, ...) PRINTF_LIKE(3, 4);
void warning(struct loading *l, const struct yaml_node *n, const char *fmt, ...) PRINTF_LIKE(3, 4);
void advice(struct loading *l, const struct yaml_node *n, const char *fmt, ...) PRINTF_LIKE(3, 4);
bool out_of_room(struct loading *l);

/* The one predicate that equals `p`. NULL over budget. */
const struct predicate *predicate_intern(struct sigma *s, const struct predicate *p);

struct node *node_new(struct loading *l, enum node_kind kind, uint32_t line);

struct node_list {
    const struct node **items;
    size_t count, cap;
};
bool node_list_add(struct loading *l, struct node_list *list, const struct node *n);

/* Joins a list; a list of one is that one. */
const struct node *node_join(struct loading *l, enum node_kind kind, uint32_t line,
                             const struct node_list *list);

#endif
