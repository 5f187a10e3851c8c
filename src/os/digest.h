/* SHA-256, by libcrypto; and the older ones by which others name files. */
#ifndef OS_DIGEST_H
#define OS_DIGEST_H

#include "base/str.h"

enum { DIGEST_LEN = 32, DIGEST_HEX = 64 };

struct digest;

/* Loads the library's tables; before a process is confined, since afterwards it cannot. */
void digest_prepare(void);

struct digest *digest_new(void);
void digest_add(struct digest *d, bytes b);
void digest_end(struct digest *d, uint8_t out[DIGEST_LEN]); /* frees it */

void digest_of(bytes b, uint8_t out[DIGEST_LEN]);
enum { DIGEST_MD5_LEN = 16, DIGEST_SHA1_LEN = 20 };
/* False when the system forbids them. */
bool digest_md5(bytes b, uint8_t out[DIGEST_MD5_LEN]);
bool digest_sha1(bytes b, uint8_t out[DIGEST_SHA1_LEN]);

str digest_hex(const uint8_t digest[DIGEST_LEN], char out[DIGEST_HEX]); /* lower case */

#endif
