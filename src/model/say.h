/* Sentences in every language at once: a message id with {names} in it, looked up in each
 * catalogue, its names replaced. Whole sentences only; none is built from pieces.
 *
 *     say(&s, N_("Not in this evidence: {logs}."), (struct said[]){{"logs", logs}}, 1)
 */
#ifndef MODEL_SAY_H
#define MODEL_SAY_H

#include "base/arena.h"
#include "model/rule.h"

struct speaker {
    struct arena *arena;
    const struct catalog *const *catalogs; /* LANG_COUNT of them; NULL entries are English */
};

struct said { /* a name in braces and what stands in its place */
    const char *name;
    struct text value;
};

struct text say(const struct speaker *s, const char *id, const struct said *args, size_t count);
struct text say_plain(const struct speaker *s, const char *id);

struct text text_same(str s);      /* the same in all languages */
bool text_is_empty(struct text t); /* in English */
struct text text_join(struct arena *a, struct text left, str between, struct text right);

#endif
