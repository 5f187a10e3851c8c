/* Text in quotes of every kind, and what looks like it: heredocs, regular expressions. */
#include "formats/page/lex_out.h"

#include "base/text.h"

#include <string.h>

static uint8_t text_peek(const struct lexer *l, size_t ahead)
{
    return l->at + ahead < l->in.len ? (uint8_t)l->in.p[l->at + ahead] : 0;
}

static bool text_is_basic(const struct lexer *l)
{
    return l->language == LANGUAGE_VBSCRIPT || l->language == LANGUAGE_VBNET;
}

static bool text_doubles_quotes(const struct lexer *l)
{
    return text_is_basic(l) || l->language == LANGUAGE_CFML;
}

static int text_digit(char c, int base)
{
    int digit = ascii_is_digit(c) ? c - '0' : -1;
    char low = ascii_lower(c);
    if (base == 16 && low >= 'a' && low <= 'f') {
        digit = low - 'a' + 10;
    }
    return digit < base ? digit : -1;
}

/* Digits of `base` from *at, `most` of them; the position moves behind them. */
static uint32_t text_number(str s, size_t *at, int base, size_t most)
{
    uint32_t n = 0;
    for (size_t i = 0; i < most && *at < s.len && text_digit(s.p[*at], base) >= 0; i++) {
        n = n * (uint32_t)base + (uint32_t)text_digit(s.p[(*at)++], base);
    }
    return n;
}

static size_t text_put(struct lexer *l, char *out, uint32_t code, bool byte)
{
    l->out->escaped += code > 32 && code < 127;
    if (code < 0x80 || byte) {
        out[0] = (char)(uint8_t)code;
        return 1;
    }
    return utf8_put(out, code);
}

/* One escape behind the backslash at s.p[*at]; what it stands for is written to `out`. */
static size_t text_escape(struct lexer *l, str s, size_t *at, char *out)
{
    static const char plain[] = "nrtvfea", meant[] = "\n\r\t\v\f\x1b\a";
    char c = s.p[(*at)++];
    const char *found = c ? strchr(plain, c) : NULL;
    if (found) {
        out[0] = meant[found - plain];
        return 1;
    }
    if (c == 'x' && *at < s.len && text_digit(s.p[*at], 16) >= 0) {
        return text_put(l, out, text_number(s, at, 16, 2), true);
    }
    if (text_digit(c, 8) >= 0) {
        (*at)--;
        return text_put(l, out, text_number(s, at, 8, 3), true);
    }
    if (c == 'u' || c == 'U') {
        bool braced = *at < s.len && s.p[*at] == '{';
        *at += braced;
        uint32_t code = text_number(s, at, 16, braced || c == 'U' ? 8 : 4);
        *at += braced && *at < s.len;
        return text_put(l, out, code > 0x10ffff ? 0xfffd : code, false);
    }
    out[0] = c;
    return 1;
}

str lex_unescape(struct lexer *l, str body)
{
    if (body.len == 0 || !memchr(body.p, '\\', body.len)) {
        return body;
    }
    char *out = ARENA_ARRAY(l->out->arena, char, body.len + 4);
    size_t len = 0, at = 0;
    while (out && at < body.len) {
        if (body.p[at] == '\\' && at + 1 < body.len) {
            at++;
            len += text_escape(l, body, &at, out + len);
        } else {
            out[len++] = body.p[at++];
        }
    }
    return (str){out, len};
}

/* Every `what` followed by itself is one: "a""b", 'it''s'. */
static str text_undouble(struct lexer *l, str body, char what)
{
    const char pair[2] = {what, what};
    if (!str_has(body, (str){pair, 2})) {
        return body;
    }
    char *out = ARENA_ARRAY(l->out->arena, char, body.len);
    size_t len = 0;
    for (size_t at = 0; out && at < body.len; at++) {
        out[len++] = body.p[at];
        at += body.p[at] == what && at + 1 < body.len && body.p[at + 1] == what;
    }
    return (str){out, len};
}

/* What stands before the closing quote; l->at moves behind it. */
static str text_body(struct lexer *l, char quote, bool escapes)
{
    size_t start = ++l->at, at = start;
    const char *p = l->in.p;
    while (at < l->in.len && p[at] != quote) {
        at += escapes && p[at] == '\\' ? 2 : 1;
    }
    at = at < l->in.len ? at : l->in.len;
    l->at = at < l->in.len ? at + 1 : at;
    return str_sub(l->in, start, at - start);
}

