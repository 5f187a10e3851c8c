#include "formats/page/lex_out.h"

#include "base/text.h"

#include <string.h>

enum { BLANK = 1, LETTER = 2, DIGIT = 4 };
enum { TEXT_DEPTH_MAX = 4 };

static uint8_t lex_class(uint8_t c)
{
    static const uint8_t classes[256] = {
        ['\t'] = BLANK, ['\v'] = BLANK, ['\f'] = BLANK, ['\r'] = BLANK, [' '] = BLANK,
        ['0'] = DIGIT,  ['1'] = DIGIT,  ['2'] = DIGIT,  ['3'] = DIGIT,  ['4'] = DIGIT,
        ['5'] = DIGIT,  ['6'] = DIGIT,  ['7'] = DIGIT,  ['8'] = DIGIT,  ['9'] = DIGIT,
        ['_'] = LETTER, ['A'] = LETTER, ['B'] = LETTER, ['C'] = LETTER, ['D'] = LETTER,
        ['E'] = LETTER, ['F'] = LETTER, ['G'] = LETTER, ['H'] = LETTER, ['I'] = LETTER,
        ['J'] = LETTER, ['K'] = LETTER, ['L'] = LETTER, ['M'] = LETTER, ['N'] = LETTER,
        ['O'] = LETTER, ['P'] = LETTER, ['Q'] = LETTER, ['R'] = LETTER, ['S'] = LETTER,
        ['T'] = LETTER, ['U'] = LETTER, ['V'] = LETTER, ['W'] = LETTER, ['X'] = LETTER,
        ['Y'] = LETTER, ['Z'] = LETTER, ['a'] = LETTER, ['b'] = LETTER, ['c'] = LETTER,
        ['d'] = LETTER, ['e'] = LETTER, ['f'] = LETTER, ['g'] = LETTER, ['h'] = LETTER,
        ['i'] = LETTER, ['j'] = LETTER, ['k'] = LETTER, ['l'] = LETTER, ['m'] = LETTER,
        ['n'] = LETTER, ['o'] = LETTER, ['p'] = LETTER, ['q'] = LETTER, ['r'] = LETTER,
        ['s'] = LETTER, ['t'] = LETTER, ['u'] = LETTER, ['v'] = LETTER, ['w'] = LETTER,
        ['x'] = LETTER, ['y'] = LETTER, ['z'] = LETTER,
    };
    return c >= 0x80 ? LETTER : classes[c];
}

static bool lex_is_basic(enum language language)
{
    return language == LANGUAGE_VBSCRIPT || language == LANGUAGE_VBNET;
}

static bool lex_by_lines(enum language language)
{
    return lex_is_basic(language) || language == LANGUAGE_PYTHON;
}

static uint8_t lex_peek(const struct lexer *l, size_t ahead)
{
    return l->at + ahead < l->in.len ? (uint8_t)l->in.p[l->at + ahead] : 0;
}

uint32_t lex_hash(str name)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < name.len; i++) {
        h = (h ^ (uint8_t)ascii_lower(name.p[i])) * 16777619U;
    }
    return h;
}

uint32_t lex_hash_exact(str name)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < name.len; i++) {
        h = (h ^ (uint8_t)name.p[i]) * 16777619U;
    }
    return h;
}

/* Basic and CFML know no letter case, PHP none in what it calls. */
uint32_t lex_hash_of(enum language language, enum token_kind kind, str name)
{
    bool folds = lex_is_basic(language) || language == LANGUAGE_CFML ||
                 (language == LANGUAGE_PHP && kind == TOKEN_NAME);
    return folds ? lex_hash(name) : lex_hash_exact(name);
}

static struct token *lex_room(struct tokens *out)
{
    if (out->count == out->cap) {
        struct token *list =
            out->count >= TOKENS_MAX
                ? NULL
                : arena_grow(out->arena, out->list, &out->cap, out->count + 256, sizeof *out->list);
        if (!list) {
            out->full = true;
            return NULL;
        }
        out->list = list;
    }
    return &out->list[out->count++];
}

void lex_token(struct lexer *l, enum token_kind kind, str text, size_t at)
{
    struct token *t = lex_room(l->out);
    if (t) {
        *t = (struct token){.text = text, .at = l->base + (uint32_t)at, .kind = (uint8_t)kind};
        l->operand = kind != TOKEN_LINE && kind != TOKEN_LANGUAGE;
    }
}

static bool lex_opens(uint8_t sign)
{
    return sign == '(' || sign == '[' || sign == '{';
}

