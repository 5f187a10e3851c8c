/* Where the sums of web traffic lead on their own, before any record is looked at again: what the
 * intruders asked for that hardly anybody else did, who else used their pages, and pages that a
 * connection was tunnelled through. Each is a finding-to-be with the thing that led to it. */
#ifndef TRACE_LEADS_H
#define TRACE_LEADS_H

#include "model/finding.h"
#include "model/visit.h"

struct lead {
    const struct rule_info *rule;
    const struct visit *visit;
    str led_by;                    /* empty: nothing but the traffic itself */
    size_t others;                 /* a page: addresses beside the known ones */
    const struct finding *attempt; /* that it followed; NULL: none */
};

struct leads {
    struct lead *items;
    size_t count;
    struct held *held;
    size_t nheld;
};

/* `visits` in the order of case_pages(), borrowed. `client_of` answers the sum of a client over all
 * pages: many agents mean a proxy, many refusals a sweep; NULL: nobody knows. False over budget. */
struct traffic_seen {
    const struct visit *visits;
    size_t count;
    const struct visit *(*client_of)(void *ctx, str address);
    void *ctx;
};
bool trace_leads(const struct finding *findings, size_t nfindings,
                 const struct traffic_seen *traffic, struct arena *a, struct leads *out);

/* The rules of findings made of leads. */
extern const struct rule_info rule_shared_page, rule_other_visitor, rule_tunnel, rule_sequel;

/* Loopback, unspecified and private addresses lead nowhere: a private one is as often a proxy or
 * a load balancer, through which everybody comes. */
bool address_leads_outside(str address);

/* A page that a server runs; data and pictures are none. */
bool page_is_program(str page);

/* Every server has a page of this name. */
bool page_is_common(str name);

/* Exchange ships a page at this place that answers without a logon. */
bool page_is_shipped(str page);

#endif
