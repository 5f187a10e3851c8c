/* A rule as a tree: what the parser makes, the fast path indexes, and the slow evaluator walks. */
#ifndef DETECT_SIGMA_TREE_H
#define DETECT_SIGMA_TREE_H

#include "match/network.h"
#include "model/names.h"
#include "model/rule.h"

enum predicate_kind {
    PREDICATE_TEXT, /* the whole value, as a glob (match/matcher.h) */
    PREDICATE_REGEX,
    PREDICATE_NUMBER,  /* the same number, however it is written */
    PREDICATE_COMPARE, /* a number before or behind another */
    PREDICATE_NETWORK,
    PREDICATE_EXISTS,
    PREDICATE_NULL,        /* absent, empty or without a value */
    PREDICATE_OTHER_FIELD, /* compared with the value of another field */
    PREDICATE_KINDS,
};

enum comparison { COMPARE_EQ, COMPARE_LT, COMPARE_LTE, COMPARE_GT, COMPARE_GTE, COMPARE_NEQ };

enum time_part { PART_NONE, PART_MINUTE, PART_HOUR, PART_DAY, PART_WEEK, PART_MONTH, PART_YEAR };

/* How two fields are compared. */
enum affix { AFFIX_WHOLE, AFFIX_START = 1, AFFIX_END = 2, AFFIX_ANYWHERE = 3 };

/* A question to one field of an event, or to all of its values (a keyword). Known once however
 * many rules ask it. */
struct predicate {
    enum predicate_kind kind;
    uint32_t number; /* among all distinct ones */
    uint32_t users;  /* how often rules ask it */
    field_id field;  /* FIELD_NONE: a keyword */
    unsigned flags;  /* enum pattern_flags */
    str text;        /* TEXT: glob; REGEX; NUMBER and COMPARE: number_text */
    struct network network;
    enum comparison comparison;
    enum time_part part;
    field_id other;
    enum affix affix;
};

enum node_kind { NODE_PREDICATE, NODE_AND, NODE_OR, NODE_NOT, NODE_RULE };

struct node { /* AND of nothing is true, OR of nothing is false */
    enum node_kind kind;
    uint32_t line;
    const struct predicate *predicate;
    uint32_t rule; /* NODE_RULE: in a correlation's condition, which of its rules */
    const struct node *const *kids;
    size_t nkids;
};

struct selection { /* a search identifier of a rule */
    str name;
    const struct node *node;
};

/* The log source that a rule names; empty parts are not named. Lower case. */
struct log_source {
    str category, product, service;
};

enum rule_kind { RULE_DETECTION, RULE_CORRELATION };

struct correlation;
struct view;

struct sigma_rule {
    struct rule_info info;
    enum rule_kind kind;
    uint32_t line;
    str name;      /* how correlations may call it besides its id */
    bool feeds;    /* correlations rest on it */
    bool silent;   /* and it does not report by itself */
    bool left_out; /* the user did not choose it */

    /* RULE_DETECTION */
    struct log_source source;
    const struct selection *selections;
    size_t nselections;
    const struct node *node;
    str condition;                   /* as written; empty when it is a list */
    const struct view *const *views; /* the kinds of event that show its log source */
    size_t nviews;

    /* RULE_CORRELATION */
    struct correlation *correlation;
};

#endif
