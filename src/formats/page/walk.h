/* Walks through the code of a page and follows values from where the request enters to where they
 * act. No grammar: statements are told apart by what ends them, expressions are read by
 * precedence, what is not understood is passed over. The code is walked a few times, so that what
 * a function gets is known wherever it stands; a value that a branch may have set is kept.
 *
 * Linear in the tokens; text that code decodes is walked in turn, within a budget. */
#ifndef FORMATS_PAGE_WALK_H
#define FORMATS_PAGE_WALK_H

#include "formats/page/facts.h"

/* `arena` takes what is decoded and remembered. */
void walk_tokens(const struct tokens *code, struct arena *arena, struct facts *facts);

#endif
