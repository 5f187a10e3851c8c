/* Server-side code as tokens: what is a name, what is text, what is a comment and does not count.
 *
 * Text comes out as the language understands it: escapes decoded, `\u0065` in names read as the
 * letter it is, characters that nobody sees left out. Text with variables in it comes out as the
 * expression it stands for: "a$b" is ( "a" . $b ). All pages of all languages give one list, in
 * which TOKEN_LANGUAGE says what follows.
 *
 * Linear in the text. What a text of quotes nested too deep holds is passed over. */
#ifndef FORMATS_PAGE_LEX_H
#define FORMATS_PAGE_LEX_H

#include "base/arena.h"

enum language {
    LANGUAGE_NONE,
    LANGUAGE_PHP,
    LANGUAGE_VBSCRIPT,
    LANGUAGE_JSCRIPT,
    LANGUAGE_CSHARP,
    LANGUAGE_VBNET,
    LANGUAGE_JAVA,
    LANGUAGE_CFML,
    LANGUAGE_PERL,
    LANGUAGE_PYTHON,
    LANGUAGE_COUNT,
};

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_VARIABLE, /* with a sigil, which is not in `text` */
    TOKEN_TEXT,
    TOKEN_NUMBER,
    TOKEN_SIGN,
    TOKEN_LINE, /* where lines end statements */
    TOKEN_LANGUAGE,
};

/* Signs of one character are themselves; of several, these. */
enum sign {
    SIGN_CONCAT = 128, /* `.`, `&` or `~` where they join text */
    SIGN_ARROW,        /* -> ?-> */
    SIGN_SCOPE,        /* :: */
    SIGN_FAT,          /* => */
    SIGN_COMPARE,      /* == != === < > <= >= <> =~ and their like */
    SIGN_APPEND,       /* += .= &= */
    SIGN_BECOMES,      /* other assignments that compute: -= ^= */
    SIGN_OR_ELSE,      /* ?? ?: || or */
    SIGN_AND,          /* && and */
    SIGN_SHIFT,
    SIGN_BIND, /* =~ */
};

/* What a name may be besides a name. */
enum keyword {
    KEYWORD_LEADS = 1 << 0,   /* an operand follows: return x, my x, not x */
    KEYWORD_CONTROL = 1 << 1, /* a condition or a list in parentheses follows */
};

struct token {
    str text;
    uint32_t hash;  /* of a name; without letter case where the language knows none */
    uint32_t at;    /* where it stands in the page */
    uint32_t match; /* of a bracket: the token that closes or opens it; 0 when none does */
    uint8_t kind, sign;
    uint8_t keyword; /* enum keyword */
};

/* Habits that a reader of the page would find strange. */
enum odd {
    ODD_ESCAPED_NAME = 1 << 0,
    ODD_INVISIBLE = 1 << 1,
    ODD_ENCODED_SCRIPT = 1 << 3, /* by VBScript.Encode */
    ODD_NAME_BYTES = 1 << 2,     /* names in bytes that are no letters of any alphabet */
};

struct tokens {
    struct token *list;
    size_t count, cap;
    uint32_t odd;
    uint32_t escaped; /* letters written as \x65 or \145 in text */
    bool full;        /* the budget ended: what is there is right, but not all */
    struct arena *arena;
    uint32_t open[256]; /* brackets that wait for their partner */
    size_t nopen;
};

enum { TOKENS_MAX = 1 << 20 };

uint32_t lex_hash(str name); /* without letter case */
uint32_t lex_hash_exact(str name);
uint32_t lex_hash_of(enum language language, enum token_kind kind, str name);

/* enum keyword, as bits; without letter case. */
uint8_t lex_keyword(str name);

/* Adds the tokens of `code`. PHP ends where `?>` does: the offset behind it is given back. */
size_t lex_code(struct tokens *out, enum language language, str code, uint32_t at);

/* Marks the end of one piece of code, so that no statement runs into the next piece. */
void lex_end_piece(struct tokens *out);

#endif