static uint8_t lex_closer(uint8_t sign)
{
    return sign == '(' ? ')' : sign == '[' ? ']' : '}';
}

/* A closer pairs with the newest opener of its kind; what was left open inside stays so. */
static void lex_pair(struct tokens *out, uint32_t closing)
{
    for (size_t i = out->nopen; i > 0; i--) {
        struct token *opening = &out->list[out->open[i - 1]];
        if (lex_closer(opening->sign) == out->list[closing].sign) {
            opening->match = closing;
            out->list[closing].match = out->open[i - 1];
            out->nopen = i - 1;
            return;
        }
    }
}

void lex_sign(struct lexer *l, uint8_t sign, size_t at)
{
    struct token *t = lex_room(l->out);
    if (!t) {
        return;
    }
    *t = (struct token){.at = l->base + (uint32_t)at, .kind = TOKEN_SIGN, .sign = sign};
    uint32_t index = (uint32_t)l->out->count - 1;
    if (lex_opens(sign) && l->out->nopen < ARRAY_LEN(l->out->open)) {
        l->out->open[l->out->nopen++] = index;
    } else if (sign == ')' || sign == ']' || sign == '}') {
        lex_pair(l->out, index);
    }
    l->parens = (uint16_t)(l->parens + (sign == '(' || sign == '['));
    l->parens = (uint16_t)(l->parens - ((sign == ')' || sign == ']') && l->parens > 0));
    l->operand = sign == ')' || sign == ']' || sign == '}';
}

void lex_name(struct lexer *l, enum token_kind kind, str text, size_t at)
{
    lex_token(l, kind, text, at);
    if (l->out->count) {
        struct token *t = &l->out->list[l->out->count - 1];
        t->hash = lex_hash_of(l->language, kind, text);
        t->keyword = kind == TOKEN_NAME ? lex_keyword(text) : 0;
    }
}

static void lex_step(struct lexer *l);

static void lex_run(struct lexer *l)
{
    while (l->at < l->in.len && !l->out->full) {
        lex_step(l);
    }
}

void lex_within(struct lexer *l, str part, size_t at)
{
    if (l->depth >= TEXT_DEPTH_MAX) {
        return;
    }
    struct lexer inner = *l;
    inner.depth++;
    inner.in = part;
    inner.at = 0;
    inner.base = l->base + (uint32_t)at;
    lex_sign(&inner, '(', 0);
    inner.operand = false;
    lex_run(&inner);
    lex_sign(l, ')', at + part.len);
}

/* U+200B to U+200F, U+202A to U+202E, U+2060, U+FEFF, U+00AD: nobody sees them. */
static size_t lex_invisible(const struct lexer *l, size_t at)
{
    const uint8_t *p = (const uint8_t *)l->in.p + at;
    size_t left = l->in.len - at;
    if (left >= 2 && p[0] == 0xc2 && p[1] == 0xad) {
        return 2;
    }
    if (left < 3) {
        return 0;
    }
    bool general =
        p[0] == 0xe2 &&
        ((p[1] == 0x80 && ((p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xaa && p[2] <= 0xae))) ||
         (p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf));
    return general || (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) ? 3 : 0;
}

static size_t lex_hex(const struct lexer *l, size_t at, size_t digits, uint32_t *out)
{
    uint32_t n = 0;
    for (size_t i = 0; i < digits; i++) {
        char c = at + i < l->in.len ? ascii_lower(l->in.p[at + i]) : 0;
        bool letter = c >= 'a' && c <= 'f';
        if (!letter && !ascii_is_digit(c)) {
            return 0;
        }
        n = n << 4 | (uint32_t)(letter ? c - 'a' + 10 : c - '0');
    }
    *out = n;
    return digits;
}

/* \u0065, \uuu0065 (Java), \U00000065 (C#): the length of the escape, 0 when it is none. */
static size_t lex_letter_escape(const struct lexer *l, size_t at, uint32_t *letter)
{
    if (at + 1 >= l->in.len || l->in.p[at] != '\\') {
        return 0;
    }
    size_t from = at + 1;
    if (l->in.p[from] == 'U') {
        return lex_hex(l, from + 1, 8, letter) ? 10 : 0;
    }
    while (from < l->in.len && l->in.p[from] == 'u') {
        from++;
    }
    return from > at + 1 && lex_hex(l, from, 4, letter) ? from + 4 - at : 0;
}

