/* Collects what happens in an hour, in any order, and writes it into the logs of the server in
 * the order of time: text logs line by line, event logs through the EVTX writer. Files roll over
 * as they do on a real server. */
#ifndef EXAMPLE_LEDGER_H
#define EXAMPLE_LEDGER_H

#include "evtx_writer.h"

enum text_log {
    LOG_IIS_FRONT, /* W3SVC1, Default Web Site */
    LOG_IIS_BACK,  /* W3SVC2, Exchange Back End */
    LOG_HTTPERR,
    LOG_ECP_SERVER,
    LOG_PROXY_AUTODISCOVER,
    LOG_PROXY_EAS,
    LOG_PROXY_ECP,
    LOG_PROXY_EWS,
    LOG_PROXY_MAPI,
    LOG_PROXY_OAB,
    LOG_PROXY_OWA,
    LOG_PROXY_POWERSHELL,
    LOG_CMDLETS,
    LOG_EWS,
    LOG_TRACKING,
    LOG_NGINX,
    LOG_AUDIT,
    LOG_AUTH,
    LOG_MAIL,
    LOG_ZEEK_DNS,
    LOG_ZEEK_CONN,
    LOG_ZEEK_HTTP,
    LOG_DNS_SERVER,
    TEXT_LOGS,
};

enum event_log {
    LOG_SECURITY,
    LOG_SYSTEM,
    LOG_APPLICATION,
    LOG_EXCHANGE_MANAGEMENT,
    LOG_SYSMON,
    EVENT_LOGS,
};

struct ledger;

/* `drive` is the folder that stands for C: or for /; `computer` is the name of the server in its
 * events. */
struct ledger *ledger_open(const char *drive, const char *computer);

/* For the texts given below; they live until the second ledger_settle after. */
struct arena *ledger_arena(struct ledger *l);

/* `fields` is the column line of the log; when it changes, the header is written again. Logs of
 * Unix have none: NULL. */
void ledger_line(struct ledger *l, enum text_log log, usec time, const char *fields, str line);

/* Channel and computer are filled in; the values are copied, their texts are not. */
void ledger_event(struct ledger *l, enum event_log log, const struct evtx_record *r);

/* Writes what happened before `until`; the rest (less than an hour of it) waits. False: the disk
 * refused. */
bool ledger_settle(struct ledger *l, usec until);
bool ledger_close(struct ledger *l); /* what still waits does not happen */

/* A whole file below the drive; its folders are made. `modified` becomes its time. */
bool ledger_file(struct ledger *l, const char *path, str content, usec modified);

#endif
