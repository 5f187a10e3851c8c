#include "match/regexes.h"

#include "base/text.h"
#include "match/fold.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs/hs.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_LEN = 8192,     /* of an expression */
    MAX_STEPS = 200000, /* of PCRE2 on one value; more counts as no match */
    MAX_DEPTH = 2000,
    MAX_COUNTED = 1000000, /* of a length test */
};

enum engine { BY_VECTORSCAN, BY_PCRE2, BY_LENGTH };

struct regex {
    str text; /* ends in NUL */
    unsigned flags;
    uint32_t number;
    enum engine engine;
    uint64_t at_least; /* BY_LENGTH: characters of a line */
    pcre2_code *code;  /* BY_PCRE2 */
};

void regexes_init(struct regexes *r, struct arena *arena)
{
    *r = (struct regexes){.arena = arena};
}

static unsigned vectorscan_flags(unsigned flags)
{
    return HS_FLAG_UTF8 | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY |
           (flags & PATTERN_IGNORE_CASE ? HS_FLAG_CASELESS : 0u) |
           (flags & PATTERN_MULTILINE ? HS_FLAG_MULTILINE : 0u) |
           (flags & PATTERN_DOTALL ? HS_FLAG_DOTALL : 0u);
}

static pcre2_code *pcre2_try(str text, unsigned flags, struct err *err)
{
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C |
                       (flags & PATTERN_IGNORE_CASE ? PCRE2_CASELESS : 0u) |
                       (flags & PATTERN_MULTILINE ? PCRE2_MULTILINE : 0u) |
                       (flags & PATTERN_DOTALL ? PCRE2_DOTALL : 0u);
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)text.p, text.len, options, &code, &offset, NULL);
    if (!compiled) {
        PCRE2_UCHAR why[160] = "it does not compile";
        (void)pcre2_get_error_message(code, why, sizeof why);
        (void)err_set(err, ERR_INPUT, "regular expression: %s, at character %zu", (char *)why,
                      offset + 1);
    }
    return compiled;
}

/* Parses only: the automaton is made in regexes_build. */
static bool vectorscan_takes(str text, unsigned flags)
{
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *refused = NULL;
    hs_error_t e = hs_expression_info(text.p, vectorscan_flags(flags), &info, &refused);
    free(info);
    (void)hs_free_compile_error(refused);
    return e == HS_SUCCESS;
}

/* Is it `.{N,}` and nothing else? A line of N characters anywhere, or with the dot matching all,
 * a value of N characters. */
static bool is_length_test(str text, uint64_t *at_least)
{
    if (!str_starts(text, STR(".{")) || !str_ends(text, STR(",}"))) {
        return false;
    }
    str digits = str_sub(text, 2, text.len - 4);
    bool decimal = digits.len > 0 && digits.len < 8;
    for (size_t i = 0; i < digits.len; i++) {
        decimal = decimal && ascii_is_digit(digits.p[i]);
    }
    return decimal && str_u64(digits, at_least) && *at_least <= MAX_COUNTED;
}

static bool choose_engine(struct regex *x, struct err *err)
{
    if (x->text.len > MAX_LEN || memchr(x->text.p, 0, x->text.len) || !utf8_valid(x->text)) {
        return err_set(err, ERR_INPUT, "regular expression: longer than %d bytes, or not text",
                       MAX_LEN);
    }
    if (is_length_test(x->text, &x->at_least)) {
        x->engine = BY_LENGTH;
        return true;
    }
    if (vectorscan_takes(x->text, x->flags)) {
        x->engine = BY_VECTORSCAN;
        return true;
    }
    x->engine = BY_PCRE2;
    x->code = pcre2_try(x->text, x->flags, err);
    return x->code != NULL;
}

bool regexes_add(struct regexes *r, str text, unsigned flags, uint32_t number, struct err *err)
{
    struct regex *grown = arena_grow(r->arena, r->items, &r->cap, r->count + 1, sizeof *grown);
    str copy = arena_str(r->arena, text);
    if (!grown || !copy.p) {
        return err_set(err, ERR_FULL, "too many patterns for the memory set aside");
    }
    r->items = grown;
    struct regex x = {.text = copy, .flags = flags, .number = number};
    if (!choose_engine(&x, err)) {
        return false;
    }
    r->items[r->count++] = x;
    return true;
}

/* What Vectorscan parses it can still find too large to compile. */
static bool hand_to_pcre2(struct regexes *r, unsigned item, struct err *err)
{
    struct regex *x = &r->items[item];
    x->engine = BY_PCRE2;
    x->code = pcre2_try(x->text, x->flags, err);
    return x->code != NULL;
}