/* A name that is not spelled plainly: escapes and invisible characters. */
static str lex_spelled(struct lexer *l, size_t *end)
{
    size_t at = l->at, len = 0;
    char *out = ARENA_ARRAY(l->out->arena, char, 256);
    while (out && at < l->in.len && len < 250) {
        uint32_t letter = 0;
        size_t skip = lex_invisible(l, at), escape = lex_letter_escape(l, at, &letter);
        if (skip) {
            l->out->odd |= ODD_INVISIBLE;
            at += skip;
        } else if (escape) {
            if (letter >= 0x80 || !(lex_class((uint8_t)letter) & (LETTER | DIGIT))) {
                break;
            }
            l->out->odd |= ODD_ESCAPED_NAME;
            out[len++] = (char)letter;
            at += escape;
        } else if (lex_class((uint8_t)l->in.p[at]) & (LETTER | DIGIT)) {
            out[len++] = l->in.p[at++];
        } else {
            break;
        }
    }
    *end = at;
    return (str){out, len};
}

static void lex_word(struct lexer *l, enum token_kind kind)
{
    size_t at = l->at, start = at;
    bool plain = true;
    for (; at < l->in.len; at++) {
        uint8_t c = (uint8_t)l->in.p[at];
        if (c == '\\' && l->language != LANGUAGE_PHP && l->language != LANGUAGE_PERL) {
            uint32_t letter;
            plain = plain && !lex_letter_escape(l, at, &letter);
            break;
        }
        if (!(lex_class(c) & (LETTER | DIGIT))) {
            break;
        }
        plain = plain && !(c >= 0x80 && lex_invisible(l, at));
    }
    str text = str_sub(l->in, start, at - start);
    if (!plain) {
        text = lex_spelled(l, &at);
    }
    l->at = at > start ? at : start + 1;
    lex_name(l, kind, text, start);
}

static bool lex_looks(const struct lexer *l, str what)
{
    return str_starts(str_from(l->in, l->at), what);
}

static void lex_skip_line(struct lexer *l)
{
    const char *end = memchr(l->in.p + l->at, '\n', l->in.len - l->at);
    size_t to = end ? (size_t)(end - l->in.p) : l->in.len;
    if (l->language == LANGUAGE_PHP) {
        size_t close = str_find(str_sub(l->in, l->at, to - l->at), STR("?>"));
        to = l->at + close;
    }
    l->at = to;
}

static void lex_skip_to(struct lexer *l, str closer)
{
    l->at += 2;
    l->at += str_find(str_from(l->in, l->at), closer) + closer.len;
    l->at = l->at < l->in.len ? l->at : l->in.len;
}

static bool lex_remark(const struct lexer *l)
{
    uint8_t c = lex_peek(l, 3);
    return (lex_peek(l, 0) | 32) == 'r' && (lex_peek(l, 1) | 32) == 'e' &&
           (lex_peek(l, 2) | 32) == 'm' && (c == ' ' || c == '\t' || c == '\n' || c == '\r') &&
           !l->operand;
}

static bool lex_slash_comment(struct lexer *l)
{
    if (l->language == LANGUAGE_PERL || lex_by_lines(l->language)) {
        return false;
    }
    uint8_t next = lex_peek(l, 1);
    if (next == '*') {
        lex_skip_to(l, STR("*/"));
        return true;
    }
    if (next == '/') {
        lex_skip_line(l);
        return true;
    }
    return false;
}

/* Perl's documentation: from =word at the beginning of a line to =cut. */
static bool lex_pod(struct lexer *l)
{
    if (l->language != LANGUAGE_PERL || (l->at && l->in.p[l->at - 1] != '\n') ||
        !(lex_class(lex_peek(l, 1)) & LETTER)) {
        return false;
    }
    size_t end = str_find(str_from(l->in, l->at), STR("\n=cut"));
    l->at += end + 1;
    l->at = l->at < l->in.len ? l->at : l->in.len;
    lex_skip_line(l);
    return true;
}