static str text_doubled_body(struct lexer *l, char quote)
{
    size_t start = ++l->at, at = start;
    while (at < l->in.len) {
        if (l->in.p[at] == quote) {
            if (at + 1 >= l->in.len || l->in.p[at + 1] != quote) {
                break;
            }
            at++;
        } else if (l->in.p[at] == '\n' && text_is_basic(l)) {
            break;
        }
        at++;
    }
    l->at = at < l->in.len ? at + 1 : at;
    return text_undouble(l, str_sub(l->in, start, at - start), quote);
}

static bool text_name_char(char c)
{
    return ascii_is_alnum(c) || c == '_' || (uint8_t)c >= 0x80;
}

/* The end of a simple variable in text: $a, $a[b], $a->b, $a{b}. */
static size_t text_variable_end(str body, size_t at)
{
    size_t end = at + 1;
    while (end < body.len && text_name_char(body.p[end])) {
        end++;
    }
    if (end < body.len && (body.p[end] == '[' || body.p[end] == '{')) {
        char close = body.p[end] == '[' ? ']' : '}';
        size_t shut = str_find_char(str_from(body, end), close);
        return end + shut < body.len && shut < 200 ? end + shut + 1 : end;
    }
    if (end + 2 < body.len && body.p[end] == '-' && body.p[end + 1] == '>' &&
        text_name_char(body.p[end + 2])) {
        end += 2;
        while (end < body.len && text_name_char(body.p[end])) {
            end++;
        }
    }
    return end;
}

static size_t text_brace_end(str body, size_t at)
{
    size_t depth = 0;
    for (size_t i = at; i < body.len; i++) {
        depth += body.p[i] == '{';
        if (body.p[i] == '}' && --depth == 0) {
            return i + 1;
        }
    }
    return body.len;
}

/* Where an expression begins in text, and where it ends; {0, 0} when none begins at `at`. */
struct text_hole {
    size_t inner, inner_end, end;
};

static struct text_hole text_hole_at(const struct lexer *l, str body, size_t at)
{
    char c = body.p[at], next = at + 1 < body.len ? body.p[at + 1] : 0;
    struct text_hole none = {0};
    if (l->language == LANGUAGE_PHP || l->language == LANGUAGE_PERL) {
        if (c == '{' && next == '$' && l->language == LANGUAGE_PHP) {
            size_t end = text_brace_end(body, at);
            return (struct text_hole){at + 1, end - (end > at + 1), end};
        }
        if (c == '$' && next == '{') {
            size_t end = text_brace_end(body, at + 1);
            return (struct text_hole){at, end, end};
        }
        bool sigil = c == '$' || (c == '@' && l->language == LANGUAGE_PERL);
        if (sigil && text_name_char(next)) {
            size_t end = text_variable_end(body, at);
            return (struct text_hole){at, end, end};
        }
        return none;
    }
    if (l->language == LANGUAGE_CFML && c == '#') {
        size_t shut = str_find_char(str_from(body, at + 1), '#');
        return at + 1 + shut < body.len && shut
                   ? (struct text_hole){at + 1, at + 1 + shut, at + 2 + shut}
                   : none;
    }
    if (l->language != LANGUAGE_CFML && c == '{' && next != '{') {
        size_t end = text_brace_end(body, at);
        return (struct text_hole){at + 1, end - (end > at + 1), end};
    }
    return none;
}

static void text_piece(struct lexer *l, str body, size_t from, size_t to, size_t at, bool escapes)
{
    str piece = str_sub(body, from, to - from);
    lex_token(l, TOKEN_TEXT, escapes ? lex_unescape(l, piece) : piece, at + from);
}

