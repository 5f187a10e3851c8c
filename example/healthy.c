/* Servers to which nothing bad happens: nothing at all, a vulnerability scanner of their owner, a
 * test from outside, a guest at a server that has whatever is asked for, a backup, or the
 * Internet's daily sweep. */
#include "events.h"
#include "intruder.h"
#include "noise.h"
#include "pages.h"
#include "people.h"
#include "scenario.h"

#include <inttypes.h>

#define HOURS_A_DAY 24
#define SECOND      USEC_PER_SEC
#define MINUTE      (60 * SECOND)

const struct scenario scenario_healthy = {.name = "healthy",
                                          ON_EXCHANGE,
                                          .end = IN_MARCH,
                                          .files = pages_shipped,
                                          .hour = noise_hour,
                                          .state = "none"};

/* ---- who looks for flaws, and finds them closed */

struct door {
    enum text_log proxy; /* as in struct request */
    unsigned status;
    const char *method, *stem, *query, *anchor;
};

#define TRY_ANCHOR "ServerInfo~a]@" SERVER_FQDN ":444"

#define DOOR(proxy, status, method, stem, query, anchor) \
    {(proxy), (status), (method), (stem), (query), (anchor)},
static const struct door doors[] = {
#include "doors.def"
};
#undef DOOR

static void try_door(struct scene *s, usec t, const struct door *d, const char *address,
                     const char *agent)
{
    web_request(s, &(struct request){.time = t,
                                     .proxy = d->proxy,
                                     .method = d->method,
                                     .stem = d->stem,
                                     .query = d->query,
                                     .address = address,
                                     .agent = agent,
                                     .status = d->status,
                                     .anchor = d->anchor,
                                     .hint = d->anchor ? "X-BEResource-Cookie" : NULL,
                                     .bytes_in = chance_from(&s->chance, 180, 900),
                                     .bytes_out = d->status == 200 ? 57813 : 1245,
                                     .took = chance_from(&s->chance, 1, 40)});
}

static const struct door *any_door(struct scene *s)
{
    return &doors[chance_below(&s->chance, ARRAY_LEN(doors))];
}

/* ---- a sweep */

enum { PROBES = 20000, SWEEPERS = 64 };

static const char *const sweep_agents[] = {SCRIPT_225, "Mozilla/5.0 zgrab/0.x",
                                           "Go-http-client/1.1", BROWSER_45};

static void sweep(struct scene *s, usec hour)
{
    uint64_t hours = (uint64_t)((s->end - s->begin) / (60 * MINUTE));
    uint64_t i = (uint64_t)((hour - s->begin) / (60 * MINUTE));
    uint64_t now = PROBES * (i + 1) / hours - PROBES * i / hours;
    for (; now > 0; now--) {
        uint32_t who = chance_below(&s->chance, SWEEPERS);
        const char *address = arena_printf(s->arena, "203.0.113.%" PRIu32, who + 1).p;
        try_door(s, scene_moment(s, hour), any_door(s), address,
                 sweep_agents[who % ARRAY_LEN(sweep_agents)]);
    }
}

const struct scenario scenario_sweep = {.name = "sweep",
                                        ON_EXCHANGE,
                                        .end = IN_MARCH,
                                        .files = pages_shipped,
                                        .hour = noise_hour,
                                        .also = sweep,
                                        .state = "attempted",
                                        .rung = 2};

/* ---- a vulnerability scanner of the owner, from inside, one night */

#define SCANNER "10.20.0.99"

enum { SCAN_REQUESTS = 3000, SCAN_HOURS = 2, SCAN_LOGONS = 40 };

static void scan_at_night(struct scene *s, usec hour)
{
    int at = civil_of_time(hour).hour;
    bool last_night = hour >= s->end - HOURS_A_DAY * 60 * MINUTE;
    if (!last_night || at < 1 || at >= 1 + SCAN_HOURS) {
        return;
    }
    for (int i = 0; i < SCAN_REQUESTS; i++) {
        try_door(
            s, scene_moment(s, hour), any_door(s), SCANNER,
            "Mozilla/5.0 (compatible; Assessment Engine 10.2; +https://scanner.corp.example.com)");
    }
    static const char *const names[] = {"admin", "administrator", "guest", "test"};
    for (int i = 0; i < SCAN_LOGONS; i++) {
        event_logon_failed(s, scene_moment(s, hour), names[i % (int)ARRAY_LEN(names)], SCANNER);
    }
}

