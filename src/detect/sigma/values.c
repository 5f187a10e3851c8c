#include "detect/sigma/values.h"

#include "base/text.h"
#include "match/matcher.h"

#include <string.h>

static bool is_one_of(str s, const str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(s, words[i])) {
            return true;
        }
    }
    return false;
}

static bool is_true(str s)
{
    static const str words[] = {STR_INIT("true"), STR_INIT("True"), STR_INIT("TRUE"),
                                STR_INIT("yes"),  STR_INIT("Yes"),  STR_INIT("YES"),
                                STR_INIT("on"),   STR_INIT("On"),   STR_INIT("ON")};
    return is_one_of(s, words, ARRAY_LEN(words));
}

static bool is_false(str s)
{
    static const str words[] = {STR_INIT("false"), STR_INIT("False"), STR_INIT("FALSE"),
                                STR_INIT("no"),    STR_INIT("No"),    STR_INIT("NO"),
                                STR_INIT("off"),   STR_INIT("Off"),   STR_INIT("OFF")};
    return is_one_of(s, words, ARRAY_LEN(words));
}

/* `010` is 8 to YAML 1.1 and 10 to 1.2; as text it is what the author typed. */
static bool is_padded(str s)
{
    return s.len > 1 && s.p[0] == '0' && ascii_is_digit(s.p[1]);
}

enum scalar_kind scalar_kind(const struct yaml_node *n, struct arena *a, str *text)
{
    struct number number;
    uint64_t hex = 0;
    *text = n->text;
    if (!n->plain) {
        return SCALAR_TEXT;
    }
    if (yaml_is_null(n)) {
        return SCALAR_NULL;
    }
    if (is_true(n->text) || is_false(n->text)) {
        *text = is_true(n->text) ? STR("true") : STR("false");
        return SCALAR_BOOLEAN;
    }
    if (str_starts(n->text, STR("0x")) && str_u64(n->text, &hex)) {
        *text = text_u64(a, hex);
        return SCALAR_NUMBER;
    }
    if (!is_padded(n->text) && number_parse(n->text, &number)) {
        *text = number_text(&number, a);
        return SCALAR_NUMBER;
    }
    return SCALAR_TEXT;
}

str glob_of_sigma(struct arena *a, str text)
{
    char *out = arena_alloc(a, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        char c = text.p[i];
        char next = i + 1 < text.len ? text.p[i + 1] : 0;
        if (c == '\\' && (next == '*' || next == '?' || next == '\\')) {
            out[len++] = next;
            i++;
        } else {
            out[len++] = c == '*' ? GLOB_ANY : c == '?' ? GLOB_ONE : c;
        }
    }
    return (str){out, len};
}

str sigma_of_glob(struct arena *a, str glob)
{
    char *out = arena_alloc(a, glob.len + 1);
    for (size_t i = 0; out && i < glob.len; i++) {
        char c = glob.p[i];
        out[i] = c == GLOB_ANY ? '*' : c == GLOB_ONE ? '?' : c == GLOB_DASH ? '-' : c;
    }
    return (str){out, out ? glob.len : 0};
}

bool glob_is_literal(str glob)
{
    for (size_t i = 0; i < glob.len; i++) {
        if ((uint8_t)glob.p[i] >= (uint8_t)GLOB_DASH) {
            return false;
        }
    }
    return true;
}

static bool is_word(str s, size_t at)
{
    bool beyond_ascii =
        at < s.len && (uint8_t)s.p[at] >= 0x80 && (uint8_t)s.p[at] < (uint8_t)GLOB_DASH;
    return at < s.len && (ascii_is_alnum(s.p[at]) || s.p[at] == '_' || beyond_ascii);
}

str glob_windash(struct arena *a, str glob)
{
    str copy = arena_str(a, glob);
    char *out = arena_alloc(a, glob.len + 1);
    for (size_t i = 0; out && i < copy.len; i++) {
        bool dash = copy.p[i] == '-' || copy.p[i] == '/';
        bool begins = !(i > 0 && is_word(copy, i - 1)) && is_word(copy, i + 1);
        out[i] = dash && begins ? GLOB_DASH : copy.p[i];
    }
    return (str){out, out ? copy.len : 0};
}

static size_t put_unit(char *out, uint32_t unit, enum utf16_order order)
{
    bool big = order == UTF16_BE;
    out[big ? 1 : 0] = (char)(unit & 0xff);
    out[big ? 0 : 1] = (char)(unit >> 8);
    return 2;
}

str utf16_of_text(struct arena *a, str text, enum utf16_order order)
{
    char *out = arena_array(a, text.len + 1, 2);
    size_t len = out && order == UTF16_WITH_MARK ? put_unit(out, 0xfeff, order) : 0;
    for (size_t at = 0; out && at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        if (c >= 0x10000) {
            len += put_unit(out + len, 0xd800 + ((c - 0x10000) >> 10), order);
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        len += put_unit(out + len, c, order);
    }
    return (str){out, len};
}

str base64_of(struct arena *a, str data)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = arena_array(a, data.len / 3 + 1, 4);
    size_t len = 0;
    for (size_t i = 0; out && i < data.len; i += 3) {
        size_t left = data.len - i;
        uint32_t three = (uint32_t)(uint8_t)data.p[i] << 16;
        three |= left > 1 ? (uint32_t)(uint8_t)data.p[i + 1] << 8 : 0;
        three |= left > 2 ? (uint32_t)(uint8_t)data.p[i + 2] : 0;
        out[len++] = digits[three >> 18];
        out[len++] = digits[three >> 12 & 63];
        out[len++] = left > 1 ? digits[three >> 6 & 63] : '=';
        out[len++] = left > 2 ? digits[three & 63] : '=';
    }
    return (str){out, len};
}

str base64_at_offset(struct arena *a, str data, unsigned offset)
{
    static const size_t cut_start[] = {0, 2, 3}, cut_end[] = {0, 3, 2};
    char *shifted = arena_alloc(a, data.len + 2);
    if (!shifted) {
        return STR_NONE;
    }
    memset(shifted, ' ', offset);
    memcpy(shifted + offset, data.p, data.len);
    str encoded = base64_of(a, (str){shifted, data.len + offset});
    size_t drop = cut_start[offset] + cut_end[(data.len + offset) % 3];
    return encoded.len < drop ? STR_NONE : str_sub(encoded, cut_start[offset], encoded.len - drop);
}
