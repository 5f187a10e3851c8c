/* The regular expression of one MATCHES: PCRE2 with limits on its steps, depth and memory, and not
 * made into machine code, because strangers write them. */
#ifndef DETECT_STIX_REGEX_H
#define DETECT_STIX_REGEX_H

#include "base/arena.h"

struct stix_regex;

enum { REGEX_GIVES_UP_AFTER = 1000000 }; /* steps of one search */

enum regex_answer { REGEX_NO, REGEX_YES, REGEX_GAVE_UP };

/* `text` in form C; `*why` is a message id. `dotall`: the dot matches line feeds. `before` chains
 * those of a pattern. */
struct stix_regex *stix_regex_new(struct arena *a, str text, bool dotall, struct stix_regex *before,
                                  const char **why);
void stix_regex_done(struct stix_regex *x); /* the whole chain */

/* Searches text that is valid UTF-8 and in form C, or bytes. */
enum regex_answer stix_regex_finds(const struct stix_regex *x, str subject, bool is_text);

#endif
