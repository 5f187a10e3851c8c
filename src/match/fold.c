#include "match/fold.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void fold_done(struct fold *f)
{
    free(f->p);
    *f = (struct fold){0};
}

static void fold_reserve(struct fold *f, size_t need)
{
    if (need <= f->cap) {
        return;
    }
    size_t cap = f->cap ? f->cap : 512;
    while (cap < need) {
        cap *= 2;
    }
    f->p = realloc(f->p, cap);
    if (!f->p) {
        abort();
    }
    f->cap = cap;
}

static size_t fold_ascii(char *out, str s)
{
    size_t i = 0;
    while (i < s.len && (uint8_t)s.p[i] < 0x80) {
        uint8_t c = (uint8_t)s.p[i];
        out[i++] = (char)(c + ((uint8_t)(c - 'A') < 26 ? 32 : 0));
    }
    return i;
}

/* A code point can grow by folding, from two bytes to three; a bad byte becomes three. */
static str fold_rest(struct fold *f, str s, size_t at, bool keep_case)
{
    fold_reserve(f, at + (s.len - at) * 3 + FOLD_PADDING);
    size_t len = at;
    while (at < s.len) {
        uint32_t c = utf8_next(s, &at);
        len += utf8_put(f->p + len, keep_case ? c : unicode_fold(c));
    }
    memset(f->p + len, 0, FOLD_PADDING);
    return (str){f->p, len};
}

str fold_text(struct fold *f, str s, bool *ascii)
{
    fold_reserve(f, s.len + FOLD_PADDING);
    size_t plain = fold_ascii(f->p, s);
    *ascii = plain == s.len;
    if (!*ascii) {
        return fold_rest(f, s, plain, false);
    }
    memset(f->p + plain, 0, FOLD_PADDING);
    return (str){f->p, plain};
}

str fold_clean(struct fold *f, str s)
{
    return utf8_valid(s) ? s : fold_rest(f, s, 0, true);
}
