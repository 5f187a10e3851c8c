#include "detect/indicators/tokens.h"

enum {
    SHORTEST_HASH = 32,
    TOKEN_MARKED = TOKEN_DOT | TOKEN_COLON | TOKEN_AT | TOKEN_BACKSLASH,
};

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
    return c <= ' ' ? TOKEN_ENDS : hex ? 0 : c < 0x80 ? TOKEN_OTHER : TOKEN_OTHER | TOKEN_WIDE;
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

static unsigned class_at(const struct tokens *t, size_t at)
{
    return t->classes->of[(unsigned char)t->text.p[at]];
}

static const char marks[TOKEN_MARKS] = {'.', ':', '@', '\\'};

/* Most of a text is neither marked nor a hash: it is searched rather than walked. */
static size_t next_mark(struct tokens *t)
{
    size_t nearest = t->text.len;
    for (size_t i = 0; i < TOKEN_MARKS; i++) {
        if (t->mark[i] < t->at) {
            t->mark[i] = t->at + str_find_char(str_from(t->text, t->at), marks[i]);
        }
        nearest = t->mark[i] < nearest ? t->mark[i] : nearest;
    }
    return nearest;
}

/* No hash is shorter than 32 digits, so that of every 32nd byte one is a digit of it. */
static size_t next_probe(struct tokens *t, size_t before)
{
    while (t->probe < before && (t->probe < t->at || class_at(t, t->probe) != 0)) {
        t->probe += SHORTEST_HASH;
    }
    return t->probe < before ? t->probe : before;
}

/* All of the token that `at` is in. */
static struct token take(struct tokens *t, size_t at)
{
    size_t from = at, to = at;
    unsigned holds = 0, class = 0;
    while (from > t->at && !(class_at(t, from - 1) & TOKEN_ENDS)) {
        from--;
    }
    for (to = from; to < t->text.len && !((class = class_at(t, to)) & TOKEN_ENDS); to++) {
        holds |= class;
    }
    if ((holds & TOKEN_COLON) && str_has(str_sub(t->text, from, to - from), STR("://"))) {
        to = end_of_url(t->text, to);
    }
    t->at = to;
    return (struct token){str_sub(t->text, from, to - from), holds};
}

struct tokens tokens_of(const struct token_classes *classes, str text, bool hashes)
{
    struct tokens t = {
        .classes = classes, .text = text, .probe = hashes ? SHORTEST_HASH - 1 : text.len};
    for (size_t i = 0; i < TOKEN_MARKS; i++) {
        t.mark[i] = str_find_char(text, marks[i]);
    }
    return t;
}

bool token_next(struct tokens *t, struct token *out)
{
    for (;;) {
        size_t at = next_probe(t, next_mark(t));
        if (at >= t->text.len) {
            return false;
        }
        *out = take(t, at);
        if ((out->holds & TOKEN_MARKED) || is_hash(out)) {
            out->text = without_stops(out->text);
            return true;
        }
    }
}
