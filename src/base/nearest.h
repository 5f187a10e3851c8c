/* "Did you mean": the nearest word by number of slips. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* What a person may have meant: the candidate nearest to `word`, or NULL when none is near. */
const char *nearest_word(const char *word, const char *const *candidates, size_t count);

#endif
