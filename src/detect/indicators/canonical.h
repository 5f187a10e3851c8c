/* Values in the one form in which they are compared: what a list writes and what an event holds
 * become the same bytes, or are different things. */
#ifndef DETECT_INDICATORS_CANONICAL_H
#define DETECT_INDICATORS_CANONICAL_H

#include "base/arena.h"

enum indicator_kind {
#define KIND(symbol, name, french) KIND_##symbol,
#include "detect/indicators/kinds.def"
#undef KIND
    KIND_COUNT,
};

const char *kind_name(enum indicator_kind k);
const char *kind_name_in_french(enum indicator_kind k);

/* The kind that a list calls so, without letter case. False: no such. */
bool kind_of_type(str type, enum indicator_kind *out);

/* The kind of a bare value, told from how it looks; `also` is KIND_COUNT unless it is two. */
bool kind_of_shape(str value, enum indicator_kind *out, enum indicator_kind *also);

enum { CANONICAL_MAX = 2048 };

struct canonical {
    uint8_t byte[CANONICAL_MAX + 8]; /* behind `len` zeros, for reads of a word at a time */
    size_t len;
};

/* False when it is none of that kind, or too long. An address becomes its 4 or 16 bytes (mapped
 * ones 4), a network those with its prefix behind them, a hash its bytes; domains are lower case
 * in Punycode; a URL loses scheme, fragment, usual port and the letter case of its host; paths are
 * lower case with `\`, registry keys without their root; certificates are hex digits. */
bool canonical(enum indicator_kind k, str value, struct canonical *out);

int hex_value(char c); /* of a hex digit; -1 of anything else */

/* hxxp://evil[.]example becomes http://evil.example. Borrowed where nothing is to be done. */
str refanged(str value, struct arena *a);

#endif
