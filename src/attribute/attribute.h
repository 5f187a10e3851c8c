/* Who it was, as far as this evidence can say: usually that it cannot.
 *
 * Pure: a judged assessment and its findings in, an answer out. Public statements about an
 * intrusion in general stay in assessment.dossiers; they never become the answer for one host. An
 * actor is named only by the rule of decide.h; else the answer is "insufficient evidence", with
 * its reasons. */
#ifndef ATTRIBUTE_ATTRIBUTE_H
#define ATTRIBUTE_ATTRIBUTE_H

#include "attribute/actors.h"
#include "base/catalog.h"
#include "model/assessment.h"

struct attribute_input {
    const struct assessment *assessment; /* verdict, dossiers and entities are read */
    const struct finding *findings;
    size_t nfindings;
    const struct actors *actors;           /* NULL: nobody is known */
    const struct catalog *const *catalogs; /* LANG_COUNT; one that is NULL gives English */
};

/* Fills `*out`, whose sentences live in `a`. */
void attribute(const struct attribute_input *in, struct arena *a, struct attribution *out);

/* The word for a probability, by the bands of ICD 203. */
enum likelihood likelihood_of(double p);

#endif
