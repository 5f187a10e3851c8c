/* Functions that cut, join and translate text: what is fixed is computed. */
#include "formats/page/special.h"

#include "formats/page/decode.h"

#include <string.h>

struct worth special_replace(struct walker *w, const struct worth *receiver,
                             const struct arguments *args, bool method)
{
    const struct worth *what = special_argument(args, 0), *with = special_argument(args, 1);
    const struct worth *text = special_argument(args, 2);
    if (method) {
        text = receiver;
    } else if (walk_basic(w) || w->language == LANGUAGE_JSCRIPT) {
        text = special_argument(args, 0);
        what = special_argument(args, 1);
        with = special_argument(args, 2);
    }
    struct worth out = *text;
    out.elements = NULL;
    out.through |= THROUGH_REPLACE;
    if (worth_tainted(with) && !worth_tainted(&out)) {
        out = *with;
    }
    out.known = text->known && with->known && what->known &&
                decode_replace(text->text, what->text, with->text, w->arena, &out.text);
    if (text->known && with->known && what->elements) { /* several at once */
        str now = text->text;
        bool ok = true;
        for (const struct element *e = what->elements; ok && e; e = e->next) {
            ok = e->value.known && decode_replace(now, e->value.text, with->text, w->arena, &now);
        }
        out.known = ok;
        out.text = now;
    }
    return out;
}

struct worth special_chr(struct walker *w, const struct arguments *args)
{
    struct worth out = worth_text(STR_NONE);
    char *p = arena_alloc(w->arena, ARGUMENTS_MAX);
    size_t len = 0;
    for (size_t i = 0; p && i < args->count; i++) {
        uint64_t code = 0;
        bool ok = args->list[i].known && str_u64(args->list[i].text, &code) && code < 256;
        out.known = out.known && ok;
        out.sources |= args->list[i].sources;
        out.parameter = out.parameter.len ? out.parameter : args->list[i].parameter;
        p[len++] = (char)(uint8_t)code;
    }
    out.text = out.known ? (str){p, len} : STR_NONE;
    out.through = THROUGH_CHARACTERS;
    return out;
}

struct worth special_substr(const struct worth *receiver, const struct arguments *args, bool method,
                            bool ends)
{
    const struct worth *text = method ? receiver : special_argument(args, 0);
    const struct worth *from = special_argument(args, method ? 0 : 1);
    const struct worth *len = special_argument(args, method ? 1 : 2);
    struct worth out = *text;
    out.elements = NULL;
    int64_t start = 0, size = 0;
    bool ok = text->known && from->known && str_i64(from->text, &start);
    bool sized = (method ? 1U : 2U) < args->count;
    ok = ok && (!sized || (len->known && str_i64(len->text, &size)));
    if (!ok) {
        out.known = false;
        out.text = worth_tainted(&out) ? out.text : STR_NONE;
        return out;
    }
    int64_t total = (int64_t)text->text.len;
    start = start < 0 ? (start + total < 0 ? 0 : start + total) : start < total ? start : total;
    int64_t end = !sized ? total : ends ? size : size < 0 ? total + size : start + size;
    end = end > total || end < 0 ? total : end;
    out.text = end > start ? str_sub(text->text, (size_t)start, (size_t)(end - start)) : STR_NONE;
    out.through |= THROUGH_PIECES;
    return out;
}

/* Mid(s, 1-based, n), Left(s, n), Right(s, n). */
struct worth special_mid(const struct word *word, const struct arguments *args)
{
    const struct worth *text = special_argument(args, 0);
    uint64_t a = 0, b = text->text.len;
    struct worth out = *text;
    bool ok = text->known && special_argument(args, 1)->known &&
              str_u64(special_argument(args, 1)->text, &a);
    ok = ok && (args->count < 3 || (args->list[2].known && str_u64(args->list[2].text, &b)));
    out.known = ok;
    if (!ok) {
        return out;
    }
    a = a < text->text.len ? a : text->text.len;
    size_t from = word->b == 0   ? (a ? (size_t)a - 1 : 0)
                  : word->b == 2 ? text->text.len - (size_t)a
                                 : 0;
    out.text = str_sub(text->text, from,
                       word->b == 0   ? (size_t)b
                       : word->b == 1 ? (size_t)a
                                      : text->text.len);
    out.through |= THROUGH_PIECES;
    return out;
}

