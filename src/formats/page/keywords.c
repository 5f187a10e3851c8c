#include "formats/page/lex.h"

enum { WORDS_OF_A_LETTER = 6, LONGEST_WORD = 12 };

struct keyword_entry {
    str name;
    uint8_t is;
};

#define LEADS(name)                   \
    {                                 \
        STR_INIT(name), KEYWORD_LEADS \
    }
#define CONTROL(name)                   \
    {                                   \
        STR_INIT(name), KEYWORD_CONTROL \
    }
#define BOTH(name)                                      \
    {                                                   \
        STR_INIT(name), KEYWORD_LEADS | KEYWORD_CONTROL \
    }

/* By the first letter. */
static const struct keyword_entry keywords[26][WORDS_OF_A_LETTER] = {
    ['a' - 'a'] = {LEADS("and"),        LEADS("as"), LEADS("await")},
    ['b' - 'a'] = {LEADS("byval")    },
    ['c' - 'a'] = {LEADS("call"),      LEADS("case"), CONTROL("catch"), LEADS("clone"), LEADS("const")},
    ['d' - 'a'] = {CONTROL("declare"),       LEADS("die"), LEADS("dim"), LEADS("do")},
    ['e' - 'a'] = {LEADS("echo"),   LEADS("else"), BOTH("elseif"), BOTH("elsif"), LEADS("exit")},
    ['f' - 'a'] = {LEADS("final"),     CONTROL("fixed"), CONTROL("for"), CONTROL("foreach")},
    ['i' - 'a'] = {BOTH("if"),  LEADS("in")},
    ['l' - 'a'] = {LEADS("let"),       LEADS("local"), CONTROL("lock")},
    ['m' - 'a'] = {LEADS("my")                  },
    ['n' - 'a'] = {LEADS("not")   },
    ['o' - 'a'] = {LEADS("or"),      LEADS("our"), LEADS("out")},
    ['p' - 'a'] = {LEADS("print")                  },
    ['r' - 'a'] = {LEADS("ref"),LEADS("return")},
    ['s' - 'a'] = {CONTROL("select"), LEADS("set"), LEADS("static"), CONTROL("switch"),
                   CONTROL("synchronized")},
    ['t' - 'a'] = {LEADS("then"),          LEADS("throw"), LEADS("typeof")},
    ['u' - 'a'] = {BOTH("unless"),                   BOTH("until"), CONTROL("using")},
    ['v' - 'a'] = {LEADS("var")},
    ['w' - 'a'] = {BOTH("while"),                   CONTROL("with")},
    ['y' - 'a'] = {LEADS("yield")},
};

uint8_t lex_keyword(str name)
{
    uint8_t letter = name.len ? (uint8_t)((uint8_t)(name.p[0] | 32) - 'a') : 26;
    if (letter >= 26 || name.len > LONGEST_WORD) {
        return 0;
    }
    for (size_t i = 0; i < WORDS_OF_A_LETTER; i++) {
        if (str_eq_nocase(keywords[letter][i].name, name)) {
            return keywords[letter][i].is;
        }
    }
    return 0;
}
