#include "detect/stix/token.h"

#include "base/compiler.h"
#include "base/text.h"

/* Blanks beyond ASCII: NEL, the no-break space, and what Unicode calls separators. */
static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

static bool is_letter(char c)
{
    return c == '_' || (ascii_is_alnum(c) && !ascii_is_digit(c));
}

static char char_at(const struct stix_lexer *x, size_t at)
{
    return at < x->in.len ? x->in.p[at] : '\0';
}

/* Moves on to `to`, counting lines and characters. */
static void advance(struct stix_lexer *x, size_t to)
{
    while (x->at < to) {
        bool line_ends = x->in.p[x->at] == '\n';
        (void)utf8_next(x->in, &x->at);
        x->line += line_ends;
        x->column = line_ends ? 0 : x->column + 1;
    }
}

static size_t behind_comment(const struct stix_lexer *x)
{
    str rest = str_from(x->in, x->at);
    if (str_starts(rest, STR("//"))) {
        size_t end = 0;
        while (end < rest.len && rest.p[end] != '\n' && rest.p[end] != '\r') {
            end++;
        }
        return x->at + end;
    }
    size_t close = str_starts(rest, STR("/*")) ? str_find(str_from(rest, 2), STR("*/")) : rest.len;
    return close + 2 < rest.len ? x->at + 2 + close + 2 : x->at;
}

static void skip_blanks(struct stix_lexer *x)
{
    for (;;) {
        size_t next = x->at, comment = behind_comment(x);
        if (comment > x->at) {
            advance(x, comment);
        } else if (x->at < x->in.len && is_blank(utf8_next(x->in, &next))) {
            advance(x, next);
        } else {
            return;
        }
    }
}

/* ---- what stands between quotes */

/* Behind the closing quote of a string whose opening one is at `at`; 0 when it is none. Backslashes
 * escape quotes and themselves, nothing else. */
static size_t string_end(const struct stix_lexer *x, size_t at)
{
    for (at++; at < x->in.len; at++) {
        char c = x->in.p[at], next = char_at(x, at + 1);
        if (c == '\'') {
            return at + 1;
        }
        if (c == '\\' && next != '\'' && next != '\\') {
            return 0;
        }
        at += c == '\\';
    }
    return 0;
}

static bool is_hex(str s)
{
    bool all = s.len % 2 == 0;
    for (size_t i = 0; all && i < s.len; i++) {
        char c = ascii_lower(s.p[i]);
        all = ascii_is_digit(c) || (c >= 'a' && c <= 'f');
    }
    return all;
}

static bool is_base64(str s)
{
    size_t body = s.len;
    while (body > 0 && s.len - body < 2 && s.p[body - 1] == '=') {
        body--;
    }
    bool all = s.len > 0 && s.len % 4 == 0 && body > 0;
    for (size_t i = 0; all && i < body; i++) {
        all = ascii_is_alnum(s.p[i]) || s.p[i] == '+' || s.p[i] == '/';
    }
    return all;
}

static bool two_digits(str s, size_t at, int least, int most)
{
    int n = ascii_is_digit(s.p[at]) && ascii_is_digit(s.p[at + 1])
                ? (s.p[at] - '0') * 10 + s.p[at + 1] - '0'
                : -1;
    return n >= least && n <= most;
}

bool stix_is_time(str s)
{
    enum { SHORTEST = 20 };
    static const char shape[] = "0000-00-00T00:00:00";
    bool all = s.len >= SHORTEST && s.p[s.len - 1] == 'Z';
    for (size_t i = 0; all && i < sizeof shape - 1; i++) {
        all = shape[i] == '0' ? ascii_is_digit(s.p[i]) : s.p[i] == shape[i];
    }
    all = all && two_digits(s, 5, 1, 12) && two_digits(s, 8, 1, 31) && two_digits(s, 11, 0, 23) &&
          two_digits(s, 14, 0, 59) && two_digits(s, 17, 0, 60);
    bool fraction = all && s.len > SHORTEST;
    all = all && (!fraction || (s.p[19] == '.' && s.len > SHORTEST + 1));
    for (size_t i = SHORTEST; fraction && all && i + 1 < s.len; i++) {
        all = ascii_is_digit(s.p[i]);
    }
    return all;
}

