/* Who asked for what on a web server, counted while its logs are read.
 *
 * Of a page that few ask for, each client is kept apart; one that more than TRAFFIC_VISITORS
 * ask for is everybody's, and only its sum is kept. Of each client there is a sum over all
 * pages. Parts of a log are counted apart and added up; the order does not matter.
 *
 * Sweeps would fill the memory with pages that do not exist: who is only refused a page is not kept
 * apart, and what one client alone looked at once, among more than TRAFFIC_SWEEP such pages of one
 * part, is only counted (`swept`). */
#ifndef TRACE_TRAFFIC_H
#define TRACE_TRAFFIC_H

#include "base/table.h"
#include "model/event.h"
#include "model/visit.h"

enum { TRAFFIC_VISITORS = 8, TRAFFIC_SWEEP = 256, TRAFFIC_TEXT = 512 };

struct traffic_page;

struct traffic {
    struct arena arena;
    struct table page_index, client_index;
    struct traffic_page *pages;
    size_t npages, pages_cap;
    struct visit *clients;
    size_t nclients, clients_cap;
    bool full; /* over its budget: what came later is not counted */
};

void traffic_init(struct traffic *t, struct hash_key key, uint64_t budget);
void traffic_done(struct traffic *t);

/* False when the event is not a request of a web log. */
bool traffic_event(struct traffic *t, const struct event *e, struct arena *scratch);

/* Adds what traffic_tell() told of another part. */
void traffic_add(struct traffic *t, const struct visit *v);

/* Tells of all visits, by page and client in the order they were first seen. */
void traffic_tell(struct traffic *t, void (*tell)(void *ctx, const struct visit *v), void *ctx);

#endif
