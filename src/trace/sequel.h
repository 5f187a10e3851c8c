/* What followed an attempt. The status of a request that looks like an exploit says little: some
 * flaws answer with an error, some servers answer everything with success. A page that answers for
 * the first time, to the one who has just tried, says more. */
#ifndef TRACE_SEQUEL_H
#define TRACE_SEQUEL_H

#include "trace/leads.h"

/* The attempt that the first success of visit `at` followed; NULL: none, or it says nothing: the
 * log is too young to know what is new, others used the page before, or the server gives the same
 * answer to whatever this client asks for. */
const struct finding *sequel_of(const struct finding *findings, size_t nfindings,
                                const struct traffic_seen *traffic, size_t at);

#endif
