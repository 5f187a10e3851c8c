/* What the files of `limier share` have in common. */
#ifndef CLI_SHARE_H
#define CLI_SHARE_H

#include "cli/choices.h"
#include "os/http_client.h"
#include "serve/taxii_client.h"

struct share_options {
    const char *collection, *output, *user, *password_file, *token_file, *ca, *listen, *cert, *key;
    unsigned timeout, max_size;
    usec since;
    struct option_list matches;
    struct sharing_choice sharing;
};

int share_pull(const struct invocation *in);
int share_push(const struct invocation *in);
int share_serve(const struct invocation *in);

/* Like fail(), but what a server said may stand in it. */
int share_fail(struct err *err);

/* A case as the bundle that may leave the house, or a bundle that is there already, unless it
 * stands under a stricter mark than may be sent. In the invocation's arena. */
bool share_bundle(const struct invocation *in, const char *path, const struct sharing *sharing,
                  str *out, struct err *err) MUST_USE;

/* ---- a server that is asked */

struct session {
    const struct invocation *in;
    struct http_client *client;
    size_t skipped; /* roots and collections that could not be looked at, told on standard error */
};

bool session_open(const struct invocation *in, struct session *out, struct err *err) MUST_USE;
void session_close(struct session *s);

/* An answer of TAXII, or a sentence that says why there is none. */
bool session_ask(struct session *s, const struct http_ask *q, struct http_reply *out,
                 struct err *err) MUST_USE;

/* What an answer lacks, for a person. Always false. */
bool session_refuses(const struct session *s, str url, const struct taxii_problem *p,
                     struct err *err);

struct found_collection {
    str root, address; /* both end in a slash */
    uint64_t longest;  /* body that the root takes */
    struct taxii_collection told;
};

/* What the address leads to, be it of a server, a root or a collection: of the collections the one
 * that was asked for, or all. At least one. */
bool session_find(struct session *s, const char *url, struct found_collection **out, size_t *count,
                  struct err *err) MUST_USE;

#endif
