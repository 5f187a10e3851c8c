/* Asking a server over HTTPS, by libcurl, as one asks somebody who may be hostile.
 *
 * Certificates are checked, plain HTTP is for loopback alone; a redirect is followed on the same
 * host only, so that a secret never goes elsewhere; heads, bodies and time have their limits; what
 * comes packed is not unpacked. */
#ifndef OS_HTTP_CLIENT_H
#define OS_HTTP_CLIENT_H

#include "base/buf.h"
#include "base/err.h"

struct http_client_options {
    const char *agent;         /* who asks: never empty */
    const char *ca;            /* PEM file instead of the system's; NULL */
    const char *user, *secret; /* a user's password; without a user, a bearer's token; NULL */
    unsigned silence;          /* seconds without news until it is given up */
    size_t body_max;           /* bytes of an answer */
};

struct http_client;

struct http_client *http_client_new(const struct http_client_options *o, struct err *err);
void http_client_free(struct http_client *c); /* NULL is fine */

struct http_ask {
    const char *url;
    const char *accept;
    const char *media; /* of what is sent; NULL: nothing is, the question is a GET */
    bytes body;
};

/* Lives in the client until the next question. */
struct http_reply {
    unsigned status;
    str type, head; /* all header lines */
    bytes body;
};

/* True for any answer that came whole, whatever its status. */
bool http_client_ask(struct http_client *c, const struct http_ask *q, struct http_reply *out,
                     struct err *err) MUST_USE;

str http_reply_header(const struct http_reply *r, str name); /* empty: absent */

/* "https://host:port" of both are the same. */
bool http_same_host(str a, str b);

#endif