static bool lex_comment(struct lexer *l)
{
    switch (lex_peek(l, 0)) {
    case '/':
        return lex_slash_comment(l);
    case '=':
        return lex_pod(l);
    case '#': {
        bool hash = l->language == LANGUAGE_PERL || l->language == LANGUAGE_PYTHON ||
                    l->language == LANGUAGE_CSHARP || l->language == LANGUAGE_VBNET ||
                    (l->language == LANGUAGE_PHP && lex_peek(l, 1) != '[');
        if (hash) {
            lex_skip_line(l);
        }
        return hash;
    }
    case '\'':
        if (lex_is_basic(l->language)) {
            lex_skip_line(l);
            return true;
        }
        return false;
    case 'r':
    case 'R':
        if (lex_is_basic(l->language) && lex_remark(l)) {
            lex_skip_line(l);
            return true;
        }
        return false;
    case '<':
        if (l->language == LANGUAGE_CFML && lex_looks(l, STR("<!---"))) {
            lex_skip_to(l, STR("--->"));
            return true;
        }
        return false;
    default:
        return false;
    }
}

static void lex_number(struct lexer *l)
{
    size_t start = l->at;
    while (l->at < l->in.len) {
        uint8_t c = (uint8_t)l->in.p[l->at];
        bool dot = c == '.' && (lex_class(lex_peek(l, 1)) & DIGIT);
        if (!(lex_class(c) & (DIGIT | LETTER)) && !dot) {
            break;
        }
        l->at++;
    }
    str text = str_sub(l->in, start, l->at - start);
    lex_token(l, TOKEN_NUMBER, text, start);
}

static const struct {
    str text;
    uint8_t sign;
} lex_signs[] = {
    {STR_INIT("<<<"),  SIGN_SHIFT  },
    {STR_INIT("==="),  SIGN_COMPARE},
    {STR_INIT("!=="),  SIGN_COMPARE},
    {STR_INIT("<=>"),  SIGN_COMPARE},
    {STR_INIT("?->"),  SIGN_ARROW  },
    {STR_INIT("**="),  SIGN_BECOMES},
    {STR_INIT("?\?="), SIGN_APPEND },
    {STR_INIT("||="),  SIGN_APPEND },
    {STR_INIT("&&="),  SIGN_BECOMES},
    {STR_INIT("//="),  SIGN_APPEND },
    {STR_INIT("->"),   SIGN_ARROW  },
    {STR_INIT("::"),   SIGN_SCOPE  },
    {STR_INIT("=>"),   SIGN_FAT    },
    {STR_INIT("=="),   SIGN_COMPARE},
    {STR_INIT("!="),   SIGN_COMPARE},
    {STR_INIT("<="),   SIGN_COMPARE},
    {STR_INIT(">="),   SIGN_COMPARE},
    {STR_INIT("<>"),   SIGN_COMPARE},
    {STR_INIT("+="),   SIGN_APPEND },
    {STR_INIT(".="),   SIGN_APPEND },
    {STR_INIT("&="),   SIGN_APPEND },
    {STR_INIT("-="),   SIGN_BECOMES},
    {STR_INIT("*="),   SIGN_BECOMES},
    {STR_INIT("/="),   SIGN_BECOMES},
    {STR_INIT("%="),   SIGN_BECOMES},
    {STR_INIT("^="),   SIGN_BECOMES},
    {STR_INIT("|="),   SIGN_BECOMES},
    {STR_INIT("??"),   SIGN_OR_ELSE},
    {STR_INIT("?:"),   SIGN_OR_ELSE},
    {STR_INIT("?."),   '.'         },
    {STR_INIT("||"),   SIGN_OR_ELSE},
    {STR_INIT("&&"),   SIGN_AND    },
    {STR_INIT("<<"),   SIGN_SHIFT  },
    {STR_INIT("=~"),   SIGN_BIND   },
    {STR_INIT("!~"),   SIGN_BIND   },
};

static uint8_t lex_single(const struct lexer *l, uint8_t c)
{
    bool dotted = l->language == LANGUAGE_PHP || l->language == LANGUAGE_PERL;
    if (c == '.' && dotted) {
        return SIGN_CONCAT;
    }
    if (c == '&' && (lex_is_basic(l->language) || l->language == LANGUAGE_CFML) && l->operand) {
        return SIGN_CONCAT;
    }
    return c == '<' || c == '>' ? SIGN_COMPARE : c;
}

/* Two signs that happen to touch are two: `$a=&$b` in PHP, `a=-1`. */
static bool lex_fits(const struct lexer *l, uint8_t sign, str text)
{
    if (sign == SIGN_BIND) {
        return l->language == LANGUAGE_PERL;
    }
    if (text.p[0] == '/' && text.p[1] == '/') {
        return l->language == LANGUAGE_PERL;
    }
    if (lex_is_basic(l->language)) {
        return sign == SIGN_COMPARE || sign == SIGN_APPEND || text.p[0] == '?';
    }
    return true;
}

