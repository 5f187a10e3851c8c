/* Longer texts cut into what could be an indicator: command lines, queries, messages. */
#ifndef DETECT_INDICATORS_TOKENS_H
#define DETECT_INDICATORS_TOKENS_H

#include "base/str.h"

enum token_holds { /* what stands in a token */
                   TOKEN_DOT = 1,
                   TOKEN_COLON = 2,
                   TOKEN_SLASH = 4,
                   TOKEN_BACKSLASH = 8,
                   TOKEN_AT = 16,
                   TOKEN_ENDS = 32,  /* not in a token */
                   TOKEN_OTHER = 64, /* no hex digit */
                   TOKEN_WIDE = 128, /* no ASCII */
};

struct token_classes { /* by byte: what it means to a token */
    uint8_t of[256];
};
struct token_classes token_classes(void);

enum { TOKEN_MARKS = 4 };

struct tokens { /* of a text, while it is read */
    const struct token_classes *classes;
    str text;
    size_t at;                /* what stands before was told */
    size_t mark[TOKEN_MARKS]; /* where the next dot, colon, at, backslash is, at `at` or behind */
    size_t probe;             /* the next of the places of which each hash covers one; or the end */
};

/* `hashes`: they are asked for, too. */
struct tokens tokens_of(const struct token_classes *classes, str text, bool hashes);

struct token {
    str text;
    unsigned holds;
};

/* The next token that could be one: with a dot, a colon, an at or a backslash in it, or a hash. A
 * URL is one token with its query. False at the end. */
bool token_next(struct tokens *t, struct token *out);

#endif
