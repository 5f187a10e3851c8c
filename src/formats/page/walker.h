/* What the parts of the walk share. */
#ifndef FORMATS_PAGE_WALKER_H
#define FORMATS_PAGE_WALKER_H

#include "formats/page/walk.h"
#include "formats/page/words.h"

enum { PARAMETERS_MAX = 12, ARGUMENTS_MAX = 12, EXPRESSION_DEPTH = 160, CODE_DEPTH = 48 };
enum {
    FUNCTION_SCOPE = 0x7ffffff0,
    PROPERTY_SCOPE = 0x7ffffff1,
    FILE_SCOPE = 0x7ffffff2, /* what was written to a file, by its name */
};
enum { ANEW_NAME = 0x5a000000 }; /* and up: names of functions that are walked anew */
enum { READ_BITS = 4096 };
enum { VARIABLES_MAX = 1 << 16, FUNCTIONS_MAX = 4096, DECODED_MAX = 8 << 20 };

struct variable {
    uint64_t key; /* scope and name; 0: free */
    uint32_t block;
    bool set;
    bool global; /* declared so: the page's own of that name */
    struct worth value;
};

struct function {
    uint32_t hash; /* of its name; 0 for one without */
    uint32_t parameters[PARAMETERS_MAX];
    uint32_t nparameters;
    uint32_t by_reference;     /* of its parameters, as bits */
    struct worth result, rest; /* `rest`: all its arguments together */
    bool evaluates;            /* made of text that the request brought */

    const struct token *t; /* its body, where it can be walked by itself; NULL */
    size_t count;
    uint32_t from, to;
    bool each;   /* each call is looked at by itself: it decodes, runs or calls what it gets */
    bool called; /* before its body was walked */
    bool dirty;  /* what it gets has changed since its body was walked */
};

struct walker {
    const struct token *t;
    size_t count, at;
    enum language language;
    const struct vocabulary *words;
    struct vocabulary *vocabularies[LANGUAGE_COUNT]; /* made when first spoken */
    struct arena *arena;
    struct facts *facts;
    struct memo *memos; /* walk_memo.c */
    struct paste *paste;

    struct variable *variables;
    size_t nvariables, cap;
    struct function *functions; /* from 1 */
    size_t nfunctions, functions_cap;
    uint32_t function;     /* that we are in; 0: the page itself */
    uint32_t block;        /* the token that opened the block we are in */
    bool all_from_request; /* extract($_POST): any variable may be */
    uint32_t class;        /* whose body we are in: hash of its name; 0 */
    struct worth printer;  /* the function that gets what is printed */
    bool unset;            /* a variable that nothing sets reaches a sink */
    bool settled;          /* all that is ever set is known */

    unsigned depth, code_depth;
    enum language speak_next; /* of the next text that is walked; NONE: the one spoken */
    uint32_t inherited;       /* THROUGH_ of the text that is walked now */
    size_t decoded;           /* bytes walked that were decoded */
    size_t anew;              /* tokens of functions that were walked for one call */
    unsigned anew_depth;
    bool changed;                  /* in this walk: something that was looked at before */
    bool wide;                     /* and any function may see it */
    uint64_t read[READ_BITS / 64]; /* names that were looked at, by their hash */
};

/* Code that stood in a text. */
struct piece {
    const struct token *list;
    size_t count;
};

/* Where an assignment goes. */
struct place {
    uint32_t name;    /* hash; 0: nowhere */
    uint32_t element; /* hash of an element's key, 0: the variable itself */
    bool is_element, is_property;
    struct worth key;
    struct worth base; /* of a property: its object */
    str text;          /* of a property: its name */
};

struct arguments {
    struct worth list[ARGUMENTS_MAX];
    uint32_t names[ARGUMENTS_MAX]; /* of variables that are given as they are; else 0 */
    size_t count;
};

/* variables.c */
/* The variable of the function we are in, else the page's own of that name. The first is NULL
 * when nothing was put there, the second makes room for it. */
