/* Text in Unicode's normalization form C, in which LIKE and MATCHES compare. */
#ifndef DETECT_STIX_UNICODE_H
#define DETECT_STIX_UNICODE_H

#include "base/arena.h"

/* Borrowed when it is ASCII. False for what is not UTF-8, for texts that no language writes
 * (hundreds of marks on one letter, which would cost their square) and over budget. */
bool unicode_nfc(struct arena *a, str s, str *out);

#endif
