/* A request and its answer as values: who answers needs no socket, so that he can be tested and
 * fuzzed. http.h is the other half. */
#ifndef SERVE_MESSAGE_H
#define SERVE_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"

struct http_header {
    str name, value;
};

struct http_request {
    str method, path; /* "/taxii2/", decoded */
    str query;        /* what stands behind "?", as it was sent */
    const struct http_header *headers;
    size_t nheaders;
    bytes body;
};

enum { HTTP_ANSWER_HEADERS = 4 };

struct http_answer {
    unsigned status;
    str type; /* of the body */
    struct http_header headers[HTTP_ANSWER_HEADERS];
    size_t nheaders;
    struct buf *body; /* empty when the handler is asked */
};

/* What is made while answering lives in `a`, until the answer is sent. */
typedef void http_handler(void *ctx, const struct http_request *r, struct http_answer *out,
                          struct arena *a);

str http_header(const struct http_request *r, str name); /* in any letter case; empty: absent */
void http_answer_header(struct http_answer *out, str name, str value);

/* The next `name=value` of a query, decoded, in `a`. False at the end. */
bool http_parameter(str *query, struct arena *a, str *name, str *value);

/* %41 is A; `+` is a blank only in a query. Wrong escapes stay as they are. */
str http_decoded(struct arena *a, str s, bool query);
str http_encoded(struct arena *a, str s); /* for one component: all but letters, digits and -._~ */

/* "text/html; charset=utf-8": the parameter's value, without its quotes; *type is what stands in
 * front. Empty when it is not there. */
str http_media(str header, str parameter, str *type);

/* Who may ask: whoever has the secret, as a bearer's token or as the password of basic
 * authentication; `user` empty: of any user. An empty secret: everybody. */
struct http_access {
    str user, secret;
};

bool http_may_ask(const struct http_access *access, const struct http_request *r, struct arena *a);

#endif
