/* Where the sums of web traffic lead on their own, before any record is looked at again: what the
 * intruders asked for that nobody else did, who else used their pages, and pages that a
 * connection was tunnelled through. Each is a finding-to-be with the thing that led to it. */
#ifndef TRACE_LEADS_H
#define TRACE_LEADS_H

#include "model/finding.h"
#include "model/visit.h"

struct lead {
    const struct rule_info *rule;
    const struct visit *visit;
    str led_by; /* empty: nothing but the traffic itself */
};

struct held { /* an entity that is not followed, and why: a message id */
    str kind, value;
    const char *why;
};

struct leads {
    struct lead *items;
    size_t count;
    struct held *held;
    size_t nheld;
};

/* `visits` in the order of case_pages(). `clients` are the sums of those who visited rare pages;
 * who comes with many agents is a proxy. Both are borrowed. False over budget. */
bool trace_leads(const struct finding *findings, size_t nfindings, const struct visit *visits,
                 size_t nvisits, struct arena *a, struct leads *out);

/* The rules of findings made of leads. */
extern const struct rule_info rule_shared_page, rule_other_visitor, rule_tunnel;

/* Loopback, unspecified and private addresses lead nowhere: a private one is as often a proxy or
 * a load balancer, through which everybody comes. */
bool address_leads_outside(str address);

/* A page that a server runs; data and pictures are none. */
bool page_is_program(str page);

/* Every server has a page of this name. */
bool page_is_common(str name);

#endif