static bool quoted(struct stix_lexer *x, size_t quote, enum stix_token token, size_t *end)
{
    size_t to = char_at(x, quote) == '\'' ? string_end(x, quote) : 0;
    str inside = to ? str_sub(x->in, quote + 1, to - quote - 2) : STR_NONE;
    bool fits = to > 0 && (token == TOKEN_STRING || (token == TOKEN_HEX && is_hex(inside)) ||
                           (token == TOKEN_BASE64 && is_base64(inside)) ||
                           (token == TOKEN_TIME && stix_is_time(inside)));
    if (fits) {
        x->token = token;
        x->text = inside;
        *end = to;
    }
    return fits;
}

/* ---- the others */

static bool is_keyword(str s)
{
    static const str words[] = {
        STR_INIT("AND"),        STR_INIT("OR"),      STR_INIT("NOT"),    STR_INIT("FOLLOWEDBY"),
        STR_INIT("LIKE"),       STR_INIT("MATCHES"), STR_INIT("EXISTS"), STR_INIT("ISSUBSET"),
        STR_INIT("ISSUPERSET"), STR_INIT("LAST"),    STR_INIT("IN"),     STR_INIT("START"),
        STR_INIT("STOP"),       STR_INIT("SECONDS"), STR_INIT("true"),   STR_INIT("false"),
        STR_INIT("WITHIN"),     STR_INIT("REPEATS"), STR_INIT("TIMES"),
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq(s, words[i])) {
            return true;
        }
    }
    return false;
}

static size_t name(struct stix_lexer *x)
{
    size_t end = x->at;
    bool hyphen = false;
    for (; is_letter(char_at(x, end)) || ascii_is_digit(char_at(x, end)) || char_at(x, end) == '-';
         end++) {
        hyphen |= char_at(x, end) == '-';
    }
    x->text = str_sub(x->in, x->at, end - x->at);
    x->token = is_keyword(x->text) ? TOKEN_KEYWORD : hyphen ? TOKEN_HYPHEN_NAME : TOKEN_NAME;
    return end;
}

/* Signs belong to numbers; a whole number has no zeros in front. */
static size_t number(struct stix_lexer *x)
{
    size_t from = x->at + (char_at(x, x->at) == '-' || char_at(x, x->at) == '+'), end = from;
    while (ascii_is_digit(char_at(x, end))) {
        end++;
    }
    bool real = char_at(x, end) == '.' && ascii_is_digit(char_at(x, end + 1));
    if (!real && end > from && x->in.p[from] == '0') {
        end = from + 1;
    }
    for (end += real; real && ascii_is_digit(char_at(x, end));) {
        end++;
    }
    x->token = real ? TOKEN_FLOAT : end > from ? TOKEN_INTEGER : TOKEN_BAD;
    return end > from ? end : x->at + 1;
}

static size_t mark(struct stix_lexer *x)
{
    static const str pairs[] = {STR_INIT("=="), STR_INIT("!="), STR_INIT("<>"), STR_INIT("<="),
                                STR_INIT(">=")};
    str rest = str_from(x->in, x->at);
    size_t one = x->at;
    x->token = TOKEN_MARK;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if (str_starts(rest, pairs[i])) {
            return x->at + 2;
        }
    }
    if (str_find_char(STR("=<>()[]:.,*"), rest.p[0]) == STR("=<>()[]:.,*").len) {
        x->token = TOKEN_BAD;
    }
    (void)utf8_next(x->in, &one);
    return one;
}

struct stix_lexer stix_lexer_of(str pattern)
{
    struct stix_lexer x = {.in = pattern, .line = 1};
    stix_lexer_next(&x);
    return x;
}

void stix_lexer_next(struct stix_lexer *x)
{
    skip_blanks(x);
    x->token_line = x->line;
    x->token_column = x->column;
    x->token = TOKEN_END;
    x->text = STR_NONE;
    if (x->at == x->in.len) {
        return;
    }
    size_t end = 0;
    char c = x->in.p[x->at], next = char_at(x, x->at + 1);
    bool digit = ascii_is_digit(c) ||
                 ((c == '.' || c == '+' || c == '-') && ascii_is_digit(next)) ||
                 ((c == '+' || c == '-') && next == '.');
    if (quoted(x, x->at, TOKEN_STRING, &end) ||
        (c == 'h' && quoted(x, x->at + 1, TOKEN_HEX, &end)) ||
        (c == 'b' && quoted(x, x->at + 1, TOKEN_BASE64, &end)) ||
        (c == 't' && quoted(x, x->at + 1, TOKEN_TIME, &end))) {
        advance(x, end);
        return;
    }
    end = is_letter(c) ? name(x) : digit ? number(x) : mark(x);
    x->text = str_sub(x->in, x->at, end - x->at);
    advance(x, end);
}
