#include "match/regex.h"

#include "base/text.h"
#include "match/fold.h"
#include "match/pieces.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs/hs.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_LEN = 8192,     /* of an expression */
    MAX_STEPS = 200000, /* of PCRE2 on one value */
    MAX_DEPTH = 2000,
    MAX_COUNTED = 1000000, /* of a length test */
};

struct regex {
    str text; /* ends in NUL */
    unsigned flags;
    bool counts;       /* a length test */
    uint64_t at_least; /* characters of a line */
    struct pieces pieces;
    pcre2_code *code;
};

struct automaton { /* of an expression that was too costly once */
    const struct regex *regex;
    hs_database_t *database; /* NULL: Vectorscan refuses it */
};

struct regex_scratch {
    pcre2_match_data *data;
    pcre2_match_context *limits;
    struct automaton *automata;
    size_t count;
    hs_scratch_t *hs;
};

/* ---- making one */

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

/* Is it `.{N,}` and nothing else? A line of N characters anywhere, or with the dot matching all,
 * a value of N characters. `.{N}` asks no more, and `(.){N,}` is how some spell it. */
static bool is_length_test(str text, uint64_t *at_least)
{
    str start = str_starts(text, STR("(.){")) ? STR("(.){") : STR(".{");
    str end = str_ends(text, STR(",}")) ? STR(",}") : STR("}");
    if (!str_starts(text, start) || !str_ends(text, end) || text.len < start.len + end.len) {
        return false;
    }
    str digits = str_sub(text, start.len, text.len - start.len - end.len);
    bool decimal = digits.len > 0 && digits.len < 8;
    for (size_t i = 0; i < digits.len; i++) {
        decimal = decimal && ascii_is_digit(digits.p[i]);
    }
    return decimal && str_u64(digits, at_least) && *at_least <= MAX_COUNTED;
}

static bool prepare(struct regex *x, struct err *err)
{
    if (x->text.len > MAX_LEN || memchr(x->text.p, 0, x->text.len) || !utf8_valid(x->text)) {
        return err_set(err, ERR_INPUT, "regular expression: longer than %d bytes, or not text",
                       MAX_LEN);
    }
    x->counts = is_length_test(x->text, &x->at_least);
    x->code = x->counts ? NULL : pcre2_try(x->text, x->flags, err);
    return x->counts || x->code;
}

struct regex *regex_new(struct arena *a, str text, unsigned flags, struct err *err)
{
    struct regex *x = ARENA_NEW(a, struct regex);
    str copy = arena_str(a, text);
    if (!x || !copy.p) {
        (void)err_set(err, ERR_FULL, "too many patterns for the memory set aside");
        return NULL;
    }
    *x = (struct regex){.text = copy, .flags = flags};
    if (!prepare(x, err)) {
        return NULL;
    }
    if (!(flags & PATTERN_IGNORE_CASE) && !pieces_of_regex(a, copy, &x->pieces)) {
        (void)err_set(err, ERR_FULL, "too many patterns for the memory set aside");
        regex_done(x);
        return NULL;
    }
    (void)(x->code && pcre2_jit_compile(x->code, PCRE2_JIT_COMPLETE)); /* or slower, without */
    return x;
}

void regex_done(struct regex *x)
{
    if (x) {
        pcre2_code_free(x->code);
        x->code = NULL;
    }
}

struct regex_scratch *regex_scratch_new(void)
{
    struct regex_scratch *s = calloc(1, sizeof *s);
    if (!s) {
        abort();
    }
    s->data = pcre2_match_data_create(1, NULL);
    s->limits = pcre2_match_context_create(NULL);
    if (!s->data || !s->limits) {
        abort();
    }
    (void)pcre2_set_match_limit(s->limits, MAX_STEPS);
    (void)pcre2_set_depth_limit(s->limits, MAX_DEPTH);
    return s;
}

