#include "match/fold.h"

#include "base/text.h"
#include "match/ascii.h"
#include "match/glob.h"
#include "match/matcher.h"

#include <stdlib.h>
#include <string.h>

void fold_done(struct fold *f)
{
    free(f->p);
    *f = (struct fold){0};
}

char *fold_reserve(struct fold *f, size_t need)
{
    if (f->p && need <= f->cap) {
        return f->p;
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
    return f->p;
}

/* A code point can grow by folding, from two bytes to three; a bad byte becomes three. */
static str fold_rest(struct fold *f, str s, size_t at, bool keep_case)
{
    (void)fold_reserve(f, at + (s.len - at) * 3 + FOLD_PADDING);
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
    (void)fold_reserve(f, s.len + FOLD_PADDING);
    size_t plain = ascii_fold(f->p, s.p, s.len);
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

str fold_glob(struct arena *a, str glob, bool keep_case)
{
    struct fold f = {0};
    char *out = arena_array(a, glob.len + 1, 3);
    size_t len = 0;
    for (size_t at = 0; out && at < glob.len;) {
        size_t n = glob_literal(glob, at);
        if (n == 0) {
            char c = glob.p[at++];
            if (c != GLOB_ANY || len == 0 || out[len - 1] != GLOB_ANY) {
                out[len++] = c;
            }
            continue;
        }
        bool ascii = false;
        str piece = str_sub(glob, at, n);
        piece = keep_case ? fold_clean(&f, piece) : fold_text(&f, piece, &ascii);
        memcpy(out + len, piece.p, piece.len);
        len += piece.len;
        at += n;
    }
    fold_done(&f);
    return (str){out, len};
}
