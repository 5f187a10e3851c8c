#include "serve/message.h"

str http_header(const struct http_request *r, str name)
{
    for (size_t i = 0; i < r->nheaders; i++) {
        if (str_eq_nocase(r->headers[i].name, name)) {
            return r->headers[i].value;
        }
    }
    return STR_NONE;
}

void http_answer_header(struct http_answer *out, str name, str value)
{
    if (out->nheaders < HTTP_ANSWER_HEADERS && value.len) {
        out->headers[out->nheaders++] = (struct http_header){name, value};
    }
}

/* ---- escapes */

static int hex_digit(char c)
{
    char low = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

str http_decoded(struct arena *a, str s, bool query)
{
    char *room = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; room && i < s.len; i++) {
        int high = s.p[i] == '%' && i + 2 < s.len ? hex_digit(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;
        char plain = query && s.p[i] == '+' ? ' ' : s.p[i];
        room[len++] = (char)(low >= 0 ? high << 4 | low : plain);
        i += low >= 0 ? 2 : 0;
    }
    return (str){room, len};
}

str http_encoded(struct arena *a, str s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *room = arena_array(a, s.len + 1, 3);
    size_t len = 0;
    for (size_t i = 0; room && i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (ascii_is_alnum(s.p[i]) || c == '-' || c == '.' || c == '_' || c == '~') {
            room[len++] = s.p[i];
        } else {
            room[len++] = '%';
            room[len++] = digits[c >> 4];
            room[len++] = digits[c & 15];
        }
    }
    return (str){room, len};
}

bool http_parameter(str *query, struct arena *a, str *name, str *value)
{
    str pair = STR_NONE;
    while (query->len && str_cut(query, '&', &pair)) {
        if (pair.len) {
            size_t equals = str_find_char(pair, '=');
            *name = http_decoded(a, str_sub(pair, 0, equals), true);
            *value = http_decoded(a, str_from(pair, equals + 1), true);
            return true;
        }
    }
    return false;
}

str http_media(str header, str parameter, str *type)
{
    str part = STR_NONE, found = STR_NONE;
    (void)str_cut(&header, ';', &part);
    *type = str_trim(part);
    while (header.len && str_cut(&header, ';', &part)) {
        size_t equals = str_find_char(part, '=');
        if (str_eq_nocase(str_trim(str_sub(part, 0, equals)), parameter)) {
            found = str_trim(str_from(part, equals + 1));
        }
    }
    bool quoted = found.len >= 2 && found.p[0] == '"' && found.p[found.len - 1] == '"';
    return quoted ? str_sub(found, 1, found.len - 2) : found;
}

/* ---- who may ask */

/* Takes as long for a near miss as for a far one. */
static bool is_secret(str given, str secret)
{
    size_t wrong = given.len ^ secret.len;
    for (size_t i = 0; i < given.len && secret.len; i++) {
        wrong |= (size_t)((unsigned char)given.p[i] ^ (unsigned char)secret.p[i % secret.len]);
    }
    return wrong == 0;
}

static int base64_digit(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : ascii_is_digit(c)    ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

static str base64_text(struct arena *a, str s)
{
    char *room = arena_alloc(a, s.len + 1);
    uint32_t bits = 0;
    size_t len = 0, have = 0;
    for (size_t i = 0; room && i < s.len && base64_digit(s.p[i]) >= 0; i++) {
        bits = (bits << 6 | (uint32_t)base64_digit(s.p[i])) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            room[len++] = (char)(bits >> have & 0xff);
        }
    }
    return (str){room, len};
}

bool http_may_ask(const struct http_access *access, const struct http_request *r, struct arena *a)
{
    str word = STR_NONE, rest = http_header(r, STR("authorization"));
    if (access->secret.len == 0) {
        return true;
    }
    (void)str_cut(&rest, ' ', &word);
    rest = str_trim(rest);
    if (str_eq_nocase(word, STR("bearer"))) {
        return is_secret(rest, access->secret);
    }
    str pair = str_eq_nocase(word, STR("basic")) ? base64_text(a, rest) : STR_NONE, user = STR_NONE;
    (void)str_cut(&pair, ':', &user);
    bool known = access->user.len == 0 || str_eq(user, access->user);
    return is_secret(pair, access->secret) && known;
}
