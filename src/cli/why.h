/* A rule against an event, predicate by predicate, as a page for a person. */
#ifndef CLI_WHY_H
#define CLI_WHY_H

#include "cli/command.h"
#include "detect/sigma/sigma.h"
#include "export/page.h"

struct why {
    struct page *page;
    const struct catalog *catalog;
    struct arena *arena;
};

/* Explains `rule` on the record that `f` holds with its fields; whose rule `f` is does not count.
 * False over budget, or for a correlation. */
bool why_rule(const struct why *w, const struct sigma *s, const struct names *names, uint32_t rule,
              const struct finding *f, struct sigma_explanation *out) MUST_USE;

/* Every predicate, by selection: did it hold, and on which value. */
void why_predicates(const struct why *w, const struct sigma_explanation *x);

/* The predicates that alone kept the rule from matching. */
void why_not(const struct why *w, const struct sigma_explanation *x);

#endif
