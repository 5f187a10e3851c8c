/* What intruders do on any web server, told to the logs and to the truth. */
#ifndef EXAMPLE_INTRUDER_H
#define EXAMPLE_INTRUDER_H

#include "web.h"

struct intruder {
    const char *address, *agent;
};

#define BROWSER_45 "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:45.0) Gecko/20100101 Firefox/45.0"
#define SCRIPT_225 "python-requests/2.25.1"

/* `r` without address and agent. */
void intruder_asks(struct scene *s, const struct intruder *who, struct request r);

/* A command given to a page; `proxy` as in struct request. */
void intruder_posts(struct scene *s, usec t, const struct intruder *who, enum text_log proxy,
                    const char *stem, uint32_t took);

/* What was gathered is fetched. */
void intruder_fetches(struct scene *s, usec t, const struct intruder *who, const char *stem,
                      unsigned status, uint32_t size);

/* The worker process of a web application. */
struct worker {
    uint32_t pid;
    const char *image, *command;
};

extern const struct worker worker_owa, worker_default;

/* The worker starts a shell with a command, and the shell a program; without a program the shell
 * does the command itself. The number of the process that does it. */
uint32_t worker_runs(struct scene *s, usec t, const struct worker *w, const char *command,
                     const char *image, const char *program);

#define SYSTEM32 "C:\\Windows\\System32\\"

/* As the client of China Chopper wraps what it is told to run. */
#define CHOPPER(command) \
    "\"cmd\" /c cd /d \"C:/inetpub/wwwroot/aspnet_client\"&" command "&echo [S]&cd&echo [E]"

#endif
