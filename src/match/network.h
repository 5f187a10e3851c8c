/* Internet addresses and networks, version 4 and 6, from text. */
#ifndef MATCH_NETWORK_H
#define MATCH_NETWORK_H

#include "base/str.h"

struct address {
    uint8_t byte[16]; /* network order; version 4 in the first four */
    uint8_t bits;     /* 32 or 128 */
};

struct network {
    struct address base;
    uint8_t prefix; /* leading bits that count */
};

bool address_parse(str s, struct address *out);

/* "10.0.0.0/8", "fe80::/10", or a bare address, which is a network of one. False when it is not
 * one or when bits behind the prefix are set. */
bool network_parse(str s, struct network *out);

/* An address of the other version is never in a network. */
bool network_has(const struct network *n, const struct address *a);

#endif