void regex_scratch_free(struct regex_scratch *s)
{
    if (!s) {
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        (void)hs_free_database(s->automata[i].database);
    }
    (void)hs_free_scratch(s->hs);
    pcre2_match_context_free(s->limits);
    pcre2_match_data_free(s->data);
    free(s->automata);
    free(s);
}

/* ---- searching */

static bool longest_line_reaches(str text, uint64_t at_least, bool dotall)
{
    uint64_t run = 0;
    for (size_t i = 0; i < text.len && run < at_least; i++) {
        bool begins = ((uint8_t)text.p[i] & 0xc0) != 0x80;
        run = text.p[i] == '\n' && !dotall ? 0 : run + begins;
    }
    return run >= at_least;
}

static hs_database_t *compile_automaton(const struct regex *x)
{
    unsigned flags = HS_FLAG_UTF8 | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY |
                     (x->flags & PATTERN_IGNORE_CASE ? HS_FLAG_CASELESS : 0u) |
                     (x->flags & PATTERN_MULTILINE ? HS_FLAG_MULTILINE : 0u) |
                     (x->flags & PATTERN_DOTALL ? HS_FLAG_DOTALL : 0u);
    hs_database_t *made = NULL;
    hs_compile_error_t *refused = NULL;
    (void)hs_compile(x->text.p, flags, HS_MODE_BLOCK, NULL, &made, &refused);
    (void)hs_free_compile_error(refused);
    return made;
}

static hs_database_t *automaton_of(struct regex_scratch *s, const struct regex *x)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->automata[i].regex == x) {
            return s->automata[i].database;
        }
    }
    s->automata = realloc(s->automata, (s->count + 1) * sizeof *s->automata);
    if (!s->automata) {
        abort();
    }
    struct automaton made = {x, compile_automaton(x)};
    if (made.database && hs_alloc_scratch(made.database, &s->hs) != HS_SUCCESS) {
        abort();
    }
    s->automata[s->count++] = made;
    return made.database;
}

static int automaton_found(unsigned id, unsigned long long from, unsigned long long to,
                           unsigned flags, void *ctx)
{
    (void)id, (void)from, (void)to, (void)flags;
    *(bool *)ctx = true;
    return 1;
}

static bool automaton_finds(const struct regex *x, struct regex_scratch *s, str text)
{
    hs_database_t *database = automaton_of(s, x);
    unsigned len = text.len > UINT32_MAX ? UINT32_MAX : (unsigned)text.len;
    bool found = false;
    if (database) {
        (void)hs_scan(database, text.p, len, 0, s->hs, automaton_found, &found);
    }
    return found;
}

bool regex_finds(const struct regex *x, struct regex_scratch *s, str text)
{
    if (x->counts) {
        return longest_line_reaches(text, x->at_least, x->flags & PATTERN_DOTALL);
    }
    if (x->pieces.count) {
        return pieces_stand(&x->pieces, text, x->flags & PATTERN_DOTALL);
    }
    const char *p = text.len ? text.p : "";
    int found =
        pcre2_match(x->code, (PCRE2_SPTR)p, text.len, 0, PCRE2_NO_UTF_CHECK, s->data, s->limits);
    bool gave_up = found < 0 && found != PCRE2_ERROR_NOMATCH;
    return gave_up ? automaton_finds(x, s, (str){p, text.len}) : found >= 0;
}

/* ---- without a matcher */

bool matcher_check_regex(str regex, unsigned flags, struct err *err)
{
    struct regex x = {.text = regex, .flags = flags};
    bool ok = prepare(&x, err);
    regex_done(&x);
    return ok;
}

bool matcher_search(str regex, unsigned flags, str value)
{
    struct err err;
    struct arena a;
    arena_init(&a, (uint64_t)MAX_LEN * 4);
    struct regex_scratch *s = regex_scratch_new();
    struct regex *x = regex_new(&a, regex, flags, &err);
    struct fold clean = {0};
    bool found = x && regex_finds(x, s, fold_clean(&clean, value));
    fold_done(&clean);
    regex_done(x);
    regex_scratch_free(s);
    arena_done(&a);
    return found;
}