/* As an expression: ( text . hole . text ), or the text alone. */
void lex_interpolated(struct lexer *l, str body, size_t at, bool escapes)
{
    size_t from = 0;
    bool holes = false;
    for (size_t i = 0; i < body.len; i++) {
        if (escapes && body.p[i] == '\\') {
            i++;
            continue;
        }
        char c = body.p[i];
        if (c != '$' && c != '{' && c != '@' && c != '#') {
            continue;
        }
        struct text_hole hole = text_hole_at(l, body, i);
        if (!hole.end) {
            continue;
        }
        if (!holes) {
            lex_sign(l, '(', at);
            holes = true;
        }
        text_piece(l, body, from, i, at, escapes);
        lex_sign(l, SIGN_CONCAT, at + i);
        lex_within(l, str_sub(body, hole.inner, hole.inner_end - hole.inner), at + hole.inner);
        lex_sign(l, SIGN_CONCAT, at + i);
        from = hole.end;
        i = hole.end - 1;
    }
    text_piece(l, body, from, body.len, at, escapes);
    if (holes) {
        lex_sign(l, ')', at + body.len);
    }
}

static str text_php_single(struct lexer *l, str body)
{
    if (!str_has(body, STR("\\"))) {
        return body;
    }
    char *out = ARENA_ARRAY(l->out->arena, char, body.len);
    size_t len = 0;
    for (size_t at = 0; out && at < body.len; at++) {
        bool escape = body.p[at] == '\\' && at + 1 < body.len &&
                      (body.p[at + 1] == '\\' || body.p[at + 1] == '\'');
        at += escape;
        out[len++] = body.p[at];
    }
    return (str){out, len};
}

static bool text_triple(struct lexer *l, char quote)
{
    const char three[3] = {quote, quote, quote};
    str mark = {three, 3};
    if (!str_starts(str_from(l->in, l->at), mark)) {
        return false;
    }
    size_t start = l->at + 3;
    size_t len = str_find(str_from(l->in, start), mark);
    lex_token(l, TOKEN_TEXT, str_sub(l->in, start, len), start);
    l->at = start + len + 3 < l->in.len ? start + len + 3 : l->in.len;
    return true;
}

static void text_quoted(struct lexer *l, char quote)
{
    size_t at = l->at;
    if (text_doubles_quotes(l)) {
        str body = text_doubled_body(l, quote);
        if (l->language == LANGUAGE_CFML) {
            lex_interpolated(l, body, at + 1, false);
        } else {
            lex_token(l, TOKEN_TEXT, body, at);
        }
        return;
    }
    bool sigils = l->language == LANGUAGE_PHP || l->language == LANGUAGE_PERL;
    str body = text_body(l, quote, true);
    if (sigils && quote == '\'') {
        lex_token(l, TOKEN_TEXT, text_php_single(l, body), at);
    } else if (sigils) {
        lex_interpolated(l, body, at + 1, true);
    } else {
        lex_token(l, TOKEN_TEXT, lex_unescape(l, body), at);
    }
}

/* `command` is shell_exec("command"). */
static void text_backquoted(struct lexer *l)
{
    size_t at = l->at;
    str body = text_body(l, '`', true);
    lex_name(l, TOKEN_NAME, STR("shell_exec"), at);
    lex_sign(l, '(', at);
    lex_interpolated(l, body, at + 1, true);
    lex_sign(l, ')', at);
}

/* The rest of a heredoc begins on the next line and ends at a line that begins with its word. */
static size_t text_heredoc_end(str in, size_t from, str word, size_t *body_end)
{
    size_t at = from;
    while (at < in.len) {
        size_t line = str_find_char(str_from(in, at), '\n');
        str text = str_sub(in, at, line);
        size_t blank = 0;
        while (blank < text.len && (text.p[blank] == ' ' || text.p[blank] == '\t')) {
            blank++;
        }
        str rest = str_from(text, blank);
        if (str_starts(rest, word) && (rest.len == word.len || !text_name_char(rest.p[word.len]))) {
            *body_end = at;
            return at + blank + word.len;
        }
        at += line + 1;
    }
    *body_end = in.len;
    return in.len;
}

static bool text_heredoc(struct lexer *l)
{
    bool php = l->language == LANGUAGE_PHP;
    size_t at = l->at + (php ? 3 : 2);
    at += !php && at < l->in.len && l->in.p[at] == '~';
    while (php && at < l->in.len && l->in.p[at] == ' ') {
        at++;
    }
    char quote = at < l->in.len && (l->in.p[at] == '"' || l->in.p[at] == '\'') ? l->in.p[at] : 0;
    at += quote != 0;
    size_t start = at;
    while (at < l->in.len && text_name_char(l->in.p[at])) {
        at++;
    }
    str word = str_sub(l->in, start, at - start);
    if (!word.len || ascii_is_digit(word.p[0])) {
        return false;
    }
    size_t line = at + str_find_char(str_from(l->in, at), '\n') + 1;
    size_t body_end = 0, end = text_heredoc_end(l->in, line, word, &body_end);
    str body = str_sub(l->in, line, body_end - line);
    if (quote == '\'') {
        lex_token(l, TOKEN_TEXT, body, line);
    } else {
        lex_interpolated(l, body, line, true);
    }
    if (!php) { /* what stands behind the word on its line comes after the text here */
        size_t behind = at + (quote != 0);
        lex_within(l, str_sub(l->in, behind, line > behind ? line - behind : 0), behind);
        lex_sign(l, ';', end);
    }
    l->at = end;
    return true;
}