const struct scenario scenario_scanner = {.name = "scanner",
                                          ON_EXCHANGE,
                                          .end = IN_MARCH,
                                          .files = pages_shipped,
                                          .hour = noise_hour,
                                          .also = scan_at_night,
                                          .state = "attempted",
                                          .rung = 2};

/* ---- a test from outside, which the owner has ordered: exploits are tried, then whatever there is
 */

#define TESTER "203.0.113.150"

enum { TEST_HOUR = 13, TEST_DOORS = 60 };

/* Of the server itself, and of the company's own application: half of them nobody else asks for. */
static const char *const test_pages[] = {
    "/owa/auth/frowny.aspx",       "/owa/auth/SvmFeedback.aspx",   "/owa/auth/OutlookCN.aspx",
    "/helpdesk/ticket.aspx",       "/helpdesk/search.aspx",        "/helpdesk/Admin/users.aspx",
    "/helpdesk/Admin/groups.aspx", "/helpdesk/Admin/export.aspx",  "/helpdesk/Admin/audit.aspx",
    "/helpdesk/Admin/mail.aspx",   "/helpdesk/Admin/licence.aspx",
};

static void test_page(struct scene *s, usec t, const char *page)
{
    web_request(s, &(struct request){.time = t,
                                     .proxy = TEXT_LOGS,
                                     .method = "POST",
                                     .stem = page,
                                     .address = TESTER,
                                     .agent = BROWSER_45,
                                     .status = 200,
                                     .bytes_in = chance_from(&s->chance, 300, 900),
                                     .bytes_out = chance_from(&s->chance, 1200, 9000),
                                     .took = chance_from(&s->chance, 5, 90)});
}

static void test_from_outside(struct scene *s, usec hour)
{
    people_ask_helpdesk(s, hour);
    bool last_day = hour >= s->end - HOURS_A_DAY * 60 * MINUTE;
    if (!last_day || civil_of_time(hour).hour != TEST_HOUR) {
        return;
    }
    for (int i = 0; i < TEST_DOORS; i++) {
        try_door(s, hour + i * 4 * SECOND, any_door(s), TESTER, BROWSER_45);
    }
    for (size_t i = 0; i < 3 * ARRAY_LEN(test_pages); i++) {
        usec t = hour + (TEST_DOORS * 4 + (int64_t)i * 9) * SECOND;
        test_page(s, t, test_pages[i % ARRAY_LEN(test_pages)]);
    }
}

const struct scenario scenario_tester = {.name = "tester",
                                         ON_EXCHANGE,
                                         .end = IN_MARCH,
                                         .files = pages_shipped,
                                         .hour = noise_hour,
                                         .also = test_from_outside,
                                         .state = "attempted",
                                         .rung = 2};

/* ---- a server that says "not found" with success, and somebody who tries */

#define GUESSER "203.0.113.151"

/* Before the log holds the sizes of answers: they would tell. */
enum { GUESS_HOUR = 9, GUESSES = 12, POSTED_TO = 2 };

static void guess(struct scene *s, usec t, int i, const char *method)
{
    web_request(s, &(struct request){.time = t,
                                     .proxy = TEXT_LOGS,
                                     .method = method,
                                     .stem = arena_printf(s->arena, "/helpdesk/up%d.aspx", i).p,
                                     .address = GUESSER,
                                     .agent = BROWSER_45,
                                     .status = 200,
                                     .bytes_in = 420,
                                     .bytes_out = 2310,
                                     .took = chance_from(&s->chance, 5, 30)});
}

static void guess_from_outside(struct scene *s, usec hour)
{
    people_ask_helpdesk(s, hour);
    if (hour != s->begin + GUESS_HOUR * 60 * MINUTE) {
        return;
    }
    for (int i = 0; i < GUESSES; i++) {
        try_door(s, hour + i * 3 * SECOND, &doors[i % (int)ARRAY_LEN(doors)], GUESSER, BROWSER_45);
        guess(s, hour + (60 + i * 4) * SECOND, i, "GET");
    }
    for (int i = 0; i < 3 * POSTED_TO; i++) {
        guess(s, hour + (180 + i * 7) * SECOND, i % POSTED_TO, "POST");
    }
}

const struct scenario scenario_yes_man = {.name = "yes-man",
                                          ON_EXCHANGE,
                                          .end = IN_MARCH,
                                          .files = pages_shipped,
                                          .hour = noise_hour,
                                          .also = guess_from_outside,
                                          .state = "attempted",
                                          .rung = 2};

/* ---- a backup, every night */

#define BACKUP_HOST  "10.20.0.30"
#define BACKUP_SID   DOMAIN_SID "-1110"
#define AGENT_FOLDER "C:\\Program Files\\Backup Agent\\"

