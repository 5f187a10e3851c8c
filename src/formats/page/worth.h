/* What an expression of a page is worth: where it comes from, and its text where that is fixed. */
#ifndef FORMATS_PAGE_WORTH_H
#define FORMATS_PAGE_WORTH_H

#include "formats/page/facts.h"

/* Kinds of objects that matter. */
enum thing {
    THING_NONE,
    THING_REQUEST,
    THING_PARAMETERS, /* a collection of the request: indexing or asking it gives a value */
    THING_COOKIES,
    THING_HEADERS,
    THING_FILES,
    THING_BODY,
    THING_SERVER, /* $_SERVER and its like: only some keys are the client's */
    THING_SESSION,
    THING_SHELL,   /* starts programs */
    THING_PROCESS, /* .NET: its properties say what to start */
    THING_LOADER,  /* defines classes, loads assemblies */
    THING_COMPILER,
    THING_ENGINE, /* evaluates */
    THING_METHOD, /* reflection: invoke() */
    THING_FILES_SYSTEM,
    THING_STREAM,
    THING_SOCKET,
    THING_HTTP,
    THING_READER,
    THING_XSLT,
    THING_FUNCTION, /* ReflectionFunction */
    THING_CLASS,    /* ReflectionClass */
    THING_GLOBALS,
    THING_DATABASE,
    THING_RUNSPACE,
    THING_CIPHER,
};

struct element;

struct worth {
    str text;      /* all of it when `known`; else what it begins with */
    str tail;      /* what it ends with, where not all is known */
    str parameter; /* the name of its source */
    uint32_t sources, through;
    uint32_t word; /* hash of the name it was got by: a type, a function; 0 */
    const struct element *elements;
    uint16_t thing;
    bool known;
    bool opened;       /* a file, by its name: what is written to it is no part of the name */
    uint32_t function; /* of the page, from 1 */
};

struct element {
    str key;
    struct worth value;
    const struct element *next;
};

bool worth_tainted(const struct worth *v);
struct worth worth_text(str text);
struct worth worth_either(const struct worth *a, const struct worth *b);

/* What it certainly ends with. */
str worth_ends(const struct worth *v);

/* Where texts are put together. One that was made here lately goes on where it ends, so that text
 * which grows piece by piece costs its length, not the square of it; what it was before stays. */
struct paste {
    struct arena *arena;
    struct pasted {
        char *p;
        size_t len, cap;
    } lately[4];
    unsigned next; /* the one whose place is taken */
};

/* `b` behind `a`. */
struct worth worth_concat(const struct worth *a, const struct worth *b, struct paste *paste);

/* The element called `key`; all of them together when the key is not known. */
struct worth worth_element(const struct worth *array, const struct worth *key);

/* Everything in an array, one after another. */
struct worth worth_joined(const struct worth *array, str glue, struct paste *paste);

#endif
