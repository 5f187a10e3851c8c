#include "base/json.h"

#include "base/reader.h"
#include "base/text.h"

#include <string.h>

enum { WANT_VALUE, WANT_VALUE_OR_END, WANT_KEY, WANT_KEY_OR_END, WANT_COMMA, DONE };

struct json json_of(bytes in)
{
    if (!in.p) { /* what is empty may lie nowhere, to which not even 0 may be added */
        in.p = (const uint8_t *)"";
    }
    return (struct json){.in = in};
}

bool json_bad(const struct json *j)
{
    return j->bad;
}

static enum json_token bad(struct json *j)
{
    j->bad = true;
    return JSON_END;
}

static uint8_t peek(const struct json *j)
{
    return j->at < j->in.len ? j->in.p[j->at] : 0;
}

static void skip_blanks(struct json *j)
{
    while (j->at < j->in.len) {
        uint8_t c = j->in.p[j->at];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            break;
        }
        j->at++;
    }
}

/* Eight bytes at once: a set high bit in the result marks a quote, a backslash or a control. */
static uint64_t special_bytes(uint64_t w)
{
    const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    uint64_t quote = w ^ (ones * '"');
    uint64_t slash = w ^ (ones * '\\');
    uint64_t hits =
        ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((w - ones * 0x20) & ~w);
    return hits & highs;
}

/* `at` stands on the opening quote. */
static bool read_string(struct json *j)
{
    const uint8_t *p = j->in.p;
    uint64_t start = ++j->at, at = start;
    j->escaped = false;
    for (;;) {
        while (at + 8 <= j->in.len) {
            uint64_t hits = special_bytes(load_u64le(p + at));
            if (hits) {
                at += (uint64_t)__builtin_ctzll(hits) / 8;
                break;
            }
            at += 8;
        }
        if (at >= j->in.len || p[at] < 0x20) {
            j->at = at;
            return false;
        }
        if (p[at] == '"') {
            break;
        }
        if (p[at] == '\\') {
            j->escaped = true;
            at++;
        }
        at++;
    }
    j->raw = (str){(const char *)p + start, (size_t)(at - start)};
    j->at = at + 1;
    return true;
}

static bool read_digits(struct json *j)
{
    uint64_t start = j->at;
    while (ascii_is_digit((char)peek(j))) {
        j->at++;
    }
    return j->at > start;
}

static bool read_number(struct json *j)
{
    uint64_t start = j->at;
    j->at += peek(j) == '-';
    bool zero = peek(j) == '0';
    uint64_t first = j->at;
    bool ok = read_digits(j) && !(zero && j->at > first + 1);
    if (ok && peek(j) == '.') {
        j->at++;
        ok = read_digits(j);
    }
    if (ok && (peek(j) | 0x20) == 'e') {
        j->at++;
        j->at += peek(j) == '+' || peek(j) == '-';
        ok = read_digits(j);
    }
    j->raw = (str){(const char *)j->in.p + start, (size_t)(j->at - start)};
    return ok;
}

static bool read_word(struct json *j, str word)
{
    str rest = {(const char *)j->in.p + j->at, (size_t)(j->in.len - j->at)};
    if (!str_starts(rest, word)) {
        return false;
    }
    j->raw = word;
    j->at += word.len;
    return true;
}

static bool in_array(const struct json *j)
{
    return (j->arrays >> (j->depth - 1)) & 1;
}

static enum json_token open(struct json *j, bool array)
{
    if (j->depth == JSON_MAX_DEPTH) {
        return bad(j);
    }
    j->at++;
    uint64_t bit = UINT64_C(1) << j->depth;
    j->arrays = array ? j->arrays | bit : j->arrays & ~bit;
    j->depth++;
    j->state = array ? WANT_VALUE_OR_END : WANT_KEY_OR_END;
    return array ? JSON_ARRAY : JSON_OBJECT;
}

static enum json_token close(struct json *j)
{
    bool array = in_array(j);
    j->at++;
    j->depth--;
    j->state = j->depth ? WANT_COMMA : DONE;
    return array ? JSON_ARRAY_END : JSON_OBJECT_END;
}

