/* A request to the mail server, and what the server's logs keep of it: a line of the front-end
 * site, a row of the proxy's log, a line of the back-end site. */
#ifndef EXAMPLE_WEB_H
#define EXAMPLE_WEB_H

#include "scene.h"

struct request {
    usec time;
    enum text_log proxy; /* log of the service asked for; TEXT_LOGS: no proxy was involved */
    const char *method, *stem;
    const char *query;     /* NULL: none */
    const char *user;      /* DOMAIN\name; NULL: nobody */
    const char *address;   /* of the client */
    const char *agent;     /* NULL: none */
    const char *referer;   /* NULL: none */
    unsigned status;       /* as the client got it */
    const char *anchor;    /* AnchorMailbox */
    const char *hint;      /* RoutingHint */
    const char *back_stem; /* what the back end was asked; NULL: it was not */
    const char *back_query;
    const char *back_user;
    uint32_t bytes_in, bytes_out, took; /* took: milliseconds */
};

void web_request(struct scene *s, const struct request *r);

/* Whether the front end's log holds the sizes of requests and answers by then. */
bool web_logs_sizes(const struct scene *s, usec t);

/* A row of the control panel's own log: what `user` ran in it. */
void web_control_panel(struct scene *s, usec time, const char *sid, const char *command,
                       const char *url);

/* A row of the log of the web services: what was asked of a mailbox. */
void web_service(struct scene *s, const struct request *r, const char *action);

/* A mail comes in and is delivered: two rows of the message tracking log. */
struct mail {
    usec time;
    const char *from, *to, *subject;
    const char *address; /* of the server that brought it */
    uint32_t size;
};
void web_mail(struct scene *s, const struct mail *m);

/* A row of the log of management commands. */
struct cmdlet {
    const char *name, *parameters;
    const char *user, *sid; /* domain/folder/name */
};
void web_cmdlet(struct scene *s, usec time, const struct cmdlet *c);

/* A connection that ended without a request being served. */
void web_error(struct scene *s, usec time, const char *address, const char *request,
               const char *reason);

#endif
