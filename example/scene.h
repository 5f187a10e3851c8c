/* The made-up organisation whose mail servers the example shows: names, people, addresses. All
 * addresses are private or from the ranges reserved for documentation. */
#ifndef EXAMPLE_SCENE_H
#define EXAMPLE_SCENE_H

#include "chance.h"
#include "ledger.h"
#include "truth.h"

#define SERVER           "MAIL01"
#define SERVER_FQDN      "MAIL01.corp.example.com"
#define PUBLIC_HOST      "mail.example.com"
#define SERVER_ADDRESS   "10.20.0.11"
#define DC_ADDRESS       "10.20.0.10"
#define BALANCER_ADDRESS "10.20.0.5"
#define DOMAIN_SID       "S-1-5-21-1004336348-1177238915-682003330"
#define EXCHANGE         "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"
#define OWA_AUTH         EXCHANGE "FrontEnd\\HttpProxy\\owa\\auth\\"

enum client { CLIENT_OUTLOOK, CLIENT_PHONE, CLIENT_BROWSER, CLIENT_MAC, CLIENT_COUNT };

struct person {
    const char *name; /* logon name */
    unsigned rid;
    enum client client;
};

/* Who has a process number now, and since when: numbers are used again, GUIDs never. */
enum { PIDS = 1 << 14 };
struct birth {
    usec at;
    uint64_t image; /* hash of its path */
};

struct scene {
    struct birth *births; /* PIDS, by a quarter of the number */
    struct ledger *ledger;
    struct truth *truth;
    struct arena *arena;  /* of the hour being played */
    struct chance chance; /* of the hour being played; the intrusion has its own */
    uint64_t seed;
    usec begin, end;
    uint32_t requests; /* by people and their devices, a day */
};

usec scene_moment(struct scene *s, usec hour); /* some moment of the hour */
uint64_t scene_logon_id(struct scene *s);

extern const struct person people[];
enum { PEOPLE = 24 };

extern const struct person administrator;

const char *person_address(const struct person *p, bool inside, struct arena *a);
const char *person_agent(const struct person *p);
const char *person_sid(const struct person *p, struct arena *a);

#endif
