/* What the logs of a Unix web server keep: a line of nginx (combined), the records of auditd about
 * one execve, a line of syslog. */
#ifndef EXAMPLE_WEBMAIL_LOGS_H
#define EXAMPLE_WEBMAIL_LOGS_H

#include "scene.h"

#define WEBMAIL_HOST "webmail"

struct hit {
    usec time;
    const char *address, *user; /* user: NULL for nobody */
    const char *request;        /* method and target */
    unsigned status;
    uint32_t size;
    const char *referer, *agent; /* NULL: none */
};

void nginx_line(struct scene *s, const struct hit *h);

struct run {
    usec time;
    uint32_t pid, ppid, uid; /* uid 33: www-data */
    const char *exe;
    const char *const *words; /* argv, ended by NULL */
    const char *folder;
};

void audit_execve(struct scene *s, const struct run *r);

/* `log` is LOG_AUTH or LOG_MAIL; RFC 3164, which knows no year. */
void syslog_line(struct scene *s, enum text_log log, usec t, const char *tag, const char *text);

#endif
