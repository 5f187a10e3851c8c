/* From weights to an answer: whether an actor may be named, and everything that a reader needs to
 * check that: the ledger, what the answer rests on, what other hypotheses make of the same items,
 * and what would tell the first two apart. */
#ifndef ATTRIBUTE_DECIDE_H
#define ATTRIBUTE_DECIDE_H

#include "attribute/weigh.h"

enum { SHOWN_CONTENDERS = 3, LINCHPINS = 3, TOLD_APART = 6 };

/* One item against the first three contenders, in nats, `worth` counted: the columns add up to
 * their sums. The empty id: parents that nobody has. */
struct ledger_row {
    enum item_kind kind;
    str id;
    double trust;
    double nats[SHOWN_CONTENDERS];
};

/* The answer had some items not been there, or been planted. */
struct without {
    str ids[2];
    size_t nids;
    const struct actor *first; /* who would then be first */
    double p;                  /* of the first name as it is now */
};

struct country_sum {
    str country;
    double p;
};

struct tell_apart { /* an item that was not observed, and what it would say */
    enum item_kind kind;
    str id;
    double nats[2]; /* for the first, for the second */
};

/* Why nobody is named. */
enum doubt {
    DOUBT_PROBABILITY = 1, /* less than an even chance */
    DOUBT_FAMILIES = 2,    /* fewer than two families of evidence speak for the first name */
    DOUBT_STRONGEST = 4,   /* without its strongest item another would be first */
    DOUBT_PLANTED = 8,     /* without the two strongest that anybody can plant another would be */
};

struct decision {
    struct answer answer;
    bool named;
    unsigned doubts;           /* enum doubt, together; 0 when named */
    double family[FAMILIES];   /* nats for the first name */
    unsigned families;         /* how many of them speak: FAMILY_SPEAKS or more */
    struct ledger_row *ledger; /* what tells the contenders apart most comes first */
    size_t nledger, ncolumns;
    struct without linchpins[LINCHPINS]; /* strongest item first */
    size_t nlinchpins;
    struct without planted;        /* without the two strongest items that anybody can plant */
    struct country_sum *countries; /* greatest first; empty: not known */
    size_t ncountries;
    struct tell_apart apart[TOLD_APART]; /* greatest difference first */
    size_t napart;
};

#define NAMED_FROM 0.5 /* the least probability with which anybody is named */

/* Nats from which on a family of evidence speaks for a name: 4.3 decibans, odds of e to 1. Less
 * is what ordinary techniques give to everybody who is much reported on. */
#define FAMILY_SPEAKS 1.0

/* False when the arena is used up. */
bool decide(const struct actors *k, const struct observed *o, const struct model *m,
            struct arena *a, struct decision *out) MUST_USE;

#endif
