/* A pattern as a tree. Chains of one operator are one node with many children, so that depth is
 * that of parentheses alone. */
#ifndef DETECT_STIX_TREE_H
#define DETECT_STIX_TREE_H

#include "detect/stix/regex.h"
#include "detect/stix/stix.h"
#include "match/network.h"

/* ---- literals, and values of observations made comparable with them */

enum stix_kind { STIX_OTHER, STIX_NUMBER, STIX_TEXT, STIX_BOOL, STIX_BINARY, STIX_MOMENT };

struct stix_value {
    enum stix_kind kind;
    str text;           /* of TEXT decoded, of BINARY its bytes */
    long double number; /* holds every double and every whole number of 64 bits */
    bool truth;
    stix_time time;
};

/* ---- what stands in a bracket */

enum stix_step_kind { STEP_KEY, STEP_INDEX, STEP_EACH };

struct stix_step {
    str key;
    uint64_t index; /* UINT64_MAX for a negative one: nothing stands there */
    enum stix_step_kind kind;
    bool ref, refs; /* the key ends so */
};

enum stix_operator {
    OP_EQUAL,
    OP_UNEQUAL,
    OP_LESS,
    OP_AT_MOST,
    OP_GREATER,
    OP_AT_LEAST,
    OP_IN,
    OP_LIKE,
    OP_MATCHES,
    OP_SUBSET,
    OP_SUPERSET,
    OP_EXISTS,
};

struct stix_test {
    str type;
    const struct stix_step *steps;
    size_t nsteps;
    enum stix_operator op;
    bool negated;
    const struct stix_value *values; /* one, or the set of IN, or none for EXISTS */
    size_t nvalues;
    const struct stix_regex *regex; /* of MATCHES */
    bool is_network;                /* SUBSET, SUPERSET: the literal is one */
    struct network network;
    uint32_t line, column;
};

enum stix_junction { JUNCTION_TEST, JUNCTION_AND, JUNCTION_OR };

struct stix_comparison {
    enum stix_junction kind;
    struct stix_test test;
    const struct stix_comparison *first, *next;
};

/* ---- what stands around brackets */

enum stix_expression_kind {
    STIX_BRACKET,
    STIX_AND,
    STIX_OR,
    STIX_FOLLOWEDBY,
    STIX_WITHIN,
    STIX_REPEATS,
    STIX_DURING, /* START ... STOP */
};

struct stix_expression {
    enum stix_expression_kind kind;
    const struct stix_comparison *comparison; /* BRACKET */
    const struct stix_expression *first, *next;
    uint32_t number;       /* of all expressions, children before parents */
    stix_time span;        /* WITHIN */
    uint64_t times;        /* REPEATS */
    stix_time start, stop; /* DURING: stop is not in it */
};

struct stix_pattern {
    enum stix_reading reading;
    const struct stix_expression *root;
    uint32_t nexpressions, nbrackets;
    struct stix_regex *regexes; /* all of them, to be freed */
};

/* ---- work */

struct stix_work {
    uint64_t left;
    bool gave_up; /* something could not be decided */
};

/* False when none is left. */
static inline bool stix_pay(struct stix_work *w, uint64_t steps)
{
    bool enough = w->left >= steps;
    w->left = enough ? w->left - steps : 0;
    w->gave_up |= !enough;
    return enough;
}

/* ---- literals: literal.c */

/* Of a token's text. False when it is none, or over budget. */
bool stix_literal_text(struct arena *a, str inside, str *out);
bool stix_literal_base64(struct arena *a, str inside, str *out);
bool stix_literal_hex(struct arena *a, str inside, str *out);
bool stix_literal_number(str digits, long double *out);
stix_time stix_literal_time(str inside);
bool stix_literal_seconds(str digits, stix_time *out); /* above zero */

/* ---- brackets: holds.c */

struct stix_look { /* into one observation */
    const struct stix_observation *in;
    enum stix_reading reading;
    struct arena *arena; /* rewound after each test */
    struct stix_work *work;
};

/* Does the comparison hold for one of its objects? */
bool stix_holds(const struct stix_look *look, const struct stix_comparison *c);

/* "198.51.100.129/25": bits behind the prefix do not count. */
bool stix_network(str s, struct network *out);

#endif