static void lex_other(struct lexer *l)
{
    static const char doubled[] = "<=!?*|&/-:+.%^";
    uint8_t c = lex_peek(l, 0);
    if (memchr(doubled, c, sizeof doubled - 1)) {
        for (size_t i = 0; i < ARRAY_LEN(lex_signs); i++) {
            str text = lex_signs[i].text;
            if ((uint8_t)text.p[0] == c && (uint8_t)text.p[1] == lex_peek(l, 1) &&
                lex_looks(l, text) && lex_fits(l, lex_signs[i].sign, text)) {
                lex_sign(l, lex_signs[i].sign, l->at);
                l->at += text.len;
                return;
            }
        }
    }
    lex_sign(l, lex_single(l, c), l->at);
    l->at++;
}

static void lex_newline(struct lexer *l)
{
    size_t at = l->at++;
    if (!lex_by_lines(l->language)) {
        return;
    }
    struct tokens *out = l->out;
    struct token *last = out->count ? &out->list[out->count - 1] : NULL;
    if (lex_is_basic(l->language) && last && last->kind == TOKEN_NAME &&
        str_eq(last->text, STR("_"))) {
        out->count--; /* the statement goes on */
        l->operand = false;
        return;
    }
    bool goes_on = l->parens && l->language != LANGUAGE_VBSCRIPT;
    if (!goes_on && last && last->kind != TOKEN_LINE) {
        lex_token(l, TOKEN_LINE, STR_NONE, at);
        l->parens = 0;
    }
}

/* $name, @name, %name; a lone $ is a sign, for ${...} and $$name. */
static bool lex_sigil(struct lexer *l, uint8_t c)
{
    bool php = l->language == LANGUAGE_PHP;
    bool perl = l->language == LANGUAGE_PERL;
    uint8_t next = lex_peek(l, 1);
    bool sigil = (c == '$' && (php || perl)) || (perl && (c == '@' || (c == '%' && !l->operand)));
    if (!sigil) {
        return false;
    }
    if (lex_class(next) & LETTER) {
        l->at++;
        lex_word(l, TOKEN_VARIABLE);
        return true;
    }
    if (perl && (lex_class(next) & DIGIT)) {
        l->at++;
        lex_word(l, TOKEN_VARIABLE);
        return true;
    }
    if (perl && c == '$' && memchr("!@/\\,;.&0", next, 9) && next) {
        lex_name(l, TOKEN_VARIABLE, str_sub(l->in, l->at + 1, 1), l->at);
        l->at += 2;
        return true;
    }
    lex_sign(l, c, l->at++);
    return true;
}

static bool lex_starts_name(struct lexer *l, uint8_t c)
{
    uint32_t letter;
    return (lex_class(c) & LETTER) ||
           (c == '\\' && l->language != LANGUAGE_PHP && l->language != LANGUAGE_PERL &&
            lex_letter_escape(l, l->at, &letter));
}

static void lex_step(struct lexer *l)
{
    uint8_t c = (uint8_t)l->in.p[l->at];
    if (lex_class(c) & BLANK) {
        l->at++;
    } else if (c == '\n') {
        lex_newline(l);
    } else if (lex_comment(l)) {
        return;
    } else if (lex_text_here(l)) {
        return;
    } else if (lex_class(c) & DIGIT) {
        lex_number(l);
    } else if (c >= 0x80 && lex_invisible(l, l->at) && l->operand) {
        l->out->odd |= ODD_INVISIBLE;
        l->at += 2;
    } else if (lex_starts_name(l, c)) {
        lex_word(l, TOKEN_NAME);
    } else if (!lex_sigil(l, c)) {
        lex_other(l);
    }
}

size_t lex_code(struct tokens *out, enum language language, str code, uint32_t at)
{
    struct lexer l = {.out = out, .in = code, .base = at, .language = language};
    lex_token(&l, TOKEN_LANGUAGE, STR_NONE, 0);
    if (out->count) {
        out->list[out->count - 1].sign = (uint8_t)language;
    }
    l.operand = false;
    if (language != LANGUAGE_PHP) {
        lex_run(&l);
    }
    while (l.at < l.in.len && !out->full) {
        if (l.in.p[l.at] == '?' && lex_looks(&l, STR("?>"))) {
            l.at += 2;
            break;
        }
        lex_step(&l);
    }
    return l.at;
}

void lex_end_piece(struct tokens *out)
{
    struct lexer l = {.out = out};
    lex_sign(&l, ';', 0);
}
