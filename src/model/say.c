#include "model/say.h"

#include "base/buf.h"

#include <string.h>

enum { SENTENCE_MAX = 16384 };

static const struct said *named(str name, const struct said *args, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(name, str_of(args[i].name))) {
            return &args[i];
        }
    }
    return NULL;
}

/* Braces that name nothing stay as they are: they are seen, and a test fails on them. */
static str fill(struct arena *a, const char *sentence, int lang, const struct said *args,
                size_t count)
{
    SCOPED(buf_done) struct buf b;
    buf_init(&b, SENTENCE_MAX);
    str rest = str_of(sentence);
    while (rest.len) {
        size_t open = str_find_char(rest, '{');
        buf_add(&b, str_sub(rest, 0, open));
        rest = str_from(rest, open);
        size_t close = str_find_char(rest, '}');
        const struct said *arg = NULL;
        if (close < rest.len) {
            arg = named(str_sub(rest, 1, close - 1), args, count);
        }
        buf_add(&b, arg ? arg->value.in[lang] : str_sub(rest, 0, rest.len ? 1 : 0));
        rest = str_from(rest, arg ? close + 1 : 1);
    }
    return arena_str(a, buf_str(&b));
}

struct text say(const struct speaker *s, const char *id, const struct said *args, size_t count)
{
    struct text out;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const struct catalog *c = s->catalogs ? s->catalogs[lang] : NULL;
        out.in[lang] = fill(s->arena, catalog_get(c, id), lang, args, count);
    }
    return out;
}

struct text say_plain(const struct speaker *s, const char *id)
{
    return say(s, id, NULL, 0);
}

struct text text_same(str s)
{
    struct text t;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        t.in[lang] = s;
    }
    return t;
}

bool text_is_empty(struct text t)
{
    return t.in[LANG_EN].len == 0;
}

struct text text_join(struct arena *a, struct text left, str between, struct text right)
{
    if (text_is_empty(left) || text_is_empty(right)) {
        return text_is_empty(left) ? right : left;
    }
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        left.in[lang] = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(left.in[lang]), STR_ARG(between),
                                     STR_ARG(right.in[lang]));
    }
    return left;
}