static bool compile_once(struct regexes *r, int *refused)
{
    size_t n = 0;
    const char **texts = calloc(r->count, sizeof *texts);
    unsigned *flags = calloc(r->count, sizeof *flags);
    unsigned *items = calloc(r->count, sizeof *items);
    if (!texts || !flags || !items) {
        abort();
    }
    for (size_t i = 0; i < r->count; i++) {
        if (r->items[i].engine == BY_VECTORSCAN) {
            texts[n] = r->items[i].text.p;
            flags[n] = vectorscan_flags(r->items[i].flags);
            items[n++] = (unsigned)i;
        }
    }
    hs_compile_error_t *why = NULL;
    bool ok = n == 0 || hs_compile_multi(texts, flags, items, (unsigned)n, HS_MODE_BLOCK, NULL,
                                         &r->database, &why) == HS_SUCCESS;
    bool culprit = !ok && why && why->expression >= 0 && (size_t)why->expression < n;
    *refused = culprit ? (int)items[why->expression] : -1;
    (void)hs_free_compile_error(why);
    free(texts);
    free(flags);
    free(items);
    return ok;
}

bool regexes_build(struct regexes *r, struct err *err)
{
    int refused = -1;
    while (r->count && !compile_once(r, &refused)) {
        if (refused < 0) {
            return err_set(err, ERR_INPUT,
                           "the regular expressions of a field are too large "
                           "together");
        }
        if (!hand_to_pcre2(r, (unsigned)refused, err)) {
            return false;
        }
    }
    return true;
}

void regexes_done(struct regexes *r)
{
    for (size_t i = 0; i < r->count; i++) {
        pcre2_code_free(r->items[i].code);
    }
    (void)hs_free_database(r->database);
    r->database = NULL;
    r->count = 0;
}

static bool longest_line_reaches(str text, uint64_t at_least, bool dotall)
{
    uint64_t run = 0;
    for (size_t i = 0; i < text.len && run < at_least; i++) {
        bool begins = ((uint8_t)text.p[i] & 0xc0) != 0x80;
        run = text.p[i] == '\n' && !dotall ? 0 : run + begins;
    }
    return run >= at_least;
}

static bool pcre2_finds(const struct regex *x, str text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (!data || !limits) {
        abort();
    }
    (void)pcre2_set_match_limit(limits, MAX_STEPS);
    (void)pcre2_set_depth_limit(limits, MAX_DEPTH);
    int found =
        pcre2_match(x->code, (PCRE2_SPTR)text.p, text.len, 0, PCRE2_NO_UTF_CHECK, data, limits);
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    return found >= 0;
}

struct found {
    const struct regexes *r;
    regexes_found *tell;
    void *ctx;
};

static int vectorscan_found(unsigned item, unsigned long long from, unsigned long long to,
                            unsigned flags, void *ctx)
{
    const struct found *f = ctx;
    (void)from, (void)to, (void)flags;
    f->tell(f->ctx, f->r->items[item].number);
    return 0;
}

static bool found_by_hand(const struct regex *x, str text)
{
    switch (x->engine) {
    case BY_LENGTH:
        return longest_line_reaches(text, x->at_least, x->flags & PATTERN_DOTALL);
    case BY_PCRE2:
        return pcre2_finds(x, text);
    case BY_VECTORSCAN:
        break;
    }
    return false;
}

void regexes_find(const struct regexes *r, struct hs_scratch *scratch, str text,
                  regexes_found *found, void *ctx)
{
    struct found f = {r, found, ctx};
    const char *p = text.len ? text.p : "";
    unsigned len = text.len > UINT32_MAX ? UINT32_MAX : (unsigned)text.len;
    if (r->database) {
        (void)hs_scan(r->database, p, len, 0, scratch, vectorscan_found, &f);
    }
    for (size_t i = 0; i < r->count; i++) {
        if (r->items[i].engine != BY_VECTORSCAN &&
            found_by_hand(&r->items[i], (str){p, text.len})) {
            found(ctx, r->items[i].number);
        }
    }
}

bool matcher_check_regex(str regex, unsigned flags, struct err *err)
{
    struct regex x = {.text = regex, .flags = flags};
    bool ok = choose_engine(&x, err);
    pcre2_code_free(x.code);
    return ok;
}

bool matcher_search(str regex, unsigned flags, str value)
{
    struct err err;
    struct regex x = {.code = pcre2_try(regex, flags, &err)};
    struct fold clean = {0};
    bool found = x.code && pcre2_finds(&x, fold_clean(&clean, value));
    fold_done(&clean);
    pcre2_code_free(x.code);
    return found;
}
