/* Regular expressions on one value: one Vectorscan database for all it takes, in time linear in
 * the value; PCRE2 with a limit on its steps for the rest (look-around, back-references).
 *
 * `.{1000,}` and the like, which ask only for the length of a line, are counted instead: as
 * automata they are huge. */
#ifndef MATCH_REGEXES_H
#define MATCH_REGEXES_H

#include "match/matcher.h"

struct regex;
struct hs_database;
struct hs_scratch;

struct regexes {
    struct arena *arena;
    struct regex *items;
    size_t count, cap;
    struct hs_database *database; /* NULL when Vectorscan has nothing to do */
};

typedef void regexes_found(void *ctx, uint32_t number);

void regexes_init(struct regexes *r, struct arena *arena);
bool regexes_add(struct regexes *r, str text, unsigned flags, uint32_t number,
                 struct err *err) MUST_USE;
bool regexes_build(struct regexes *r, struct err *err) MUST_USE;
void regexes_done(struct regexes *r);

/* `text` is valid UTF-8. `scratch` was fitted with hs_alloc_scratch. */
void regexes_find(const struct regexes *r, struct hs_scratch *scratch, str text,
                  regexes_found *found, void *ctx);

#endif
