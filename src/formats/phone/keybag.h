/* The keybag of an encrypted backup: how its password becomes keys, and the keys of its classes,
 * wrapped. Items of a tag of four letters, a length u32 and a value, big-endian; from the second
 * UUID on they are of one class each.
 *
 *     SALT ITER DPSL DPIC    the key that unlocks it is PBKDF2-SHA1(PBKDF2-SHA256(password, DPSL,
 *                            DPIC), SALT, ITER); before iOS 10.2 without the inner one
 *     CLAS WRAP WPKY         the class, how its key is wrapped (2: by that key), the key
 *
 * Apple Platform Security, "Keybags for Data Protection". */
#ifndef FORMATS_PHONE_KEYBAG_H
#define FORMATS_PHONE_KEYBAG_H

#include "base/str.h"

enum { KEYBAG_CLASSES = 32, KEYBAG_ROUNDS_MAX = 50000000 }; /* phones ask for ten million */

struct keybag {
    bytes salt, outer_salt; /* SALT, DPSL; borrowed */
    uint64_t rounds, outer_rounds;
    struct keybag_class {
        uint32_t number, wrap;
        bytes key; /* wrapped */
    } classes[KEYBAG_CLASSES];
    size_t nclasses;
};

/* False: it is cut, or lacks what a password needs. */
bool keybag_read(bytes raw, struct keybag *out);

const struct keybag_class *keybag_class(const struct keybag *k, uint32_t number);

#endif
