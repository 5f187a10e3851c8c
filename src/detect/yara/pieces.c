#include "detect/yara/pieces.h"

struct yara_cutter yara_cutter_of(str text)
{
    return (struct yara_cutter){.text = text, .line = 1};
}

static char here(const struct yara_cutter *c)
{
    return c->at < c->text.len ? c->text.p[c->at] : 0;
}

static bool at_end(const struct yara_cutter *c)
{
    return c->at >= c->text.len;
}

static void step(struct yara_cutter *c)
{
    c->line += here(c) == '\n';
    c->at++;
}

static bool stands(const struct yara_cutter *c, str what)
{
    return str_starts(str_from(c->text, c->at), what);
}

/* Up to and with `what`, or to the end. */
static void pass(struct yara_cutter *c, str what)
{
    while (!at_end(c) && !stands(c, what)) {
        step(c);
    }
    for (size_t i = 0; i < what.len && !at_end(c); i++) {
        step(c);
    }
}

static bool pass_comment(struct yara_cutter *c)
{
    bool line = stands(c, STR("//"));
    bool block = stands(c, STR("/*"));
    if (line) {
        pass(c, STR("\n"));
    } else if (block) {
        c->at += 2;
        pass(c, STR("*/"));
    }
    return line || block;
}

/* A text or a regular expression: to the same mark again, which a backslash hides. Neither goes
 * past the end of its line. */
static void pass_quoted(struct yara_cutter *c, char mark)
{
    step(c);
    while (!at_end(c) && here(c) != mark && here(c) != '\n') {
        if (here(c) == '\\') {
            step(c);
        }
        if (!at_end(c)) {
            step(c);
        }
    }
    if (here(c) == mark) {
        step(c);
    }
}

static void pass_blank(struct yara_cutter *c)
{
    while (!at_end(c) && (ascii_is_space(here(c)) || pass_comment(c))) {
        if (ascii_is_space(here(c))) {
            step(c);
        }
    }
}

static str take_word(struct yara_cutter *c)
{
    size_t from = c->at;
    while (ascii_is_alnum(here(c)) || here(c) == '_') {
        step(c);
    }
    return str_sub(c->text, from, c->at - from);
}

static str take_quoted(struct yara_cutter *c)
{
    pass_blank(c);
    size_t from = c->at;
    if (here(c) != '"') {
        return STR_NONE;
    }
    pass_quoted(c, '"');
    return c->at - from >= 2 ? str_sub(c->text, from + 1, c->at - from - 2) : STR_NONE;
}

/* From the name of a rule to the brace that closes it. A slash divides nothing in YARA: it begins
 * a comment or a regular expression. */
static void pass_rule(struct yara_cutter *c)
{
    unsigned depth = 0;
    while (!at_end(c)) {
        char ch = here(c);
        if (pass_comment(c)) {
            continue;
        }
        if (ch == '"' || ch == '/') {
            pass_quoted(c, ch);
            continue;
        }
        step(c);
        depth += ch == '{';
        if (ch == '}' && depth <= 1) {
            return;
        }
        depth -= ch == '}';
    }
}

static bool is_modifier(str word)
{
    return str_eq(word, STR("private")) || str_eq(word, STR("global"));
}

bool yara_cutter_next(struct yara_cutter *c, struct yara_piece *out)
{
    pass_blank(c);
    if (at_end(c)) {
        return false;
    }
    size_t from = c->at;
    *out = (struct yara_piece){.kind = YARA_OTHER, .first = c->line};
    str word = take_word(c);
    while (is_modifier(word)) {
        pass_blank(c);
        word = take_word(c);
    }
    if (str_eq(word, STR("rule"))) {
        out->kind = YARA_RULE;
        pass_blank(c);
        out->name = take_word(c);
        pass_rule(c);
    } else if (str_eq(word, STR("import")) || str_eq(word, STR("include"))) {
        out->kind = word.p[1] == 'm' ? YARA_IMPORT : YARA_INCLUDE;
        out->name = take_quoted(c);
    } else {
        pass(c, STR("\n"));
    }
    out->last = c->line;
    out->text = str_sub(c->text, from, c->at - from);
    return true;
}
