/* How a lexer writes tokens. */
#ifndef FORMATS_PAGE_LEX_OUT_H
#define FORMATS_PAGE_LEX_OUT_H

#include "formats/page/lex.h"

struct lexer {
    struct tokens *out;
    str in;
    size_t at;
    uint32_t base; /* where `in` begins in the page */
    enum language language;
    uint8_t depth;   /* of text within text */
    uint16_t parens; /* open ( and [: lines end nothing in there */
    bool operand;    /* the last token was a value: what follows is an operator */
};

void lex_token(struct lexer *l, enum token_kind kind, str text, size_t at);
void lex_sign(struct lexer *l, uint8_t sign, size_t at);
void lex_name(struct lexer *l, enum token_kind kind, str text, size_t at);

/* The tokens of a part of the text, as an expression within this one. */
void lex_within(struct lexer *l, str part, size_t at);

/* Text from the quote at l->at; the position moves behind it. lex_text.c */
void lex_text(struct lexer *l);
bool lex_text_here(struct lexer *l); /* a heredoc, q{}, @"", $"", """ or the like */
void lex_interpolated(struct lexer *l, str body, size_t at, bool escapes);
str lex_unescape(struct lexer *l, str body);

#endif