static enum json_token read_value(struct json *j)
{
    enum json_token t = JSON_END;
    switch (peek(j)) {
    case '{':
        return open(j, false);
    case '[':
        return open(j, true);
    case '"':
        t = read_string(j) ? JSON_STRING : JSON_END;
        break;
    case 't':
        t = read_word(j, STR("true")) ? JSON_TRUE : JSON_END;
        break;
    case 'f':
        t = read_word(j, STR("false")) ? JSON_FALSE : JSON_END;
        break;
    case 'n':
        t = read_word(j, STR("null")) ? JSON_NULL : JSON_END;
        break;
    default:
        t = read_number(j) ? JSON_NUMBER : JSON_END;
        break;
    }
    j->state = j->depth ? WANT_COMMA : DONE;
    return t == JSON_END ? bad(j) : t;
}

static enum json_token read_key(struct json *j)
{
    if (peek(j) != '"' || !read_string(j)) {
        return bad(j);
    }
    skip_blanks(j);
    if (peek(j) != ':') {
        return bad(j);
    }
    j->at++;
    j->state = WANT_VALUE;
    return JSON_KEY;
}

enum json_token json_next(struct json *j)
{
    if (j->bad || j->state == DONE) {
        return JSON_END;
    }
    skip_blanks(j);
    uint8_t c = peek(j);
    if (j->state == WANT_COMMA) {
        if (c == (in_array(j) ? ']' : '}')) {
            return close(j);
        }
        if (c != ',') {
            return bad(j);
        }
        j->at++;
        skip_blanks(j);
        return in_array(j) ? read_value(j) : read_key(j);
    }
    if ((j->state == WANT_KEY_OR_END && c == '}') || (j->state == WANT_VALUE_OR_END && c == ']')) {
        return close(j);
    }
    return j->state == WANT_KEY_OR_END ? read_key(j) : read_value(j);
}

static bool hex4(str s, size_t at, uint32_t *out)
{
    *out = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = i < s.len ? ascii_lower(s.p[i]) : 0;
        if (!ascii_is_digit(c) && !(c >= 'a' && c <= 'f')) {
            return false;
        }
        *out = *out * 16 + (uint32_t)(ascii_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return true;
}

/* The code point of \uXXXX at `at` (on the u), with its second half when it is a pair. */
static uint32_t unicode_escape(str s, size_t *at)
{
    uint32_t c = 0, low = 0;
    if (!hex4(s, *at + 1, &c)) {
        (*at)++;
        return 0xfffd;
    }
    *at += 5;
    bool pair = c >= 0xd800 && c < 0xdc00 && *at + 1 < s.len && s.p[*at] == '\\' &&
                s.p[*at + 1] == 'u' && hex4(s, *at + 2, &low) && low >= 0xdc00 && low < 0xe000;
    if (pair) {
        *at += 6;
        return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
    return c >= 0xd800 && c < 0xe000 ? 0xfffd : c;
}

str json_text(const struct json *j, struct arena *a)
{
    if (!j->escaped) {
        return j->raw;
    }
    str s = j->raw;
    /* A \u without its digits is two bytes that become the three of U+FFFD: nothing else grows. */
    char *p = arena_alloc(a, s.len + s.len / 2 + 1);
    if (!p) {
        return STR_NONE;
    }
    size_t len = 0;
    for (size_t at = 0; at < s.len;) {
        size_t run = str_find_char(str_from(s, at), '\\');
        memcpy(p + len, s.p + at, run);
        len += run;
        at += run + 1; /* behind the backslash */
        if (at >= s.len) {
            break;
        }
        if (s.p[at] == 'u') {
            char utf8[4];
            size_t n = utf8_put(utf8, unicode_escape(s, &at));
            memcpy(p + len, utf8, n);
            len += n;
            continue;
        }
        static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
        const char *hit = memchr(from, s.p[at], sizeof from - 1);
        p[len++] = hit ? to[hit - from] : s.p[at];
        at++;
    }
    return (str){p, len};
}

void json_skip(struct json *j, enum json_token first)
{
    if (first != JSON_OBJECT && first != JSON_ARRAY) {
        return;
    }
    uint8_t outside = (uint8_t)(j->depth - 1);
    while (j->depth > outside && json_next(j) != JSON_END) {
    }
}
