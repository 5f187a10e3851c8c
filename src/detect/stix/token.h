/* The words of a STIX pattern, as its published grammar cuts them: the longest that fits. */
#ifndef DETECT_STIX_TOKEN_H
#define DETECT_STIX_TOKEN_H

#include "base/str.h"

enum stix_token {
    TOKEN_END,
    TOKEN_NAME,        /* also a property */
    TOKEN_HYPHEN_NAME, /* a type only */
    TOKEN_KEYWORD,
    TOKEN_INTEGER,
    TOKEN_FLOAT,
    TOKEN_STRING, /* the others with quotes: text is what stands between them */
    TOKEN_HEX,
    TOKEN_BASE64,
    TOKEN_TIME,
    TOKEN_MARK, /* = == != <> < <= > >= ( ) [ ] : . , * */
    TOKEN_BAD,
};

struct stix_lexer {
    str in;
    size_t at;
    uint32_t line, column; /* of `at` */

    enum stix_token token; /* the one at hand */
    str text;
    uint32_t token_line, token_column;
};

/* "2021-03-02T04:00:00.5Z": any month has 31 days here, any minute may have 61 seconds. */
bool stix_is_time(str s);

struct stix_lexer stix_lexer_of(str pattern);
void stix_lexer_next(struct stix_lexer *x);

#endif
