#include "match/pieces.h"

#include <string.h>

/* The character at `at` when it stands for itself, unescaped; `*at` moves behind it. */
static bool plain(str regex, size_t *at, char *out)
{
    char c = regex.p[*at];
    bool escaped = c == '\\' && *at + 1 < regex.len;
    c = escaped ? regex.p[*at + 1] : c;
    bool special = memchr("\\^$.[]|()?*+{}", c, 14) != NULL;
    if (c == '\n' || (escaped ? ascii_is_alnum(c) || (uint8_t)c >= 0x80 : special)) {
        return false;
    }
    *at += 1 + escaped;
    *out = c;
    return true;
}

bool pieces_of_regex(struct arena *a, str regex, struct pieces *out)
{
    char *text = arena_alloc(a, regex.len + 1);
    str *items = ARENA_ARRAY(a, str, regex.len / 3 + 1);
    *out = (struct pieces){0};
    size_t count = 0, len = 0, from = 0;
    for (size_t at = 0; text && items && at < regex.len;) {
        if (plain(regex, &at, &text[len])) {
            len++;
        } else if (str_starts(str_from(regex, at), STR(".*")) && len > from) {
            items[count++] = (str){text + from, len - from};
            from = len;
            at += 2;
        } else {
            return true;
        }
    }
    if (text && items && len > from) {
        items[count++] = (str){text + from, len - from};
        *out = (struct pieces){items, count};
    }
    return text && items;
}

static bool stand_on_line(const struct pieces *p, str line)
{
    for (size_t i = 0; i < p->count; i++) {
        size_t at = str_find(line, p->items[i]);
        if (at == line.len) {
            return false;
        }
        line = str_from(line, at + p->items[i].len);
    }
    return true;
}

bool pieces_stand(const struct pieces *p, str text, bool dotall)
{
    for (size_t at = 0; at < text.len;) {
        str rest = str_from(text, at);
        size_t len = dotall ? rest.len : str_find_char(rest, '\n');
        if (stand_on_line(p, str_sub(rest, 0, len))) {
            return true;
        }
        at += len + 1;
    }
    return false;
}
