/* What a client asked of a page of a web server, summed up: web logs are too long to be kept, and
 * what matters in them is who used what nobody else uses, how often and for how many bytes. */
#ifndef MODEL_VISIT_H
#define MODEL_VISIT_H

#include "base/str.h"
#include "model/time.h"

struct visit {
    str unit;    /* read; written, it is the part's */
    str host;    /* as the log names it; often empty */
    str page;    /* path of the URL, without its query; empty: of all pages */
    str address; /* of the client; empty: of all who asked for a page that many ask for */
    str account; /* the first that was named */
    str agent;   /* the first */
    usec first, last;
    usec ok_first, ok_last; /* answered 2xx; TIME_NONE: never */
    uint64_t requests;
    uint64_t ok, moved, refused, failed; /* answers 2xx, 3xx, 4xx, 5xx */
    uint64_t posts;
    uint64_t minutes;       /* in which there was a request; at most one too many for each part */
    uint64_t out, in;       /* bytes of answers and requests, as far as they were logged */
    uint64_t sized;         /* answers whose bytes were logged */
    uint64_t timed, waited; /* of the others: how many tell how long they took, ms together */
    uint64_t swept;  /* of all pages: those that only refused it, or that only it looked at once
                        when it looked at very many; they are not told one by one */
    uint64_t agents; /* which agents, as bits of a hash: many bits, many agents */
    uint64_t record, offset; /* of the first request */
};

/* Two visits of the same client to the same page as one. Texts are borrowed. */
void visit_join(struct visit *into, const struct visit *more);

/* Of all pages of a client: it tried a hundred that few others ask for, or was refused a hundred
 * times, and mostly. */
bool visit_is_sweep(const struct visit *client);

#endif
