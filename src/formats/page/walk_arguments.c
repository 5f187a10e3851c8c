/* Lists: what a call is given, the elements of an array. */
#include "formats/page/walker.h"

#include <string.h>

void walk_skip_type_arguments(struct walker *w)
{
    for (size_t i = 1; i < 12; i++) {
        const struct token *t = walk_peek(w, i);
        bool inside = t->kind == TOKEN_NAME || walk_is(t, ',') || walk_is(t, '.') ||
                      walk_is(t, '?') || walk_is(t, '[') || walk_is(t, ']');
        if (t->kind == TOKEN_SIGN && t->sign == SIGN_COMPARE) {
            const struct token *next = walk_peek(w, i + 1);
            if (next->kind == TOKEN_NAME || walk_is(next, '(') || walk_is(next, ')')) {
                w->at += i + 1;
                return;
            }
        } else if (!inside) {
            return;
        }
    }
}

void walk_arguments(struct walker *w, uint8_t closer, struct arguments *args)
{
    while (w->at < w->count && !walk_is(walk_peek(w, 0), closer)) {
        size_t before = w->at;
        const struct token *t = walk_peek(w, 0);
        if (walk_is(t, ';') || t->kind == TOKEN_LANGUAGE) {
            return; /* never closed */
        }
        if (walk_is(t, ',') || walk_is(t, '&') || walk_is(t, SIGN_CONCAT)) {
            w->at++; /* `...$list` too */
            continue;
        }
        if (t->kind == TOKEN_NAME && walk_is(walk_peek(w, 1), ':') &&
            !walk_is(walk_peek(w, 2), ':')) {
            w->at += 2; /* a named argument */
            before = w->at;
        }
        uint32_t name = t->kind == TOKEN_VARIABLE || t->kind == TOKEN_NAME ? t->hash : 0;
        struct worth v = walk_expression(w);
        if (args->count < ARGUMENTS_MAX) {
            args->names[args->count] = w->at == before + 1 ? name : 0;
            args->list[args->count++] = v;
        }
        if (w->at == before) {
            w->at++;
        }
    }
    w->at += w->at < w->count;
}

/* Basic and Perl call without parentheses: to the end of the statement. */
void walk_bare_arguments(struct walker *w, struct arguments *args)
{
    while (w->at < w->count) {
        const struct token *t = walk_peek(w, 0);
        bool ends = t->kind == TOKEN_LINE || t->kind == TOKEN_LANGUAGE ||
                    (t->kind == TOKEN_SIGN && strchr(";:)}]", t->sign) && t->sign) ||
                    walk_is_name(t, "then") || walk_is_name(t, "else") || walk_is_name(t, "if") ||
                    walk_is_name(t, "unless") || walk_is_name(t, "end");
        if (ends) {
            return;
        }
        size_t before = w->at;
        uint32_t name = t->kind == TOKEN_VARIABLE || t->kind == TOKEN_NAME ? t->hash : 0;
        if (walk_is(t, ',')) {
            w->at++;
            continue;
        }
        struct worth v = walk_expression(w);
        if (args->count < ARGUMENTS_MAX) {
            args->names[args->count] = w->at == before + 1 ? name : 0;
            args->list[args->count++] = v;
        }
        w->at += w->at == before;
    }
}

struct worth walk_array(struct walker *w, uint8_t closer)
{
    struct worth out = {0};
    uint64_t next = 0;
    while (w->at < w->count && !walk_is(walk_peek(w, 0), closer)) {
        const struct token *t = walk_peek(w, 0);
        size_t before = w->at;
        if (walk_is(t, ';') || t->kind == TOKEN_LANGUAGE) {
            break;
        }
        if (walk_is(t, ',')) {
            w->at++;
            continue;
        }
        struct worth v = walk_expression(w);
        char digits[24];
        size_t len = 0;
        for (uint64_t n = next, first = 1; first || n; n /= 10, first = 0) {
            digits[sizeof digits - ++len] = (char)('0' + n % 10);
        }
        str key = {digits + sizeof digits - len, len};
        const struct token *link = walk_peek(w, 0);
        if (walk_is(link, SIGN_FAT) || (walk_is(link, ':') && closer == '}')) {
            w->at++;
            struct worth named = v;
            key = v.known ? v.text : STR_NONE;
            v = walk_expression(w);
            if (worth_tainted(&named)) { /* array_keys() gives it back */
                v = worth_either(&v, &named);
            }
        } else {
            next++;
        }
        out = variable_add(w, &out, arena_str(w->arena, key), &v);
        w->at += w->at == before;
    }
    w->at += w->at < w->count;
    return out;
}
