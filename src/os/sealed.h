/* Bytes under a password, as backups of phones keep them, by libcrypto. */
#ifndef OS_SEALED_H
#define OS_SEALED_H

#include "base/str.h"

enum { SEALED_KEY = 32, SEALED_WRAPPED = SEALED_KEY + 8 };

/* Loads the library's tables; before a process is confined, since afterwards it cannot. */
void sealed_prepare(void);

enum sealed_hash { SEALED_SHA1, SEALED_SHA256 };

/* PBKDF2 (RFC 8018). */
void sealed_derive(enum sealed_hash hash, bytes password, bytes salt, uint32_t rounds,
                   uint8_t out[SEALED_KEY]);

/* AES key unwrap (RFC 3394). False: it was wrapped with another key. */
bool sealed_unwrap(const uint8_t with[SEALED_KEY], bytes wrapped, uint8_t out[SEALED_KEY]);

/* AES-256-CBC from a vector of zeros, in whole blocks; what pads the last one is left out. `out`
 * has room for `sealed.len`; returns how much it was. */
size_t sealed_open(const uint8_t key[SEALED_KEY], bytes sealed, uint8_t *out);

#endif