static char text_partner(char open)
{
    return open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : open == '<' ? '>' : open;
}

/* From the delimiter at l->at to its partner, which nests; l->at moves behind it. */
static str text_delimited(struct lexer *l)
{
    char open = (char)text_peek(l, 0), close = text_partner(open);
    size_t start = ++l->at, depth = 1;
    for (; l->at < l->in.len; l->at++) {
        char c = l->in.p[l->at];
        if (c == '\\') {
            l->at++;
        } else if (c == close && --depth == 0) {
            break;
        } else if (c == open && open != close) {
            depth++;
        }
    }
    size_t end = l->at < l->in.len ? l->at : l->in.len;
    l->at = end < l->in.len ? end + 1 : end;
    return str_sub(l->in, start, end - start);
}

static void text_flags(struct lexer *l, bool *evaluates)
{
    while (l->at < l->in.len && ascii_is_alnum(l->in.p[l->at])) {
        *evaluates = *evaluates || l->in.p[l->at] == 'e';
        l->at++;
    }
}

/* s/// with the flag e evaluates its second half; elsewhere both are text. */
static void text_substitution(struct lexer *l, bool translates)
{
    size_t at = l->at;
    bool brackets = text_partner((char)text_peek(l, 0)) != (char)text_peek(l, 0), evaluates = false;
    str pattern = text_delimited(l);
    if (!brackets && l->at > at) {
        l->at--;
    }
    while (brackets && l->at < l->in.len && ascii_is_space(l->in.p[l->at])) {
        l->at++;
    }
    str with = l->at < l->in.len ? text_delimited(l) : STR_NONE;
    text_flags(l, &evaluates);
    lex_token(l, TOKEN_TEXT, pattern, at);
    if (evaluates && !translates) {
        lex_sign(l, ',', at);
        lex_within(l, with, (size_t)(with.p - l->in.p));
    }
}

/* q{} qq{} qw() qx{} m// s/// tr/// y///. The word must stand alone. */
static bool text_perl_word(struct lexer *l)
{
    static const str words[] = {STR_INIT("qq"), STR_INIT("qw"), STR_INIT("qx"),
                                STR_INIT("qr"), STR_INIT("tr"), STR_INIT("q"),
                                STR_INIT("m"),  STR_INIT("s"),  STR_INIT("y")};
    str rest = str_from(l->in, l->at);
    size_t i = 0;
    while (i < ARRAY_LEN(words) && !str_starts(rest, words[i])) {
        i++;
    }
    if (i == ARRAY_LEN(words) || (l->at && text_name_char(l->in.p[l->at - 1]))) {
        return false;
    }
    size_t len = words[i].len;
    char mark = len < rest.len ? rest.p[len] : 0;
    if (!mark || text_name_char(mark) || ascii_is_space(mark) || strchr(",;)=>#-", mark)) {
        return false;
    }
    size_t at = l->at;
    l->at += len;
    if (i == 4 || i == 7 || i == 8) {
        text_substitution(l, i != 7);
        return true;
    }
    bool evaluates = false;
    str body = text_delimited(l);
    if (i == 2) {
        lex_name(l, TOKEN_NAME, STR("shell_exec"), at);
        lex_sign(l, '(', at);
    }
    if (i == 0 || i == 2) {
        lex_interpolated(l, body, at + len + 1, true);
    } else {
        lex_token(l, TOKEN_TEXT, body, at);
    }
    if (i == 2) {
        lex_sign(l, ')', at);
    }
    if (i == 3 || i == 6) {
        text_flags(l, &evaluates);
    }
    return true;
}

