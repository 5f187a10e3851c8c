/* Windows events of the mail server, as their providers write them: typed values in their own
 * order. */
#ifndef EXAMPLE_EVENTS_H
#define EXAMPLE_EVENTS_H

#include "scene.h"

struct process {
    uint32_t pid;
    const char *image, *command;
    const char *user; /* DOMAIN\name; NULL: NT AUTHORITY\SYSTEM */
    uint32_t parent_pid;
    const char *parent_image, *parent_command;
};

/* Sysmon 1 and Security 4688. */
void event_process(struct scene *s, usec t, const struct process *p);

/* Sysmon 11. */
void event_file(struct scene *s, usec t, uint32_t pid, const char *image, const char *path);

/* Sysmon 23. */
void event_file_deleted(struct scene *s, usec t, uint32_t pid, const char *image, const char *path);

/* Sysmon 7; `hashes` as Sysmon writes them, NULL: made up. */
void event_loaded(struct scene *s, usec t, uint32_t pid, const char *image, const char *library,
                  const char *hashes);

/* Sysmon 13. */
void event_registry(struct scene *s, usec t, uint32_t pid, const char *image, const char *value,
                    const char *details);

/* Sysmon 10, as the health service and the antivirus do it. */
void event_lsass_looked_at(struct scene *s, usec t, const char *image, uint32_t pid,
                           uint32_t access);

/* Sysmon 22 and 3. */
void event_dns(struct scene *s, usec t, uint32_t pid, const char *image, const char *name,
               const char *answer);
void event_connection(struct scene *s, usec t, uint32_t pid, const char *image, const char *to,
                      uint16_t port);

/* Security 4624, and 4672 when `privileged`; 4634. */
struct logon {
    const char *user, *sid;
    const char *address; /* NULL: none */
    const char *process, *package;
    uint32_t type;
    uint64_t id;
    bool privileged;
};
void event_logon(struct scene *s, usec t, const struct logon *l);
void event_logoff(struct scene *s, usec t, const struct logon *l);

/* Security 4625: a wrong password. */
void event_logon_failed(struct scene *s, usec t, const char *user, const char *address);

/* Security 5140, and 5145 when a file is named. */
struct share {
    const char *name, *file;
    const char *user, *sid, *address; /* NULL: the server's own account, over the loopback */
    uint32_t access;
};
void event_share(struct scene *s, usec t, const struct share *share);

/* Security 4720 and 4732: an account is made, and becomes a local administrator. */
void event_account_made(struct scene *s, usec t, const char *name, const char *sid);

/* Security 4698. */
void event_task_made(struct scene *s, usec t, const char *name, const char *command);

/* MSExchange Management 1, and the row of the log of management commands. */
void event_cmdlet(struct scene *s, usec t, const char *cmdlet, const char *parameters,
                  const char *user, const char *sid);

/* A classic event of the Application or System log: strings without names. */
void event_classic(struct scene *s, enum event_log log, usec t, const char *provider, uint32_t id,
                   uint8_t level, const char *const *texts, size_t count);

/* System 7045. */
void event_service_made(struct scene *s, usec t, const char *service, const char *image,
                        const char *account);

/* System 7036. */
void event_service(struct scene *s, usec t, const char *service, const char *state);

#endif
