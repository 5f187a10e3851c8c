/* Names against a pattern with `*`, letter by letter: of selections in a condition. */
#ifndef DETECT_SIGMA_WILDCARD_H
#define DETECT_SIGMA_WILDCARD_H

#include "base/str.h"

bool wildcard_match(str pattern, str name);

#endif
