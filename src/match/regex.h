/* One regular expression on one value.
 *
 * PCRE2 with a limit on its steps decides. When an expression exceeds it on a value, Vectorscan,
 * whose time is linear, is asked instead: compiled at that moment, because its automata cost
 * seconds for the public rules and nearly no value needs one. What both give up counts as no
 * match. `.{1000,}` and the like, which ask only for the length of a line, are counted, and
 * literals in a row are sought (pieces.h). */
#ifndef MATCH_REGEX_H
#define MATCH_REGEX_H

#include "match/matcher.h"

struct regex;
struct regex_scratch;

/* In the arena but for PCRE2's code: regex_done. NULL with `*err`. */
struct regex *regex_new(struct arena *a, str text, unsigned flags, struct err *err);
void regex_done(struct regex *x);

struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);

/* `text` is valid UTF-8. */
bool regex_finds(const struct regex *x, struct regex_scratch *s, str text);

#endif
