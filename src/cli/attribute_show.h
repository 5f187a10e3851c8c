/* An answer of attribute/ for people and for programs. Every number of the text can be reckoned
 * from the ledger above it; the JSON holds all digits that matter. */
#ifndef CLI_ATTRIBUTE_SHOW_H
#define CLI_ATTRIBUTE_SHOW_H

#include "attribute/decide.h"
#include "attribute/evidence.h"
#include "base/buf.h"
#include "cli/command.h"

struct shown_answer {
    const struct invocation *in;
    const struct actors *actors;
    const struct observed *observed;
    const struct model *model;
    const struct decision *decision;
    const struct evidence *evidence; /* its items are those of a case; none when there is no case */
};

void attribute_show_json(const struct shown_answer *s, struct buf *out);
void attribute_show_text(const struct shown_answer *s, struct buf *out);

#endif