struct worth special_explode(struct walker *w, const struct worth *receiver,
                             const struct arguments *args, bool method, str name)
{
    const struct worth *text = method ? receiver : special_argument(args, 1);
    const struct worth *by = special_argument(args, 0);
    if (!method && (walk_basic(w) || str_eq_nocase(name, STR("str_split")))) {
        text = special_argument(args, 0);
        by = special_argument(args, 1);
    }
    struct worth out = {
        .sources = text->sources, .through = text->through, .parameter = text->parameter};
    if (!text->known || !by->known || !by->text.len || text->text.len > 65536) {
        return out;
    }
    str rest = text->text;
    for (size_t n = 0; n < 2048; n++) {
        size_t at = str_find(rest, by->text);
        struct worth piece = worth_text(str_sub(rest, 0, at));
        piece.through = THROUGH_PIECES;
        out = variable_add(w, &out, arena_printf(w->arena, "%zu", n), &piece);
        if (at >= rest.len) {
            break;
        }
        rest = str_from(rest, at + by->text.len);
    }
    return out;
}

struct worth special_implode(struct walker *w, const struct worth *receiver,
                             const struct arguments *args, bool method)
{
    const struct worth *array =
        method ? receiver : special_argument(args, args->count - (args->count > 0));
    const struct worth *glue = special_argument(args, 0);
    if (!method && !array->elements) {
        array = special_argument(args, 0);
        glue = special_argument(args, 1);
    }
    return worth_joined(array, glue->known && glue != array ? glue->text : STR_NONE, w->paste);
}

/* What pack("H*", ...) decodes; pack("C*", 101, 118, ...) are characters. */
struct worth special_pack(struct walker *w, const struct arguments *args)
{
    const struct worth *how = special_argument(args, 0), *text = special_argument(args, 1);
    struct worth out = *text;
    out.through |= THROUGH_HEX;
    bool hex = how->known && how->text.len && (how->text.p[0] | 32) == 'h';
    out.known = hex && text->known && decode_text(DECODE_HEX, text->text, w->arena, &out.text);
    if (how->known && how->text.len && (how->text.p[0] | 32) == 'c') {
        struct arguments codes = *args;
        memmove(codes.list, codes.list + 1, sizeof codes.list - sizeof codes.list[0]);
        codes.count -= codes.count > 0;
        return special_chr(w, &codes);
    }
    return out;
}

struct worth special_strtr(struct walker *w, const struct arguments *args)
{
    const struct worth *text = special_argument(args, 0), *from = special_argument(args, 1),
                       *to = special_argument(args, 2);
    struct worth out = *text;
    out.through |= THROUGH_REPLACE;
    out.known = false;
    if (!text->known || !from->known || !to->known) {
        return out;
    }
    char *p = arena_alloc(w->arena, text->text.len + 1);
    for (size_t i = 0; p && i < text->text.len; i++) {
        size_t at = str_find_char(from->text, text->text.p[i]);
        p[i] = at < from->text.len && at < to->text.len ? to->text.p[at] : text->text.p[i];
    }
    out.known = p != NULL;
    out.text = (str){p, p ? text->text.len : 0};
    return out;
}

struct worth special_sprintf(struct walker *w, const struct arguments *args)
{
    const struct worth *format = special_argument(args, 0);
    struct worth out = worth_text(STR_NONE);
    if (!format->known || str_has(format->text, STR("$s"))) {
        return special_joined(args, NULL);
    }
    str rest = format->text;
    for (size_t next = 1; rest.len;) {
        size_t at = str_find_char(rest, '%');
        struct worth plain = worth_text(str_sub(rest, 0, at));
        out = worth_concat(&out, &plain, w->paste);
        if (at + 1 >= rest.len) {
            break;
        }
        if (rest.p[at + 1] == 's' || rest.p[at + 1] == 'c') {
            struct arguments one = {.count = 1};
            one.list[0] = *special_argument(args, next++);
            struct worth piece = rest.p[at + 1] == 'c' ? special_chr(w, &one) : one.list[0];
            out = worth_concat(&out, &piece, w->paste);
        } else {
            out.known = out.known && rest.p[at + 1] == '%';
        }
        rest = str_from(rest, at + 2);
    }
    return out;
}

/* "{0}{1}" and "%s", and a.concat(b): text put together. */
struct worth special_format(struct walker *w, const struct worth *receiver,
                            const struct arguments *args)
{
    struct worth out =
        receiver && (receiver->known || receiver->sources) ? *receiver : worth_text(STR_NONE);
    for (size_t i = 0; i < args->count; i++) {
        struct worth piece = args->list[i].elements
                                 ? worth_joined(&args->list[i], STR_NONE, w->paste)
                                 : args->list[i];
        out = worth_concat(&out, &piece, w->paste);
    }
    return out;
}
