/* "did you mean": the nearest word by number of slips (a letter wrong, missing, added, or two
 * exchanged). */
#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

enum { WORD_MAX = 32 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned slips(const char *a, size_t na, const char *b, size_t nb)
{
    unsigned d[WORD_MAX + 1][WORD_MAX + 1] = {{0}};
    for (unsigned i = 0; i <= na; i++) {
        d[i][0] = i;
    }
    for (unsigned j = 0; j <= nb; j++) {
        d[0][j] = j;
    }
    for (size_t i = 1; i <= na; i++) {
        for (size_t j = 1; j <= nb; j++) {
            unsigned differs = a[i - 1] != b[j - 1];
            unsigned best = least(d[i - 1][j] + 1, d[i][j - 1] + 1);
            best = least(best, d[i - 1][j - 1] + differs);
            bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            d[i][j] = exchanged ? least(best, d[i - 2][j - 2] + 1) : best;
        }
    }
    return d[na][nb];
}

const char *nearest_word(const char *word, const char *const *candidates, size_t count)
{
    const char *nearest = NULL;
    size_t len = strlen(word);
    unsigned best = len < 5 ? 2 : 3; /* slips that are still near, and one */
    for (size_t i = 0; i < count && len > 0 && len <= WORD_MAX; i++) {
        size_t n = strlen(candidates[i]);
        unsigned d = n <= WORD_MAX ? slips(word, len, candidates[i], n) : best;
        bool begins = len >= 3 && len < n && strncmp(word, candidates[i], len) == 0;
        d = begins ? least(d, 1) : d;
        if (d < best) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}
