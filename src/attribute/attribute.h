/* Who it was, as far as this evidence can say: usually that it cannot.
 *
 * Pure: a judged assessment in, an answer out. Public statements about an intrusion in general
 * stay in assessment.dossiers; they never become the answer for one host. An actor is named only
 * from evidence that belongs to that actor alone; today nothing limier knows is of that kind, so
 * the answer is "insufficient evidence", with its reasons. */
#ifndef ATTRIBUTE_ATTRIBUTE_H
#define ATTRIBUTE_ATTRIBUTE_H

#include "base/catalog.h"
#include "model/assessment.h"

/* Reads the verdict, the dossiers and the findings of `as`; fills `*out`. A catalogue that is
 * NULL gives English. */
void attribute(const struct assessment *as, const struct catalog *const catalogs[LANG_COUNT],
               struct arena *a, struct attribution *out);

#endif
