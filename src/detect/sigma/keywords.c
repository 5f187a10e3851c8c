#include "detect/sigma/keywords.h"

#include "base/text.h"
#include "match/glob.h"
#include "match/literals.h"

#include <string.h>

struct keywords {
    struct arena *arena;
    struct literals literals;
    size_t shortest; /* characters */
    bool in_numbers; /* one could be in the text of a number, time or identifier */
    bool any_value;  /* one has no literal to look for */
};

struct keywords *keywords_new(struct arena *a)
{
    struct keywords *k = ARENA_NEW(a, struct keywords);
    if (k) {
        k->arena = a;
        k->shortest = SIZE_MAX;
        literals_init(&k->literals, a);
    }
    return k;
}

/* What value_text makes of all types that are not text: digits, signs, hex, `true`, `1.#IND`. */
static bool is_of_numbers(str literal)
{
    for (size_t i = 0; i < literal.len; i++) {
        if (!memchr("0123456789abcdefinrlstuxz+-.:{}#", literal.p[i], 32)) {
            return false;
        }
    }
    return true;
}

static str longest_literal(str glob)
{
    str best = STR_NONE;
    for (size_t at = 0; at < glob.len;) {
        size_t len = glob_literal(glob, at);
        best = len > best.len ? str_sub(glob, at, len) : best;
        at += len ? len : 1;
    }
    return best;
}

static size_t count_characters(str s)
{
    size_t count = 0;
    for (size_t at = 0; at < s.len; count++) {
        (void)utf8_next(s, &at);
    }
    return count;
}

bool keywords_add(struct keywords *k, const struct predicate *p)
{
    str literal = STR_NONE;
    if (p->kind == PREDICATE_TEXT) {
        str folded = fold_glob(k->arena, p->text, false);
        if (!folded.p) {
            return false;
        }
        literal = longest_literal(folded);
    }
    if (literal.len == 0) {
        k->any_value = true;
        return true;
    }
    size_t letters = count_characters(literal);
    k->shortest = letters < k->shortest ? letters : k->shortest;
    k->in_numbers = k->in_numbers || is_of_numbers(literal);
    return literals_add(&k->literals, literal, 0);
}

bool keywords_build(struct keywords *k)
{
    return literals_build(&k->literals);
}

/* A unit of UTF-16 and a byte of UTF-8 are one character at most, folded too. */
bool keywords_matter(const struct keywords *k, const struct field *f)
{
    size_t units = f->type == VALUE_UTF16 ? f->len / 2 : f->len;
    switch ((enum value_type)f->type) {
    case VALUE_NULL:
        return false;
    case VALUE_TEXT:
    case VALUE_JSON:
    case VALUE_ANSI:
    case VALUE_UTF16:
        return k->any_value || units >= k->shortest;
    default:
        return k->any_value || k->in_numbers;
    }
}

static void note_found(void *ctx, uint32_t number)
{
    (void)number;
    *(bool *)ctx = true;
}

bool keywords_may_be(const struct keywords *k, str value, struct fold *folded)
{
    bool ascii = false, found = k->any_value;
    if (!found) {
        str text = fold_text(folded, value, &ascii);
        if (text.len >= k->shortest) {
            literals_find(&k->literals, text, note_found, &found);
        }
    }
    return found;
}
