/* Values as rules write them: what kind of scalar, which characters are wildcards, and the
 * encodings that modifiers ask for. */
#ifndef DETECT_SIGMA_VALUES_H
#define DETECT_SIGMA_VALUES_H

#include "base/yaml.h"
#include "detect/sigma/number.h"

enum scalar_kind { SCALAR_TEXT, SCALAR_NUMBER, SCALAR_BOOLEAN, SCALAR_NULL };

/* YAML 1.1's booleans and hex numbers, plain decimal numbers; everything else is text. `*text`
 * is "true" or "false", the number in its one spelling, or the text as written. */
enum scalar_kind scalar_kind(const struct yaml_node *n, struct arena *a, str *text);

/* Sigma's escapes: a backslash makes `*`, `?` and itself literal and is itself before anything
 * else. The result is a glob of match/matcher.h. */
str glob_of_sigma(struct arena *a, str text);
str sigma_of_glob(struct arena *a, str glob); /* for people: wildcards as * and ? */
bool glob_is_literal(str glob);

/* A dash or slash that begins an option (not behind a letter, before one) becomes GLOB_DASH. */
str glob_windash(struct arena *a, str glob);

enum utf16_order { UTF16_LE, UTF16_BE, UTF16_WITH_MARK };
str utf16_of_text(struct arena *a, str text, enum utf16_order order);

str base64_of(struct arena *a, str data);

/* The base64 text of `data` when `offset` (0 to 2) bytes stand before it and anything behind,
 * without the characters that depend on those. */
str base64_at_offset(struct arena *a, str data, unsigned offset);

#endif
