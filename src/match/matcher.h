/* Many patterns at once on one value.
 *
 * A pattern is a text in which GLOB_ANY stands for any run of characters and GLOB_ONE for exactly
 * one (GLOB_DASH for one that begins an option on a command line), or a regular expression. Texts
 * cover the whole value: "contains x" is ANY x ANY. What a pattern needs is looked up, never tried
 * one by one:
 *
 *     exact, prefix, suffix   tries, one walk from each end of the value
 *     contains, other globs   an index over four-byte pieces of their literals (literals.h)
 *     regular expressions     the same index over what they cannot match without (needed.h),
 *                             then PCRE2 with limits, and Vectorscan past them (regex.h)
 *
 * Letter case does not count unless `cased`: value and pattern are folded character by character
 * (Unicode simple folding), so "contains" works on plain bytes. Bytes of a value that are not
 * UTF-8 count as U+FFFD.
 *
 *     struct matcher *m = matcher_new(arena);
 *     matcher_add(m, &(struct pattern){.text = STR("\xff" "mimikatz" "\xff")}, 7, &err);
 *     matcher_build(m, &err);
 *     struct match_scratch *s = match_scratch_new();     one a worker
 *     match_scratch_fit(s, m, &err);
 *     struct match_ids ids = matcher_run(m, s, value, MATCH_ALL);
 *
 * After matcher_build a matcher is only read, so forked workers share it. */
#ifndef MATCH_MATCHER_H
#define MATCH_MATCHER_H

#include "base/arena.h"
#include "base/err.h"

/* Bytes that no UTF-8 text holds. */
#define GLOB_ANY  '\xff'
#define GLOB_ONE  '\xfe'
#define GLOB_DASH '\xfd' /* any of - / and the dashes U+2013, U+2014, U+2015 */

enum pattern_flags {
    PATTERN_CASED = 1, /* texts; regular expressions are cased unless PATTERN_IGNORE_CASE */
    PATTERN_REGEX = 2, /* `text` is a regular expression, searched for anywhere */
    PATTERN_IGNORE_CASE = 4,
    PATTERN_MULTILINE = 8, /* ^ and $ at every line */
    PATTERN_DOTALL = 16,   /* the dot matches line ends */
};

struct pattern {
    str text; /* borrowed until matcher_build */
    unsigned flags;
};

/* The two costs of a value: everything but regular expressions, and those. */
enum match_stage { MATCH_TEXTS = 1, MATCH_REGEXES = 2, MATCH_ALL = 3 };

struct match_ids {
    const uint32_t *id; /* each once, in no order; valid until the scratch is used again */
    size_t count;
};

struct matcher;
struct match_scratch;

struct matcher *matcher_new(struct arena *arena); /* NULL over budget */

/* False with `*err` when the pattern cannot be had: a regular expression that does not compile
 * or is too costly. Ids need not be dense; two patterns may share one. */
bool matcher_add(struct matcher *m, const struct pattern *p, uint32_t id, struct err *err) MUST_USE;
bool matcher_build(struct matcher *m, struct err *err) MUST_USE;
void matcher_done(struct matcher *m); /* what lives outside the arena; NULL is fine */

/* Is there anything to do in this stage? */
bool matcher_has(const struct matcher *m, enum match_stage stage);

struct match_scratch *match_scratch_new(void);
void match_scratch_free(struct match_scratch *s);
bool match_scratch_fit(struct match_scratch *s, const struct matcher *m, struct err *err) MUST_USE;

struct match_ids matcher_run(const struct matcher *m, struct match_scratch *s, str value,
                             enum match_stage stages);

/* Would matcher_add take this expression? Cheap: nothing is compiled to machine form. */
bool matcher_check_regex(str regex, unsigned flags, struct err *err) MUST_USE;

/* One expression on one value, with PCRE2, compiled for this once: slow, and a second opinion. */
bool matcher_search(str regex, unsigned flags, str value);

#endif
