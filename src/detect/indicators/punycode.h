/* Domains of other scripts as the wires carry them (RFC 3492). */
#ifndef DETECT_INDICATORS_PUNYCODE_H
#define DETECT_INDICATORS_PUNYCODE_H

#include "base/str.h"

/* Labels beyond ASCII become xn--...; letter case is folded. ASCII is given back as it is; what
 * does not fit or is no UTF-8 too. */
str punycode_domain(str domain, char *room, size_t size);

#endif
