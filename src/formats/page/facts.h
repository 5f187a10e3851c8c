/* What the code of a page does with what a request brings: facts, no opinion. Rules judge them.
 *
 * A flow leads from a source (a parameter, a cookie, ...) to a sink (an evaluator, a process, ...),
 * perhaps through something (base64, a callback, ...). */
#ifndef FORMATS_PAGE_FACTS_H
#define FORMATS_PAGE_FACTS_H

#include "formats/page/lex.h"

enum source {
    SOURCE_PARAMETER = 1 << 0,
    SOURCE_COOKIE = 1 << 1,
    SOURCE_HEADER = 1 << 2,
    SOURCE_BODY = 1 << 3,
    SOURCE_UPLOAD = 1 << 4,
    SOURCE_URL = 1 << 5,
    SOURCE_SESSION = 1 << 6, /* what an earlier request may have left */
    SOURCE_REMOTE = 1 << 7,  /* fetched from another machine */
    SOURCE_FILE = 1 << 8,    /* read from a file */
    SOURCE_UNSET = 1 << 9,   /* a variable that nothing sets: the request did, once */
    SOURCE_REQUEST = (1 << 6) - 1,
};

enum through {
    THROUGH_BASE64 = 1 << 0,
    THROUGH_HEX = 1 << 1,
    THROUGH_ROT13 = 1 << 2,
    THROUGH_REVERSE = 1 << 3,
    THROUGH_INFLATE = 1 << 4,
    THROUGH_XOR = 1 << 5,
    THROUGH_DECRYPT = 1 << 6,
    THROUGH_URL = 1 << 7,
    THROUGH_CHARACTERS = 1 << 8, /* chr() */
    THROUGH_REPLACE = 1 << 9,
    THROUGH_PIECES = 1 << 10, /* put together */
    THROUGH_CALLBACK = 1 << 11,
    THROUGH_REFLECTION = 1 << 12,
    THROUGH_URL_PART = 1 << 13, /* the host, the path, ... of a URL */
    THROUGH_COUNT = 14,
    THROUGH_DECODED = (1 << 9) - 1,
};

enum sink_kind {
    SINK_EVALUATE,
    SINK_EXECUTE,
    SINK_LOAD,
    SINK_CALL, /* a function that the request names */
    SINK_INCLUDE,
    SINK_DROP, /* a file whose place and content the request gives, or whose kind is code */
    SINK_WRITE,
    SINK_UPLOAD,
    SINK_READ,
    SINK_LIST,
    SINK_DELETE,
    SINK_CONNECT,
    SINK_QUERY,
    SINK_DESERIALISE,
    SINK_COMMAND_PART, /* part of a command whose program is fixed */
    SINK_UNKNOWN_CALL, /* a function whose name nobody can tell */
    SINK_COUNT,
};

enum disguise {
    DISGUISE_HIDDEN_NAME = 1 << 0,   /* a dangerous function, called by a name that is computed */
    DISGUISE_HIDDEN_SOURCE = 1 << 1, /* the request, likewise */
    DISGUISE_PACKED = 1 << 2,        /* code that unpacks code */
    DISGUISE_IMAGE = 1 << 3,         /* an image's header before the code */
    DISGUISE_ESCAPED_NAME = 1 << 4,
    DISGUISE_INVISIBLE = 1 << 5,
    DISGUISE_ESCAPED_TEXT = 1 << 6,
    DISGUISE_ENCODED_SCRIPT = 1 << 7, /* VBScript.Encode */
    DISGUISE_CLASS_ID = 1 << 8,       /* a shell object called by its class id */
    DISGUISE_SILENCED = 1 << 9,
    DISGUISE_UNREADABLE = 1 << 10, /* names of bytes that are no letters: an encoder's */
    DISGUISE_NO_LETTERS = 1 << 11, /* variables without a letter, and a call through one */
    DISGUISE_COUNT = 12,
};

/* Why a page does nothing by itself when a server is asked for it. */
enum part {
    PART_GUARDED = 1 << 0,  /* it ends unless another page defined a constant */
    PART_COMMAND = 1 << 1,  /* it ends unless a command line started it */
    PART_MEMBER = 1 << 2,   /* $this outside of any class: it runs within a method */
    PART_LIBRARY = 1 << 3,  /* it only defines */
    PART_INHERITS = 1 << 4, /* its class inherits from one of another file */
    PART_INCLUDES = 1 << 5, /* ASP: it includes files of the application as the server reads it */
    PART_COUNT = 6,
};

struct flow {
    str parameter; /* what the source is called; empty when it has no name */
    uint32_t sources, through;
    uint32_t at;
    uint8_t sink, language;
};

enum { FLOWS_MAX = 48 };

struct facts {
    struct flow flows[FLOWS_MAX];
    size_t nflows;
    uint32_t disguises;
    uint32_t parts;    /* enum part */
    uint32_t layers;   /* of packed code */
    uint32_t computed; /* sinks, as bits, that get what was decoded from no known text */
    uint32_t powers;   /* sinks, as bits, that the code reaches at all */
    bool reads_request;
    bool gate; /* a value of the request is hashed and compared */
    bool over_budget;
    bool dump; /* Exchange's settings of a virtual directory, with script in them */
    str hidden_name;
};

void facts_flow(struct facts *f, const struct flow *flow);

#endif