enum { AGENT_PID = 3388, BACKUP_HOUR = 1 };

static void agent_runs(struct scene *s, usec t, const char *image, const char *command)
{
    event_process(s, t,
                  &(struct process){.pid = chance_from(&s->chance, 2600, 7900) * 4,
                                    .image = image,
                                    .command = command,
                                    .user = "CORP\\svc_backup",
                                    .parent_pid = AGENT_PID,
                                    .parent_image = AGENT_FOLDER "agent.exe",
                                    .parent_command = "\"" AGENT_FOLDER "agent.exe\" --service"});
}

static void backup_logs_on(struct scene *s, usec t)
{
    struct logon l = {.user = "svc_backup",
                      .sid = BACKUP_SID,
                      .address = BACKUP_HOST,
                      .process = "Kerberos",
                      .package = "Kerberos",
                      .type = 3,
                      .id = scene_logon_id(s),
                      .privileged = true};
    event_logon(s, t, &l);
    event_logoff(s, t + 50 * MINUTE, &l);
}

static void backup_reads(struct scene *s, usec t)
{
    static const char *const files[] = {"errorFE.aspx", "logon.aspx", "logoff.aspx"};
    struct share share = {.name = "\\\\*\\C$",
                          .user = "svc_backup",
                          .sid = BACKUP_SID,
                          .address = BACKUP_HOST,
                          .access = 0x120089};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        share.file = arena_printf(s->arena,
                                  "Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\"
                                  "HttpProxy\\owa\\auth\\%s",
                                  files[i])
                         .p;
        event_share(s, t + (int64_t)i * SECOND, &share);
    }
}

static void backup_packs(struct scene *s, usec t)
{
    agent_runs(s, t, AGENT_FOLDER "7z.exe",
               "\"" AGENT_FOLDER "7z.exe\" a -t7z -mx1 \"C:\\ProgramData\\Backup Agent\\stage\\"
               "config.7z\" \"C:\\inetpub\\wwwroot\" \"" EXCHANGE "FrontEnd\"");
    event_file(s, t + 4 * SECOND, 4772, AGENT_FOLDER "7z.exe",
               "C:\\ProgramData\\Backup Agent\\stage\\config.7z");
    agent_runs(s, t + MINUTE, AGENT_FOLDER "7z.exe",
               "\"" AGENT_FOLDER "7z.exe\" a -t7z -mx1 D:\\Backup\\logs.7z C:\\inetpub\\logs");
}

static void back_up(struct scene *s, usec hour)
{
    if (civil_of_time(hour).hour != BACKUP_HOUR) {
        return;
    }
    usec t = hour + 4 * MINUTE;
    if (hour < s->begin + (int64_t)HOURS_A_DAY * 60 * MINUTE) {
        event_service_made(s, t - MINUTE, "Backup Agent", "\"" AGENT_FOLDER "agent.exe\" --service",
                           "CORP\\svc_backup");
    }
    backup_logs_on(s, t);
    agent_runs(s, t + 2 * SECOND, SYSTEM32 "vssadmin.exe", "vssadmin.exe list writers");
    agent_runs(s, t + 9 * SECOND, SYSTEM32 "vssadmin.exe", "vssadmin.exe create shadow /for=C:");
    agent_runs(s, t + 20 * SECOND, SYSTEM32 "reg.exe",
               "reg.exe save HKLM\\SOFTWARE D:\\Backup\\software.hiv /y");
    agent_runs(s, t + 30 * SECOND, SYSTEM32 "reg.exe",
               "reg.exe save HKLM\\SYSTEM D:\\Backup\\system.hiv /y");
    agent_runs(s, t + 40 * SECOND, SYSTEM32 "esentutl.exe",
               "esentutl.exe /mh \"E:\\Mailbox Database 01\\Mailbox Database 01.edb\"");
    event_lsass_looked_at(s, t + MINUTE, AGENT_FOLDER "agent.exe", AGENT_PID, 0x1000);
    backup_reads(s, t + 3 * MINUTE);
    backup_packs(s, t + 5 * MINUTE);
    agent_runs(s, t + 45 * MINUTE, SYSTEM32 "vssadmin.exe",
               "vssadmin.exe delete shadows /shadow={3f1c5b0e-7d0a-4c0b-9a53-2f6f5d0a9b11} /quiet");
}

const struct scenario scenario_backup = {.name = "backup",
                                         ON_EXCHANGE,
                                         .end = IN_MARCH,
                                         .files = pages_shipped,
                                         .hour = noise_hour,
                                         .also = back_up,
                                         .state = "none"};
