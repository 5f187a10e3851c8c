/* SHA-1 (FIPS 180-4), for names only: version 5 UUIDs are made of it. Nothing rests on its
 * strength; evidence is hashed by os/digest.h. */
#ifndef BASE_SHA1_H
#define BASE_SHA1_H

#include "base/str.h"

enum { SHA1_BYTES = 20 };

void sha1(str head, str tail, uint8_t out[SHA1_BYTES]); /* of both, one behind the other */

#endif