struct variable *variable_known(struct walker *w, uint32_t name);
struct variable *variable_of(struct walker *w, uint32_t name);
struct variable *variable_local(struct walker *w, uint32_t function, uint32_t name);
struct worth variable_get(struct walker *w, uint32_t name);
void variable_global(struct walker *w, uint32_t name); /* from here on, in this function */
void variable_set(struct walker *w, uint32_t name, const struct worth *v);
void variable_set_element(struct walker *w, uint32_t name, const struct worth *key,
                          const struct worth *v);
struct worth variable_add(struct walker *w, const struct worth *array, str key,
                          const struct worth *v);

/* Expressions, by how closely they bind. */
enum level {
    LEVEL_CHOICE = 1,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_BITS, /* PHP: `a ^ b . c` joins first */
    LEVEL_COMPARE,
    LEVEL_JOIN,
    LEVEL_ADD,
    LEVEL_TIMES
};

/* walk_expression.c */
struct worth walk_expression(struct walker *w);
struct worth walk_binary(struct walker *w, int least);
struct worth walk_assignment(struct walker *w); /* Basic: the first = assigns */
struct worth walk_assign(struct walker *w, const struct place *place, const struct worth *v);

/* walk_operand.c, walk_postfix.c */
struct worth walk_operand(struct walker *w, struct place *place);
struct worth walk_postfix(struct walker *w, struct place *place);

/* walk_arguments.c */
void walk_skip_type_arguments(struct walker *w);
struct worth walk_array(struct walker *w, uint8_t closer);
void walk_arguments(struct walker *w, uint8_t closer, struct arguments *args);
void walk_bare_arguments(struct walker *w, struct arguments *args);

/* walk_call.c */
struct worth walk_call(struct walker *w, str name, uint32_t hash, const struct worth *receiver,
                       const struct arguments *args);
struct worth walk_call_value(struct walker *w, const struct worth *function,
                             const struct arguments *args);
struct worth walk_call_own(struct walker *w, uint32_t f, const struct arguments *args);
struct worth walk_name(struct walker *w, str name, uint32_t hash);
struct worth walk_member(struct walker *w, const struct worth *receiver, str name, uint32_t hash);
struct worth walk_index(struct walker *w, const struct worth *array, const struct worth *key);
bool walk_sink_property(struct walker *w, const struct place *place, const struct worth *v);

/* walk_sink.c */
void walk_sink(struct walker *w, enum sink_kind sink, const struct worth *v);
struct worth walk_special(struct walker *w, const struct word *word, str name,
                          const struct worth *receiver, const struct arguments *args);

/* walk_memo.c */
bool walk_decode(struct walker *w, uint8_t how, str in, str *out); /* enum decode */
struct piece walk_lexed(struct walker *w, enum language language, str text);

/* walk_anew.c */
/* Whether the function was walked for these arguments alone, and what it gave back. */
bool walk_anew(struct walker *w, uint32_t f, const struct arguments *args, struct worth *result);

/* walk.c */
uint32_t walk_constructor(uint32_t class_name);         /* what it is called */
void walk_changed(struct walker *w, uint32_t function); /* of that function, 0: of the page */
uint32_t walk_function(struct walker *w, uint32_t hash);
uint32_t walk_new_function(struct walker *w, uint32_t hash);
void walk_text(struct walker *w, const struct worth *code);
void walk_body(struct walker *w, uint32_t function, size_t from, size_t to);

static inline const struct token *walk_peek(const struct walker *w, size_t ahead)
{
    static const struct token end = {.kind = TOKEN_END};
    return w->at + ahead < w->count ? &w->t[w->at + ahead] : &end;
}

static inline bool walk_is(const struct token *t, uint8_t sign)
{
    return t->kind == TOKEN_SIGN && t->sign == sign;
}

static inline bool walk_reads(const struct token *t, str name)
{
    return t->kind == TOKEN_NAME && t->text.len == name.len && (t->text.p[0] | 32) == name.p[0] &&
           str_eq_nocase(t->text, name);
}

/* `name` is a literal in lower case. */
#define walk_is_name(t, name) walk_reads((t), STR(name))

static inline bool walk_basic(const struct walker *w)
{
    return w->language == LANGUAGE_VBSCRIPT || w->language == LANGUAGE_VBNET;
}

#endif
