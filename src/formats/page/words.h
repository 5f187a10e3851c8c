/* The words of each language that matter, as data: what brings the request in, what decodes, what
 * runs. A word that is missing here does nothing and passes nothing on. */
#ifndef FORMATS_PAGE_WORDS_H
#define FORMATS_PAGE_WORDS_H

#include "formats/page/worth.h"

enum role {
    ROLE_SOURCE, /* a: enum source; the first argument names it */
    ROLE_SINK,   /* a: enum sink_kind; b: which arguments, as bits; 0: the receiver */
    ROLE_DECODE, /* a: enum decode; b: which argument */
    ROLE_PASS, /* receiver and arguments pass through; a: enum through it counts as, as log2 + 1 */
    ROLE_CALLBACK, /* a: which argument is the function; b: which are given to it, as bits */
    ROLE_THING,    /* a: enum thing that it gives */
    ROLE_SPECIAL,  /* a: enum special */
    ROLE_CLEAN,    /* gives nothing that could run */
};

enum special {
    SPECIAL_REPLACE, /* str_replace and its like */
    SPECIAL_CHR,
    SPECIAL_PREG_REPLACE,
    SPECIAL_CREATE_FUNCTION,
    SPECIAL_EXTRACT,
    SPECIAL_ARRAY_INDEX,
    SPECIAL_IMPLODE,
    SPECIAL_EXPLODE,
    SPECIAL_SUBSTR,
    SPECIAL_PACK,
    SPECIAL_FILE_GET, /* reads: a file, the body, another machine */
    SPECIAL_GETENV,
    SPECIAL_GATE, /* a hash: what is compared with it may be a password */
    SPECIAL_CREATE_OBJECT,
    SPECIAL_PERL_OPEN,
    SPECIAL_READ_INTO, /* Perl's read(STDIN, $x, ...) */
    SPECIAL_SHIFT,
    SPECIAL_STRREV_VB,
    SPECIAL_MID,
    SPECIAL_INVOKE, /* reflection: a method of a thing is called */
    SPECIAL_GETATTR,
    SPECIAL_SPRINTF,
    SPECIAL_FILTER_VAR,
    SPECIAL_INDEX, /* .Item(x), getParameter(x) on a collection */
    SPECIAL_FUNC_ARGS,
    SPECIAL_WRITE_FILE,
    SPECIAL_UPLOAD,
    SPECIAL_COMPACT,
    SPECIAL_DEFINE,
    SPECIAL_STRTR,
    SPECIAL_CALL_BY_NAME,
    SPECIAL_FORMAT,
    SPECIAL_PRINTER,      /* ob_start(): a function gets what is printed */
    SPECIAL_SAVE_HANDLER, /* functions get the name of the session, which the request brings */
    SPECIAL_CLASS,
    SPECIAL_NEW_INSTANCE, /* a: its arguments are one array */
};

/* What a word must stand on. */
enum { ON_FREE = 255, ON_ANY = 254 /* any receiver or none */, ON_SOME = 253 /* any receiver */ };

struct word {
    const char *name; /* lower case */
    uint8_t on;       /* enum thing of the receiver, or one of the above */
    uint8_t role, a, b;
};

struct words {
    const struct word *list;
    size_t count;
};

extern const struct words words_php, words_microsoft, words_java, words_cfml, words_perl,
    words_python;

enum { WORD_SLOTS = 1024 };

/* Words of one language, found by hash. */
struct vocabulary {
    const struct words *words;
    uint16_t slots[WORD_SLOTS]; /* index + 1 */
    uint32_t lengths[32];       /* of words, as bits, by the low bits of their first letter */
};

void vocabulary_init(struct vocabulary *v, enum language language);

/* The word of that name that fits its receiver best: ON_FREE when there is none, else its enum
 * thing. NULL when the word says nothing. */
const struct word *vocabulary_find(const struct vocabulary *v, str name, int receiver);

#endif