/* A regular expression where a value may stand. Ends at the line's end: none is that long. */
static bool text_regex(struct lexer *l)
{
    bool has = l->language == LANGUAGE_JSCRIPT || l->language == LANGUAGE_PERL;
    if (!has || l->operand) {
        return false;
    }
    bool set = false;
    for (size_t at = l->at + 1; at < l->in.len && l->in.p[at] != '\n'; at++) {
        char c = l->in.p[at];
        if (c == '\\') {
            at++;
        } else if (c == '/' && !set) {
            bool evaluates = false;
            lex_token(l, TOKEN_TEXT, str_sub(l->in, l->at + 1, at - l->at - 1), l->at);
            l->at = at + 1;
            text_flags(l, &evaluates);
            return true;
        } else {
            set = c == '[' || (set && c != ']');
        }
    }
    return false;
}

/* @"", $"" of .NET. */
static bool text_dotnet(struct lexer *l)
{
    size_t n = 0;
    bool verbatim = text_is_basic(l), holes = false;
    while (n < 2 && (text_peek(l, n) == '@' || text_peek(l, n) == '$')) {
        verbatim = verbatim || text_peek(l, n) == '@';
        holes = holes || text_peek(l, n) == '$';
        n++;
    }
    if (!n || text_peek(l, n) != '"') {
        return false;
    }
    l->at += n;
    size_t at = l->at;
    str body = verbatim ? text_doubled_body(l, '"') : text_body(l, '"', true);
    if (holes) {
        lex_interpolated(l, body, at + 1, !verbatim);
    } else {
        lex_token(l, TOKEN_TEXT, body, at);
    }
    return true;
}

static bool text_python(struct lexer *l)
{
    size_t n = 0;
    bool holes = false, raw = false;
    while (n < 2 && strchr("rRbBfFuU", text_peek(l, n)) && text_peek(l, n)) {
        holes = holes || (text_peek(l, n) | 32) == 'f';
        raw = raw || (text_peek(l, n) | 32) == 'r';
        n++;
    }
    char quote = (char)text_peek(l, n);
    if (!n || (quote != '"' && quote != '\'') || (l->at && text_name_char(l->in.p[l->at - 1]))) {
        return false;
    }
    l->at += n;
    if (text_triple(l, quote)) {
        return true;
    }
    size_t at = l->at;
    str body = text_body(l, quote, true);
    if (holes) {
        lex_interpolated(l, body, at + 1, !raw);
    } else {
        lex_token(l, TOKEN_TEXT, raw ? body : lex_unescape(l, body), at);
    }
    return true;
}

static bool text_date(struct lexer *l)
{
    size_t line = str_find_char(str_sub(l->in, l->at + 1, 40), '#');
    if (!text_is_basic(l) || l->operand || line >= 40 || l->at + 1 + line >= l->in.len) {
        return false;
    }
    l->at += line + 2;
    lex_token(l, TOKEN_NUMBER, STR("0"), l->at);
    return true;
}

static bool text_quote(struct lexer *l, char quote)
{
    bool triple = l->language == LANGUAGE_PYTHON || l->language == LANGUAGE_JAVA ||
                  l->language == LANGUAGE_CSHARP;
    if (!triple || !text_triple(l, quote)) {
        text_quoted(l, quote);
    }
    return true;
}

bool lex_text_here(struct lexer *l)
{
    char c = (char)text_peek(l, 0);
    bool php = l->language == LANGUAGE_PHP, perl = l->language == LANGUAGE_PERL;
    bool dotnet = l->language == LANGUAGE_CSHARP || l->language == LANGUAGE_VBNET ||
                  l->language == LANGUAGE_JSCRIPT;
    switch (c) {
    case '"':
    case '\'':
        return text_quote(l, c);
    case '`':
        if (php || perl) {
            text_backquoted(l);
        } else {
            l->at++;
        }
        return true;
    case '<':
        return ((php && text_peek(l, 1) == '<' && text_peek(l, 2) == '<') ||
                (perl && !l->operand && text_peek(l, 1) == '<')) &&
               text_heredoc(l);
    case '@':
    case '$':
        return dotnet && text_dotnet(l);
    case '/':
        return text_regex(l);
    case '#':
        return text_date(l);
    default:
        return (perl && !l->operand && c >= 'm' && c <= 'y' && text_perl_word(l)) ||
               (l->language == LANGUAGE_PYTHON && text_python(l));
    }
}
