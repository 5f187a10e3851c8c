#include "detect/indicators/tokens.h"

/* What a byte is, but for letters, which are TOKEN_OTHER beyond `f`. */
static unsigned class_of(unsigned char c)
{
    switch (c) {
    case '.':
        return TOKEN_DOT | TOKEN_OTHER;
    case ':':
        return TOKEN_COLON | TOKEN_OTHER;
    case '/':
        return TOKEN_SLASH | TOKEN_OTHER;
    case '\\':
        return TOKEN_BACKSLASH | TOKEN_OTHER;
    case '@':
        return TOKEN_AT | TOKEN_OTHER;
    case '"':
    case '\'':
    case '`':
    case '<':
    case '>':
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '|':
    case ';':
    case ',':
    case '=':
    case '&':
    case '?':
    case '^':
    case '!':
    case '*':
        return TOKEN_ENDS;
    default:
        break;
    }
    bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return c <= ' ' ? TOKEN_ENDS : hex ? 0 : TOKEN_OTHER;
}

struct token_classes token_classes(void)
{
    struct token_classes all;
    for (unsigned c = 0; c < 256; c++) {
        all.of[c] = (uint8_t)class_of((unsigned char)c);
    }
    return all;
}

/* Of a URL: its query goes on behind what ends other tokens. */
static size_t end_of_url(str s, size_t at)
{
    static const char ends[] = "\"'`<>|^{} \t\r\n";
    while (at < s.len && (unsigned char)s.p[at] > ' ' &&
           str_find_char(STR(ends), s.p[at]) == sizeof ends - 1) {
        at++;
    }
    return at;
}

/* What a sentence puts behind a name. */
static str without_stops(str s)
{
    while (s.len && (s.p[s.len - 1] == '.' || s.p[s.len - 1] == ':' || s.p[s.len - 1] == ',' ||
                     s.p[s.len - 1] == ')' || s.p[s.len - 1] == ';')) {
        s.len--;
    }
    return s;
}

static bool is_hash(const struct token *t)
{
    size_t len = t->text.len;
    return (t->holds & TOKEN_OTHER) == 0 && (len == 32 || len == 40 || len == 64);
}

bool token_next(const struct token_classes *classes, str *rest, struct token *out)
{
    const unsigned marks = TOKEN_DOT | TOKEN_COLON | TOKEN_AT | TOKEN_BACKSLASH;
    const uint8_t *p = (const uint8_t *)rest->p;
    for (size_t at = 0; at < rest->len; at++) {
        unsigned holds = 0, class = 0;
        size_t from = at;
        while (at < rest->len && !((class = classes->of[p[at]]) & TOKEN_ENDS)) {
            holds |= class;
            at++;
        }
        *out = (struct token){str_sub(*rest, from, at - from), holds};
        if ((holds & marks) || is_hash(out)) {
            if ((holds & TOKEN_COLON) && str_has(out->text, STR("://"))) {
                at = end_of_url(*rest, at);
                out->text = str_sub(*rest, from, at - from);
            }
            out->text = without_stops(out->text);
            *rest = str_from(*rest, at + 1);
            return true;
        }
    }
    *rest = STR_NONE;
    return false;
}
