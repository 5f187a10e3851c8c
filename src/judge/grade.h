/* What one finding counts for.
 *
 * Our own rules say their rung and weight. Rules of others do not know our ladder: their rung is
 * guessed from the ATT&CK tactics they name, and they are leads when high or critical, context
 * otherwise; a lead alone never proves anything above rung 2. */
#ifndef JUDGE_GRADE_H
#define JUDGE_GRADE_H

#include "model/finding.h"

struct grade {
    int rung; /* 0 when it says nothing of a rung */
    enum weight weight;
    bool ours;  /* the rule speaks of our ladder */
    bool basis; /* the verdict rests on it (verdict.c sets it) */
    bool habit; /* of a rule of others that matches on this host all the time (habits.c) */
};

struct grade grade_of(const struct finding *f);

/* A rule of others that speaks of knocking at the door only. */
bool grade_is_knock(const struct finding *f);

#endif
