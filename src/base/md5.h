/* MD5 (RFC 1321), for values that others have named by it: the imphash of a program. Nothing rests
 * on its strength; evidence is hashed by os/digest.h. */
#ifndef BASE_MD5_H
#define BASE_MD5_H

#include "base/str.h"

enum { MD5_BYTES = 16, MD5_HEX = 33 };

void md5(bytes data, uint8_t out[MD5_BYTES]);
str md5_hex(bytes data, char out[MD5_HEX]); /* lower case */

#endif
