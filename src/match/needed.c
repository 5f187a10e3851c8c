#include "match/needed.h"

#include "base/text.h"

#include <string.h>

enum { MAX_DEPTH = 32 };

struct scan {
    str regex;
    char *letters; /* as long as the regex; what stands at `at` there goes to `at` here */
    size_t at;
    unsigned depth;
    bool lost; /* a construct that is not plainly understood: nothing is known */
};

enum { NO_LETTER = -1 };

struct atom {
    int letter;           /* the one ASCII character it takes, folded; or NO_LETTER */
    struct needed needed; /* of a group */
};

static bool more(const struct scan *s)
{
    return !s->lost && s->at < s->regex.len;
}

static char peek(const struct scan *s)
{
    return s->at < s->regex.len ? s->regex.p[s->at] : '\0';
}

static int folded(char c)
{
    return (uint8_t)c < 0x80 ? (int)unicode_fold((uint8_t)c) : NO_LETTER;
}

/* Behind the backslash. Only escapes of one letter are understood. */
static int escaped(struct scan *s)
{
    char c = peek(s);
    s->at++;
    if (!ascii_is_alnum(c) && (uint8_t)c < 0x80) {
        s->lost = s->lost || c == '\0';
        return folded(c);
    }
    s->lost = s->lost || !memchr("dDwWsSbBAzZhHvVnrtfe", c, 20);
    return NO_LETTER;
}

/* Behind the bracket. A class whose members all fold to one letter is that letter. */
static int class_of(struct scan *s)
{
    bool negated = peek(s) == '^', one = !negated;
    int letter = NO_LETTER;
    s->at += negated;
    for (bool first = true; more(s) && (first || peek(s) != ']'); first = false) {
        char c = peek(s);
        s->at++;
        s->lost = s->lost || (c == '[' && memchr(":.=", peek(s), 3));
        int member = c == '\\' ? escaped(s) : folded(c);
        one = one && member != NO_LETTER && c != '-' && (letter == NO_LETTER || letter == member);
        letter = member;
    }
    s->lost = s->lost || peek(s) != ']';
    s->at++;
    return one ? letter : NO_LETTER;
}

static void alternatives(struct scan *s, struct needed *out);

/* Behind the parenthesis. */
static void group(struct scan *s, struct needed *out)
{
    if (peek(s) == '*' || s->depth >= MAX_DEPTH) {
        s->lost = true;
        return;
    }
    if (peek(s) == '?') {
        s->at++;
        while (memchr("ims", peek(s), 3)) {
            s->at++;
        }
        if (peek(s) != ':' && peek(s) != ')') {
            s->lost = true; /* look-around, names, conditions, other options */
            return;
        }
        s->at += peek(s) == ':';
    }
    s->depth++;
    alternatives(s, out);
    s->depth--;
    s->lost = s->lost || peek(s) != ')';
    s->at++;
}

static struct atom next_atom(struct scan *s)
{
    struct atom atom = {.letter = NO_LETTER};
    char c = peek(s);
    s->at++;
    switch (c) {
    case '\\':
        atom.letter = escaped(s);
        break;
    case '[':
        atom.letter = class_of(s);
        break;
    case '(':
        group(s, &atom.needed);
        break;
    case '.':
    case '^':
    case '$':
        break;
    case '{': /* a letter in one version of PCRE2, a repeat in another */
    case '*':
    case '+':
    case '?':
        s->lost = true;
        break;
    default:
        atom.letter = folded(c);
        break;
    }
    return atom;
}

struct repeat {
    bool given, may_be_none;
};

static struct repeat counted(struct scan *s)
{
    size_t digits = 0, at = s->at + 1, least = 0;
    for (; at < s->regex.len && ascii_is_digit(s->regex.p[at]); at++, digits++) {
        least += (size_t)(s->regex.p[at] - '0');
    }
    while (at < s->regex.len && (ascii_is_digit(s->regex.p[at]) || s->regex.p[at] == ',')) {
        at++;
    }
    s->lost = s->lost || digits == 0 || at >= s->regex.len || s->regex.p[at] != '}';
    s->at = at + 1;
    return (struct repeat){true, least == 0};
}

static struct repeat next_repeat(struct scan *s)
{
    struct repeat repeat = {0};
    char c = peek(s);
    if (c == '{') {
        repeat = counted(s);
    } else if (more(s) && memchr("*+?", c, 3)) {
        repeat = (struct repeat){true, c != '+'};
        s->at++;
    }
    if (repeat.given && more(s) && memchr("+?", peek(s), 2)) {
        s->at++; /* possessive, lazy */
    }
    return repeat;
}

static size_t shortest(const struct needed *n)
{
    size_t least = n->count ? SIZE_MAX : 0;
    for (size_t i = 0; i < n->count; i++) {
        least = n->literals[i].len < least ? n->literals[i].len : least;
    }
    return least;
}

static void keep_better(struct needed *best, const struct needed *n)
{
    size_t had = shortest(best), has = shortest(n);
    if (has > had || (has == had && n->count < best->count)) {
        *best = *n;
    }
}

/* `run`: letters that follow each other in every match. */
static void end_run(str *run, struct needed *best)
{
    struct needed whole = {{*run}, run->len > 0};
    keep_better(best, &whole);
    *run = STR_NONE;
}

static void add_letter(const struct scan *s, size_t at, str *run, int letter)
{
    run->p = run->len ? run->p : s->letters + at;
    s->letters[(size_t)(run->p - s->letters) + run->len++] = (char)letter;
}

/* One alternative, up to `|`, `)` or the end. */
static void sequence(struct scan *s, struct needed *best)
{
    str run = STR_NONE;
    while (more(s) && peek(s) != '|' && peek(s) != ')') {
        size_t at = s->at;
        struct atom atom = next_atom(s);
        struct repeat repeat = next_repeat(s);
        if (atom.letter == NO_LETTER || repeat.may_be_none) {
            end_run(&run, best);
        } else {
            add_letter(s, at, &run, atom.letter);
        }
        if (repeat.given) {
            end_run(&run, best);
        }
        if (atom.needed.count && !repeat.may_be_none) {
            keep_better(best, &atom.needed);
        }
    }
    end_run(&run, best);
}

static void alternatives(struct scan *s, struct needed *out)
{
    struct needed all = {0};
    bool known = true;
    for (bool another = true; another; s->at += another) {
        struct needed one = {0};
        sequence(s, &one);
        known = known && one.count && all.count + one.count <= NEEDED_MAX;
        for (size_t i = 0; known && i < one.count; i++) {
            all.literals[all.count++] = one.literals[i];
        }
        another = more(s) && peek(s) == '|';
    }
    *out = known ? all : (struct needed){0};
}

bool needed_of_regex(struct arena *a, str regex, struct needed *out)
{
    struct scan s = {.regex = regex, .letters = arena_alloc(a, regex.len + 1)};
    if (!s.letters) {
        return false;
    }
    alternatives(&s, out);
    if (s.lost || s.at < regex.len) {
        *out = (struct needed){0};
    }
    return true;
}
